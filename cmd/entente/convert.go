package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query/script"
)

// convertCmd is `entente convert`.
type convertCmd struct {
	From string `help:"The format of the input, where its name does not tell."`
	To   string `help:"The format of the output, where its name does not tell."`
	Base string `placeholder:"IRI" help:"Resolve relative IRIs against this one; the default is the file's."`
	In   string `arg:"" help:"The file to read; - is standard input."`
	Out  string `arg:"" optional:"" help:"The file to write; nothing or - is standard output."`
}

// Run converts a document, streaming where both formats allow it.
func (c *convertCmd) Run(ctx context.Context, std streams) error {
	from, err := formatOf(c.In, c.From)
	if err != nil {
		return err
	}
	to, err := formatOf(c.Out, c.To)
	if err != nil {
		return err
	}
	raw, base := std.in, c.Base
	if c.In != "-" {
		f, err := os.Open(c.In)
		if err != nil {
			return err
		}
		defer f.Close()
		raw = f
		if base == "" {
			base = fileIRI(c.In)
		}
	}
	r := decompress(raw)
	defer r.Close()
	if c.Out == "-" {
		c.Out = ""
	}
	in := rdfio.NewReader(r, from, &rdfio.ReaderOptions{Base: base})
	return writeFile(c.Out, std.out, func(w io.Writer) error {
		out := rdfio.NewWriter(w, to, &rdfio.WriterOptions{Prefixes: script.PrefixMap(script.DefaultPrefixes())})
		for q, err := range in.All() {
			if err != nil {
				return fmt.Errorf("%s: %w", c.In, err)
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := out.Write(q); err != nil {
				return err
			}
		}
		return out.Close()
	})
}
