// Package conformance runs test suites written in the W3C manifest vocabulary:
// SPARQL 1.0, 1.1 and 1.2 (queries, updates, results formats, federation,
// protocol, graph store protocol, service description), RDF 1.1 and 1.2
// (syntax, evaluation, canonical form).
//
// Tests that need a dataset run several ways: in memory, on disk, and on disk
// after the store was closed and opened again; each with the optimiser and
// without. A test has passed if it passed all ways. Federation and protocol
// tests speak to real HTTP servers on the loopback interface.
//
// Results are compared as the specifications say: solutions as bags, with blank
// nodes up to isomorphism, as sequences where the query has ORDER BY; graphs
// and datasets up to isomorphism. Every result is also written in the format
// of the expected one and read back before it is compared.
package conformance
