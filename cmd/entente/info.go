package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/script"
	"github.com/ententedb/entente/storage"
)

// infoCmd is `entente info`.
type infoCmd struct{ source }

// Run prints counts, by class, predicate and source, and where the space goes.
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
	n := func(n uint64) string { return humanize.Comma(int64(n)) }
	fmt.Fprintf(std.out, "%s quads, %s in the default graph, %s graphs, %s triple terms\n%s subjects, %s predicates, %s objects\n",
		n(t.Quads), n(t.DefaultQuads), n(t.Graphs), n(t.Triples), n(t.Subjects), n(t.Predicates), n(t.Objects))
	fmt.Fprintf(std.out, "commit %d of %s, %d kept\n\n", i.Commit, i.Time.Format(time.DateTime), i.KeptCommits)
	writeSpace(std.out, i)
	fmt.Fprintln(std.out)
	if err := session.Schema(ctx); err != nil {
		return err
	}
	for _, t := range bySource {
		fmt.Fprintf(std.out, "\n%s\n", t.title)
		if err := session.Do(ctx, script.Statement{Kind: script.SPARQL, Text: t.query}); err != nil {
			return err
		}
	}
	return nil
}

// bySource counts what a graph says of its sources: things by their most
// special class and the source that describes them; and statements by
// the source on their reifier.
var bySource = []struct{ title, query string }{
	{"things by class and source (sources that describe one thing together, as \"lists of their own\")", `SELECT ?class ?source (SUM(?n) AS ?things) {
		{ SELECT ?class ?from (COUNT(*) AS ?n) { ?thing dcterms:source ?from ; a ?class
			FILTER NOT EXISTS { ?thing a ?special . ?special rdfs:subClassOf ?class } } GROUP BY ?class ?from }
		BIND(IF(?n > 1, ?from, "lists of their own") AS ?source)
	} GROUP BY ?class ?source ORDER BY ?class DESC(?things) ?source`},
	{"statements by source", `SELECT ?source (COUNT(*) AS ?statements) { ?r rdf:reifies ?t ; pk:source ?source } GROUP BY ?source ORDER BY DESC(?statements) ?source`},
}

// writeSpace lists where the bytes of a store are.
func writeSpace(out io.Writer, i storage.Info) {
	line := func(name string, bytes int64, note string, args ...any) {
		fmt.Fprintf(out, "%-14s %10s  %s\n", name, byteSize(bytes), fmt.Sprintf(note, args...))
	}
	each := func(bytes int64, n uint64) float64 { return float64(bytes) / float64(max(n, 1)) }
	rows := map[bool]uint64{} // by whether they are triple terms
	var small int64
	for _, r := range i.Runs {
		if r.Small {
			small += int64(r.Bytes)
		} else {
			rows[r.Kind == "triple terms"] += r.Rows
		}
	}
	orders := make([]encoded.Order, 0, len(i.Orders))
	for o := range i.Orders {
		orders = append(orders, o)
	}
	slices.Sort(orders)
	known := i.Dictionary + i.Loose + small
	for _, o := range orders {
		line("order "+o.String(), i.Orders[o], "%.1f bytes a row", each(i.Orders[o], rows[o.OfTriples()]))
		known += i.Orders[o]
	}
	if small > 0 {
		line("small runs", small, "of commits that are not merged yet")
	}
	var terms uint64
	for _, n := range i.Terms {
		terms += n
	}
	line("dictionary", i.Dictionary, "%d terms, %.1f bytes each", terms, each(i.Dictionary, terms))
	if i.LooseTerms > 0 {
		line("loose terms", i.Loose, "%d terms that came one by one, %.1f bytes each", i.LooseTerms, each(i.Loose, i.LooseTerms))
	}
	if over := i.OnDisk - known; i.OnDisk > 0 && over > 0 {
		line("overhead", over, "of the engine, and what is deleted and not reclaimed yet (entente compact)")
	}
	if i.OnDisk > 0 {
		line("files", i.OnDisk, "%.1f bytes a quad", each(i.OnDisk, i.Totals.Quads))
	}
	fmt.Fprintln(out)
	for _, r := range i.Runs {
		line(fmt.Sprintf("run %d", r.ID), int64(r.Bytes), "%d %s", r.Rows, r.Kind)
	}
}
