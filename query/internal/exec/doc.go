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
// numbers (hash join, look-up join, GROUP BY, DISTINCT, MINUS); and spill files,
// temporary files of rows.
//
// # Budget
//
// ORDER BY writes sorted runs when the memory budget is used up. Hash join, hash group,
// DISTINCT and COUNT(DISTINCT) leave half of the budget to others, and then part rows by the hash of their
// key into files that are worked off one by one ([partitions]). They keep the order
// they claim by merging the results of the parts ([fileMerge]). A look-up join takes its left rows in
// pieces, and a multi-way join joins in pairs and sorts. What cannot spill (paths, joins
// without a variable that both sides bind, groups that are huge themselves) ends with [ErrMemory], and
// temporary files that would hold more than their limit with [ErrSpill].
//
// Counted is what grows with the data: rows, hash tables, sets of nodes, texts that the
// query makes or reads. Not counted are the few batches of each operator and the buffers of open
// files, some MiB in all. While an array grows, the old one is there too, and the garbage collector lets
// the heap become twice as large as what is in use before it runs: so a process holds up
// to about two budgets of the queries that run, and its caches.
//
// # Cancellation
//
// Every loop whose length depends on the data polls the context each few thousand rows, also
// where it sorts, links hash chains, merges files or searches paths. A test cancels a tree of
// every operator at many moments, and fails for an operator that is in no tree.
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
//
// # What is not looked at
//
// Building goes from the root down and carries the variables that are looked
// at above (type need). A join whose right side adds nothing that is looked at delivers each
// left row once, with the number of its partners as multiplicity; if nobody looks at
// the left either, one row for a whole batch. A scan drops such columns, and
// equal rows that remain come as one: grouped by the dataset where the
// statistics say that there are at least groupRatio rows for each, else in
// scanRun (type fold).
//
// # Measured
//
// BSBM-5000 (1.62 M triples) in the store, 2 cores with other work on them,
// BenchmarkPipelines, best of several runs: count of a merge join of two predicates of 169 k
// and 153 k triples 3.9 ms, of a hash join 18 ms; grouping by dataset instead of by fold
// made the first 22 to 45 ms, hence groupRatio; counting objects (341 k of
// them) 139 ms grouped by the dataset, 11 ms folded; counting predicates from
// metadata, key by key, 0.12 ms.
//
// # One core for a query
//
// A query runs on one core. The mechanism that was looked at is an exchange that parts a pipeline
// by ranges of the variable that its scans lead with, so that the halves run on two cores and their
// results, joined end to end, keep the order. BenchmarkHalves measures what it could gain at most, without
// the cost of handing batches over. On a machine of two cores of which other work took one (so it
// was when this was written; the gain on an idle machine is not measured): count of a star of three
// predicates 8.4 ms whole, 9.1 ms in halves; sum of the years of 152 k dates 4.6 and 5.3 ms; with 64
// clients at once 11.3 and 10.4, 5.6 and 7.5 ms. Of the 105 Sparqloscope queries one takes longer than 20 ms, and that
// one makes 45 k strings. A server with clients enough has no idle core, so it was left out.
package exec
