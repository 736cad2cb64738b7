// Command build writes the embedded graph of international partnerships from
// its source tables. It runs in the folder datasets/partnerships, through
// go generate (make dataset).
package main

import (
	"fmt"
	"os"

	"github.com/ententedb/entente/datasets/partnerships/tables"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run() error {
	dir := os.DirFS(".")
	quads, err := tables.Build(dir)
	if err != nil {
		return err
	}
	coverage, err := tables.Coverage(dir, quads)
	if err != nil {
		return err
	}
	if err := os.WriteFile("COVERAGE.md", coverage, 0o644); err != nil {
		return err
	}
	packed, err := tables.Pack(quads)
	if err != nil {
		return err
	}
	if err := os.WriteFile("partnerships.nt.zst", packed, 0o644); err != nil {
		return err
	}
	fmt.Printf("partnerships.nt.zst: %d statements, %d bytes\n", len(quads), len(packed))
	return nil
}
