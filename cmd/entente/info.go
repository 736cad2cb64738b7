package main

import (
	"context"
	"fmt"

	"github.com/ententedb/entente/storage"
)

// infoCmd is `entente info`.
type infoCmd struct{ source }

// Run prints counts, by class and predicate, and where the space goes.
func (c *infoCmd) Run(ctx context.Context, std streams) error {
	session, closer, err := output{}.session(c.source, std)
	if err != nil {
		return err
	}
	defer closer()
	store := session.Store.(scriptStore).Store
	err = store.View(func(tx *storage.Tx) error {
		t, err := tx.Totals()
		if err == nil {
			fmt.Fprintf(std.out, "%d quads, %d in the default graph, %d graphs, %d triple terms\n%d subjects, %d predicates, %d objects\n\n",
				t.Quads, t.DefaultQuads, t.Graphs, t.Triples, t.Subjects, t.Predicates, t.Objects)
		}
		return err
	})
	if err != nil {
		return err
	}
	return session.Schema(ctx)
}
