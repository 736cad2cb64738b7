// Command run runs the W3C test suites and writes the conformance report. It
// is what `make conformance` calls; RDF_TESTS names the folder of the suites.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/ententedb/entente/query/conformance"
)

func main() {
	out := flag.String("out", "", "write the report in Markdown to this `file`")
	quick := flag.Bool("quick", false, "in memory only")
	dir := flag.String("tests", os.Getenv("RDF_TESTS"), "the `folder` of the suites")
	flag.Parse()
	if *dir == "" {
		*dir = filepath.Join("..", "shared", "rdf-tests")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *dir, *out, flag.Args(), *quick); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir, out string, manifests []string, quick bool) error {
	if len(manifests) == 0 {
		var err error
		if manifests, err = conformance.Roots(dir); err != nil {
			return err
		}
	}
	tests, err := conformance.ReadManifests(dir, manifests...)
	if err != nil {
		return err
	}
	outcomes, err := conformance.Run(ctx, tests, conformance.Options{Quick: quick})
	if err != nil {
		return err
	}
	conformance.WriteText(os.Stdout, outcomes)
	if out != "" {
		f, err := os.Create(out)
		if err != nil {
			return err
		}
		conformance.WriteMarkdown(f, outcomes)
		if err := f.Close(); err != nil {
			return err
		}
	}
	if _, passed, total := conformance.Suites(outcomes); passed < total {
		return fmt.Errorf("%d tests failed", total-passed)
	}
	return nil
}
