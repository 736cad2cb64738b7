// Package query answers SPARQL and plain-English questions over a [Dataset],
// and carries out updates on a [Writer]. It is the public face of the query
// engine; storage is handed in by the caller.
//
//	store.View(func(tx *storage.Tx) error {
//		res, err := query.Run(ctx, tx, "SELECT …")
//		for row, err := range res.Rows() { … row.Get("name") … }
//	})
//
// # The life of a query
//
//  1. [Run] takes the text and one snapshot; [Prepare] and [Prepared.Run] are its two halves.
//     With a [Cache] a query that comes again goes straight to step 5 while the data stay the same.
//  2. sparql.Parse makes an algebra.Query of the text: a tree of package
//     algebra. A question takes the other door: [Ask] calls question.Parse, which ends in
//     the same kind of tree, and goes on with [RunQuery].
//  3. bind puts the parameters of [WithBinding] into a copy of the tree.
//  4. plan.Optimize rewrites the tree, rule by rule (plan.Rules), with the
//     statistics of the snapshot and, where these say too little, a sample of its rows.
//     Without it (WithoutOptimizer) the answer is the same.
//  5. exec.Build turns the tree into operators, which pull batches of columns of
//     encoded terms from each other: exec.Operator.Next.
//  6. [Results] is read: [Results.Rows], [Results.Batches] and [Results.Triples] decode
//     the terms of each batch, last of all, each distinct one once and at most some 8 MiB of texts at a time (decoder.pieces). The templates of
//     CONSTRUCT are filled (run.construct) and descriptions collected (run.describe) on encoded terms.
//
// [Update] parses with sparql.ParseUpdate and takes one operation after the
// other (updater.operation); its patterns go through the same steps from 3 on, to
// their end, before anything is changed. [Explain] goes through steps 1 to 5
// and shows the tree of operators.
//
// # Who may import what
//
// query imports the front ends, internal/plan, internal/exec and internal/eval; these import
// algebra; algebra imports graph. storage and query never import each other; both
// speak graph/encoded. TestImportDirection keeps it so.
package query
