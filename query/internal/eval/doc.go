// Package eval evaluates SPARQL expressions, orders terms and computes
// aggregates, over columns of encoded terms (SPARQL 1.2 Query, sections 15.1,
// 17 and 18.6).
//
// An expression is compiled once into a tree of nodes; each node computes a
// column from columns. Values stay 64-bit numbers as long as they can: what is
// inline is computed inline, and what needs characters is fetched once for
// each distinct id, in ascending order of id, and remembered.
//
// An error in the sense of SPARQL, and an unbound variable, is
// [encoded.Undefined] in that row. Go errors are input, output, cancellation
// and wrong queries (at Compile) only.
//
// # No index of trigrams
//
// CONTAINS and REGEX read the texts. Over the 30 k labels of BSBM-5000, in the process, CONTAINS takes 6 ms
// and REGEX with "c.m" 7.7 ms, of which the search itself is a tenth; the rest is to fetch
// 30 k texts from dictionary pages. Over HTTP that is 12.5 and 15.4 ms where Virtuoso 7 takes 19.2 and 22.9. An
// index of trigrams of all literals would grow the store and slow every load for the sake of
// these; a pattern that begins with "^" and a text is a range of ids already (package plan).
package eval
