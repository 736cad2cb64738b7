package storage

// A load has four steps. Documents are cut into chunks, which several workers
// parse (loadread.go); each worker gathers terms and quads in a part, whose quads name terms
// by the part's own numbers (loadpart.go). When a part is full it is sorted and
// spilled to a file. Then the parts' sorted terms are merged into the dictionary,
// which gives each its final number (loadterms.go). Then the quads are translated
// and sorted into every order, and, where they are more than the memory budget
// allows, spilled as sorted pieces and merged (loadrows.go, loadpiece.go). At last one commit
// makes all visible. So a load is bounded by its budget, atomic, and the same for
// an empty store and a full one.

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/rdfio"
)

// Input is one document of a load. Blank node labels mean the same node within
// one input only.
type Input struct {
	Reader io.Reader
	Format rdfio.Format
	// File is the name that errors show.
	File string
	// Base is the IRI that relative ones are resolved against.
	Base string
	// Graph, if set, is the graph of the triples that name none.
	Graph graph.Term
}

// LoadOptions say how a load is done. nil is the default.
type LoadOptions struct {
	// Skip, if set, is called for each bad line of N-Triples or N-Quads, which is
	// left out. Without it, and in the other formats, the first mistake ends the
	// load, and nothing is kept.
	Skip func(err error)
	// Progress, if set, is called about ten times a second, by one goroutine.
	Progress func(LoadProgress)
	// Memory is the budget in bytes; 0 is that of the store.
	Memory int64
}

// LoadProgress says how far a load is.
type LoadProgress struct {
	// Stage is what is done at present, such as "reading" or "sorting".
	Stage string
	Quads uint64 // read so far
	Bytes int64  // read so far, of all inputs
	Time  time.Duration
}

// LoadReport says what a load did.
type LoadReport struct {
	Quads    uint64 // read
	Added    uint64 // of them, new to the store
	Skipped  uint64 // bad lines left out
	Duration time.Duration
	// Memory is the greatest number of bytes held at once for what was read and for
	// sorting it; the engine and the parsers have their own.
	Memory int64
}

// QuadSource delivers quads: it calls emit for each. Blank node labels mean the
// same node within one source only.
type QuadSource func(ctx context.Context, emit func(graph.Quad) error) error

// maxLoose is the number of new terms up to which a load enters them as loose
// terms rather than as a sorted segment.
const maxLoose = 4096

// Load adds the quads of a document, all of them or, after an error, none.
func (s *Store) Load(ctx context.Context, r io.Reader, f rdfio.Format, o *LoadOptions) (LoadReport, error) {
	return s.LoadInputs(ctx, []Input{{Reader: r, Format: f}}, o)
}

// LoadInputs adds the quads of several documents, all of them or none.
func (s *Store) LoadInputs(ctx context.Context, inputs []Input, o *LoadOptions) (LoadReport, error) {
	return s.load(ctx, o, func(ctx context.Context, l *loader) error {
		for i := range inputs {
			if err := l.read(ctx, &inputs[i], i); err != nil {
				return err
			}
		}
		return nil
	})
}

// LoadQuads adds the quads of the sources, all or none.
func (s *Store) LoadQuads(ctx context.Context, o *LoadOptions, sources ...QuadSource) (LoadReport, error) {
	return s.load(ctx, o, func(ctx context.Context, l *loader) error {
		for i, source := range sources {
			g := l.gather(i, graph.Term{})
			err := source(ctx, func(q graph.Quad) error { return g.add(ctx, q) })
			if err == nil {
				err = g.flush(ctx)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// loader is one load in progress.
type loader struct {
	store   *Store
	options LoadOptions
	tasks   chan loadTask
	buffers sync.Pool // of *[]byte, chunkSize long
	dir     string    // of spilled parts and pieces; made when first needed
	dirOnce sync.Once
	dirErr  error
	mem     scratch
	partMax int // size at which a part is spilled
	rowsMax int // number of rows that are sorted at once

	mu      sync.Mutex
	parts   []*loadPart
	stage   atomic.Pointer[string]
	quads   atomic.Uint64
	bytes   atomic.Int64
	skipped atomic.Uint64
}

func (s *Store) load(ctx context.Context, o *LoadOptions, read func(context.Context, *loader) error) (report LoadReport, err error) {
	start := time.Now()
	if s.options.ReadOnly {
		return report, ErrReadOnly
	}
	l := s.newLoader(o)
	workers := max(1, runtime.GOMAXPROCS(0))
	l.partMax = int(l.options.Memory) * 2 / 5 / workers
	l.tasks = make(chan loadTask, workers)
	l.buffers.New = func() any {
		buf := make([]byte, chunkSize)
		return &buf
	}
	stopProgress := l.progress(start)
	defer stopProgress()
	defer func() { err = errors.Join(err, l.close()) }()

	l.setStage("reading")
	group, gctx := errgroup.WithContext(ctx)
	for range workers {
		group.Go(func() error { return l.work(gctx) })
	}
	group.Go(func() error {
		defer close(l.tasks)
		return read(gctx, l)
	})
	if err := group.Wait(); err != nil {
		return report, err
	}
	var w *writer
	err = s.UpdateContext(ctx, func(tx *Tx) error {
		w = tx.w
		return w.finishLoad(l)
	})
	report = LoadReport{Quads: l.quads.Load(), Skipped: l.skipped.Load(), Duration: time.Since(start), Memory: l.mem.peak.Load()}
	if err == nil {
		report.Added = w.added
	}
	return report, err
}

// newLoader returns a loader with its budget divided: two fifths for parts, two
// for sorting rows while parts are still in memory; the rest is the engine's.
func (s *Store) newLoader(o *LoadOptions) *loader {
	l := &loader{store: s}
	if o != nil {
		l.options = *o
	}
	if l.options.Memory <= 0 {
		l.options.Memory = s.options.Memory
	}
	l.rowsMax = max(maxBlockRows, int(l.options.Memory)*2/5/sorterBytes)
	l.setStage("")
	return l
}

// close gives up all memory and files.
func (l *loader) close() error {
	for _, p := range l.parts {
		p.close()
	}
	leakedScratch.Add(l.mem.held.Load())
	if l.dir == "" {
		return nil
	}
	return os.RemoveAll(l.dir)
}

func (l *loader) setStage(stage string) { l.stage.Store(&stage) }

// progress reports until the function it returns is called.
func (l *loader) progress(start time.Time) (stop func()) {
	if l.options.Progress == nil {
		return func() {}
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				l.options.Progress(LoadProgress{Stage: *l.stage.Load(), Quads: l.quads.Load(), Bytes: l.bytes.Load(), Time: time.Since(start)})
			}
		}
	}()
	return func() { close(done); <-ended }
}
