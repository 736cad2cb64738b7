package main

import (
	"context"
	"fmt"

	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/script"
	"github.com/ententedb/entente/storage"
)

// updateCmd is `entente update`.
type updateCmd struct {
	target
	File string `short:"f" type:"existingfile" help:"Read the update from this file."`
	Text string `arg:"" optional:"" help:"The update; - or nothing reads standard input."`
}

// Run carries out the update as one commit.
func (c *updateCmd) Run(ctx context.Context, std streams) error {
	text, err := textOf(c.Text, c.File, std)
	if err != nil {
		return err
	}
	store, err := storage.Open(c.DB, c.options())
	if err != nil {
		return err
	}
	defer store.Close()
	var report query.UpdateReport
	err = store.Update(func(tx *storage.Tx) error {
		report, err = query.Update(ctx, tx, text, query.WithPrefixes(script.DefaultPrefixes()...))
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "inserted %d, deleted %d\n", report.Inserted, report.Deleted)
	return nil
}
