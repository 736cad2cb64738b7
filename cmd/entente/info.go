package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
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
	i, err := store.Info()
	if err != nil {
		return err
	}
	t := i.Totals
	fmt.Fprintf(std.out, "%d quads, %d in the default graph, %d graphs, %d triple terms\n%d subjects, %d predicates, %d objects\n",
		t.Quads, t.DefaultQuads, t.Graphs, t.Triples, t.Subjects, t.Predicates, t.Objects)
	fmt.Fprintf(std.out, "commit %d of %s, %d kept\n\n", i.Commit, i.Time.Format("2006-01-02 15:04:05"), i.KeptCommits)
	writeSpace(std.out, i)
	fmt.Fprintln(std.out)
	return session.Schema(ctx)
}

// writeSpace lists where the bytes of a store are.
func writeSpace(out io.Writer, i storage.Info) {
	line := func(name string, bytes int64, note string) {
		fmt.Fprintf(out, "%-14s %10s  %s\n", name, byteSize(bytes), note)
	}
	orders := make([]encoded.Order, 0, len(i.Orders))
	for o := range i.Orders {
		orders = append(orders, o)
	}
	slices.Sort(orders)
	for _, o := range orders {
		line("order "+o.String(), i.Orders[o], "")
	}
	var terms uint64
	for _, n := range i.Terms {
		terms += n
	}
	line("dictionary", i.Dictionary, fmt.Sprintf("%d terms", terms))
	if i.LooseTerms > 0 {
		line("loose terms", i.Loose, fmt.Sprintf("%d terms", i.LooseTerms))
	}
	for _, r := range i.Runs {
		line(fmt.Sprintf("run %d", r.ID), int64(r.Bytes), fmt.Sprintf("%d %s", r.Rows, r.Kind))
	}
	if i.OnDisk > 0 {
		line("files", i.OnDisk, "all of the above, and what is not reclaimed yet")
	}
}
