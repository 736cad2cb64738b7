package main

import (
	"context"
	"fmt"
	"io"

	"github.com/ententedb/entente/storage"
)

// restoreCmd is `entente restore`.
type restoreCmd struct {
	target
	Files []string `arg:"" name:"file" help:"A full backup, and then those made with --since, in order."`
}

// Run makes a store of backups.
func (c *restoreCmd) Run(ctx context.Context, std streams) error {
	var backups []io.Reader
	for _, name := range c.Files {
		r, closer, err := openBackup(name)
		if err != nil {
			return err
		}
		defer closer()
		backups = append(backups, r)
	}
	err := working(std, func() error { return storage.Restore(ctx, c.DB, c.options(), backups...) })
	if err != nil {
		return err
	}
	store, err := storage.Open(c.DB, c.options())
	if err != nil {
		return err
	}
	defer store.Close()
	info, err := store.Info()
	if err == nil {
		fmt.Fprintf(std.out, "restored %d quads, commit %d\n", info.Totals.Quads, info.Commit)
	}
	return err
}
