// Package results reads and writes the results of SPARQL queries: the formats
// JSON, XML, CSV and TSV (SPARQL 1.1 and 1.2, with triple terms and base
// directions), and tables for people.
//
// A [Writer] is told the variables, then the rows one by one; it appends to a
// buffer and allocates nothing per row. A [Reader] gives them back. The package knows
// terms only; it is used by the engine's clients, by federation and by tests alike.
package results
