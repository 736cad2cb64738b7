package main

import (
	"context"
	"fmt"
	"time"
)

// logCmd is `entente log`.
type logCmd struct{ source }

// Run lists the commits, the newest first.
func (c *logCmd) Run(_ context.Context, std streams) error {
	store, err := c.open()
	if err != nil {
		return err
	}
	defer store.Close()
	log, err := store.Log()
	if err != nil {
		return err
	}
	for i := len(log) - 1; i >= 0; i-- {
		e := log[i]
		kept := ""
		if e.Kept {
			kept = "  kept"
		}
		fmt.Fprintf(std.out, "%6d  %s  +%d -%d%s\n", e.Commit, e.Time.Format(time.DateTime), e.Added, e.Removed, kept)
	}
	return nil
}
