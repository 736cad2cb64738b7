// Package exec runs query trees: [Build] turns an algebra tree, optimised or
// not, into a tree of operators, and the root operator delivers batches of
// columns of encoded terms.
//
// # How it works
//
// Operators pull: Next of the root calls Next of its inputs. A [Batch] has one
// column for each variable of the operator's schema, of up to a few thousand
// rows, and optionally a column of multiplicities. Terms stay numbers
// throughout: joins, grouping and DISTINCT compare 64-bit words, and only
// expressions that need characters ask the term table of package eval for them.
//
// Everything that remembers rows is made of three things: [rows], columns that
// grow; [keyIndex], which gives equal combinations of terms equal small
// numbers (hash join, look-up join, GROUP BY, DISTINCT, MINUS); and sorted runs
// of rows that go to a temporary file when the memory budget is used up
// (ORDER BY).
//
// # Bound and unbound
//
// A variable without a value is [encoded.Undefined]. For each column an
// operator knows whether it can be unbound (node.maybe). Joins on columns that
// are certainly bound on both sides are plain equality; the others follow the
// compatibility of SPARQL (18.3): rows are parted by which of these columns they
// bind, and each pair of parts is joined by equality on what both bind.
//
// # Graphs
//
// The active graph is a property of the builder (type scope), not of
// operators: scans take it when they are built. GRAPH ?g over scans and joins
// reads all named graphs at once with the graph as one more join column, under
// a hidden name; over other operators (MINUS, grouping, paths …) it runs its input once for each graph.
//
// # Correlation
//
// EXISTS and LATERAL put a solution's bindings into every leaf of their
// pattern, so that filters and joins above see them (SPARQL 1.2, the values
// form of substitution). Where that equals a semi-join, EXISTS is run as one.
package exec
