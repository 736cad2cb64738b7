package main

import (
	"bufio"
	"context"
	"io"
	"os"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/script"
)

// dumpCmd is `entente dump`.
type dumpCmd struct {
	source
	moment
	Format string `default:"nquads" help:"nquads, trig; ntriples, turtle, rdfxml, jsonld where there are no named graphs."`
	Out    string `short:"o" placeholder:"FILE" help:"Write to this file."`
}

// Run writes every quad of one snapshot.
func (c *dumpCmd) Run(ctx context.Context, std streams) error {
	format, err := formatOf("", c.Format)
	if err != nil {
		return err
	}
	store, err := c.open()
	if err != nil {
		return err
	}
	defer store.Close()
	return writeFile(c.Out, std.out, func(w io.Writer) error {
		session := script.Session{Store: scriptStore{store}, At: c.At}
		return session.View(func(tx query.Dataset) error {
			out := rdfio.NewWriter(w, format, &rdfio.WriterOptions{Prefixes: script.PrefixMap(script.DefaultPrefixes())})
			for _, scope := range []encoded.GraphScope{encoded.ScopeDefault, encoded.ScopeNamed} {
				for q, err := range query.Quads(ctx, tx, encoded.Scan{Order: encoded.GSPO, Scope: scope}) {
					if err != nil {
						return err
					}
					if err := out.Write(q); err != nil {
						return err
					}
				}
			}
			return out.Close()
		})
	})
}

// writeFile calls f with a buffered writer to a file, or to out if the name is
// empty.
func writeFile(name string, out io.Writer, f func(io.Writer) error) error {
	if name != "" {
		file, err := os.Create(name)
		if err != nil {
			return err
		}
		defer file.Close()
		out = file
	}
	w := bufio.NewWriterSize(out, 256<<10)
	if err := f(w); err != nil {
		return err
	}
	return w.Flush()
}
