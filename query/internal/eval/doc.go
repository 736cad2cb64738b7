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
package eval
