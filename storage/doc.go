// Package storage keeps an RDF dataset on disk or in memory, in Badger.
//
//	store, err := storage.Open("path", nil)
//	report, err := store.Load(ctx, reader, rdfio.Turtle, nil)
//	err = store.View(func(tx *storage.Tx) error { … })
//
// A [Tx] satisfies query.Dataset and, inside [Store.Update], query.Writer.
package storage
