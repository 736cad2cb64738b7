package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/storage"
)

// lexiconCmd is `entente lexicon`.
type lexiconCmd struct{ source }

// Run lists the words that questions may use.
func (c *lexiconCmd) Run(ctx context.Context, std streams) error {
	store, err := c.open()
	if err != nil {
		return err
	}
	defer store.Close()
	return store.View(func(tx *storage.Tx) error {
		lexicon, err := query.LoadLexicon(ctx, tx)
		if err != nil {
			return err
		}
		out := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
		for _, w := range lexicon.Words() {
			clash := ""
			if w.Clash {
				clash = " (ambiguous)"
			}
			fmt.Fprintf(out, "%s\t%s\t%s%s\n", w.Phrase, w.Kind, w.Gloss, clash)
		}
		fmt.Fprintf(out, "and %d names of things\n", lexicon.Names())
		return out.Flush()
	})
}
