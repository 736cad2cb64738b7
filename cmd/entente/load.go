package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/storage"
)

// loadCmd is `entente load`.
type loadCmd struct {
	target
	Files  []string `arg:"" name:"file" help:"RDF files, .gz and .zst too; - is standard input and needs --format."`
	Format string   `help:"The format, where the names do not tell: nt, nq, ttl, trig, rdf, jsonld."`
	Graph  string   `placeholder:"IRI" help:"Load into this named graph."`
	Mode   string   `enum:"strict,skip" default:"strict" help:"What bad input does: strict keeps nothing, skip leaves out bad lines and reports them."`
	Memory byteSize `default:"1GiB" help:"Memory budget for sorting."`
}

// Run loads the files as one commit.
func (c *loadCmd) Run(ctx context.Context, std streams) error {
	start := time.Now()
	progress := newProgress(std.err)
	defer progress.done()

	var inputs []storage.Input
	for _, name := range c.Files {
		in, closer, err := c.input(name, std, progress)
		if err != nil {
			return err
		}
		defer closer()
		inputs = append(inputs, in)
	}
	fresh := !exists(c.DB)
	store, err := storage.Open(c.DB, &storage.Options{Memory: int64(c.Memory), KeepHistory: c.KeepHistory})
	if err != nil {
		return err
	}
	opts := &storage.LoadOptions{Progress: progress.show}
	if c.Mode == "skip" {
		opts.Skip = func(err error) { fmt.Fprintln(std.err, "skipped:", err) }
	}
	report, err := store.LoadInputs(ctx, inputs, opts)
	if closeErr := store.Close(); err == nil {
		err = closeErr
	}
	progress.done()
	if err != nil {
		if fresh {
			os.RemoveAll(c.DB) // nothing was there before, so nothing stays
		}
		if ctx.Err() != nil {
			fmt.Fprintln(std.err, "nothing of what was read is kept")
		}
		return err
	}
	took := time.Since(start)
	known := ""
	if n := report.Quads - report.Added; n > 0 {
		known = fmt.Sprintf(", %d of them known before", n)
	}
	fmt.Fprintf(std.out, "loaded %d quads in %s (%.0f quads/s)%s\n", report.Quads, took.Round(time.Millisecond),
		float64(report.Quads)/took.Seconds(), known)
	return nil
}

// input opens one file of the command line.
func (c *loadCmd) input(name string, std streams, progress *progress) (storage.Input, func(), error) {
	if name == "-" && c.Format == "" {
		return storage.Input{}, nil, notUnderstood(fmt.Errorf("standard input needs --format (%s)", formatNames()))
	}
	format, err := formatOf(name, c.Format)
	if err != nil {
		return storage.Input{}, nil, err
	}
	raw, size := std.in, int64(-1)
	closer := func() {}
	if name == "-" {
		name = "standard input"
	} else {
		f, err := os.Open(name)
		if err != nil {
			return storage.Input{}, nil, err
		}
		closer = func() { f.Close() }
		if info, err := f.Stat(); err == nil {
			size = info.Size()
		}
		raw = f
	}
	r := decompress(progress.reading(raw, size))
	return c.asInput(r, format, name), func() { r.Close(); closer() }, nil
}

func (c *loadCmd) asInput(r io.Reader, format rdfio.Format, name string) storage.Input {
	in := storage.Input{Reader: r, Format: format, File: name, Base: fileIRI(name)}
	if c.Graph != "" {
		in.Graph = graph.IRI(c.Graph)
	}
	return in
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// progress shows how far reading is, on a terminal only and only when it lasts.
type progress struct {
	out   io.Writer
	bar   *progressbar.ProgressBar
	total int64
}

func newProgress(out io.Writer) *progress {
	f, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return &progress{}
	}
	return &progress{out: out}
}

// reading counts the bytes read from r towards the total.
func (p *progress) reading(r io.Reader, size int64) io.Reader {
	if p.out == nil {
		return r
	}
	if size < 0 || p.total < 0 {
		p.total = -1
	} else {
		p.total += size
	}
	if p.bar == nil {
		p.bar = progressbar.NewOptions64(p.total, progressbar.OptionSetWriter(p.out), progressbar.OptionShowBytes(true),
			progressbar.OptionSetDescription("reading"), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish())
	} else {
		p.bar.ChangeMax64(p.total)
	}
	return io.TeeReader(r, p.bar)
}

// show is called by the loader as it goes on.
func (p *progress) show(l storage.LoadProgress) {
	if p.bar != nil {
		p.bar.Describe(fmt.Sprintf("%s: %d quads, %.0f/s", l.Stage, l.Quads, float64(l.Quads)/l.Time.Seconds()))
	}
}

func (p *progress) done() {
	if p.bar != nil {
		_ = p.bar.Finish()
		p.bar = nil
	}
}
