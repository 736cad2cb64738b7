package main

import (
	"context"
	"fmt"
)

// compactCmd is `entente compact`.
type compactCmd struct{ target }

// Run merges the store's runs and gives space back.
func (c *compactCmd) Run(ctx context.Context, std streams) error {
	store, err := c.openExisting()
	if err != nil {
		return err
	}
	defer store.Close()
	before, err := store.Info()
	if err != nil {
		return err
	}
	if err := working(std, func() error { return store.Compact(ctx) }); err != nil {
		return err
	}
	after, err := store.Info()
	if err == nil {
		fmt.Fprintf(std.out, "%d runs, %s on disk; before: %d runs, %s\n", len(after.Runs), byteSize(after.OnDisk), len(before.Runs), byteSize(before.OnDisk))
	}
	return err
}
