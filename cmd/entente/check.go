package main

import (
	"context"
	"fmt"
	"time"

	"github.com/ententedb/entente/storage"
)

// checkCmd is `entente check`.
type checkCmd struct{ source }

// Run checks the whole store and fails if anything is wrong.
func (c *checkCmd) Run(ctx context.Context, std streams) error {
	store, err := c.open()
	if err != nil {
		return err
	}
	defer store.Close()
	start := time.Now()
	var report storage.CheckReport
	err = working(std, func() (err error) {
		report, err = store.Check(ctx)
		return err
	})
	if err != nil {
		return err
	}
	for _, problem := range report.Problems {
		fmt.Fprintln(std.out, problem)
	}
	if n := len(report.Problems); n > 0 {
		return fmt.Errorf("check found %d problems", n)
	}
	fmt.Fprintf(std.out, "checked %d quads in %s: no problems found\n", report.Quads, time.Since(start).Round(10*time.Microsecond))
	return nil
}
