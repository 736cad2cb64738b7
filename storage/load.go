package storage

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
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
	var sources []QuadSource
	for _, in := range inputs {
		sources = append(sources, func(ctx context.Context, emit func(graph.Quad) error) error {
			rd := rdfio.NewReader(in.Reader, in.Format, &rdfio.ReaderOptions{Base: in.Base, File: in.File})
			for n := 0; ; n++ {
				if n&0xfff == 0 && ctx.Err() != nil {
					return ctx.Err()
				}
				q, err := rd.Read()
				if err == io.EOF {
					return nil
				}
				if err != nil {
					return err
				}
				if q.Graph.IsZero() {
					q.Graph = in.Graph
				}
				if err := emit(q); err != nil {
					return err
				}
			}
		})
	}
	return s.LoadQuads(ctx, sources...)
}

// LoadQuads adds the quads of the sources, all or none.
func (s *Store) LoadQuads(ctx context.Context, sources ...QuadSource) (LoadReport, error) {
	var report LoadReport
	start := time.Now()
	if s.options.ReadOnly {
		return report, ErrReadOnly
	}
	part := newLoadPart()
	for _, source := range sources {
		part.newFile()
		err := source(ctx, func(q graph.Quad) error {
			report.Quads++
			return part.add(q)
		})
		if err != nil {
			return report, err
		}
	}
	err := s.UpdateContext(ctx, func(tx *Tx) error {
		return tx.w.loadParts([]*loadPart{part})
	})
	report.Duration = time.Since(start)
	if err == nil {
		s.mu.Lock()
		report.Added = s.state.m.added
		s.mu.Unlock()
	}
	return report, err
}

// loadPart gathers quads whose dictionary terms are numbered in order of their
// arrival: a term is [encoded.Make] of its tag and that number.
type loadPart struct {
	numbers [7]map[string]uint32
	texts   [7][]string
	triples [][3]encoded.Term
	byTerms map[[3]encoded.Term]uint32
	quads   []row
	arena   []byte
	buf     []byte
}

func newLoadPart() *loadPart {
	p := &loadPart{byTerms: map[[3]encoded.Term]uint32{}}
	for i := range p.numbers {
		p.numbers[i] = map[string]uint32{}
	}
	return p
}

// newFile begins a new scope of blank node labels.
func (p *loadPart) newFile() { clear(p.numbers[encoded.TagBlank]) }

func (p *loadPart) add(q graph.Quad) error {
	var r row
	for i, t := range []graph.Term{q.Subject, q.Predicate, q.Object} {
		e, err := p.term(t)
		if err != nil {
			return err
		}
		r[i] = e
	}
	r[3] = encoded.DefaultGraph
	if !q.Graph.IsZero() {
		e, err := p.term(q.Graph)
		if err != nil {
			return err
		}
		r[3] = e
	}
	p.quads = append(p.quads, r)
	return nil
}

func (p *loadPart) term(t graph.Term) (encoded.Term, error) {
	if e, ok := encoded.Inline(t); ok {
		return e, nil
	}
	tag := tagOf(t)
	switch tag {
	case encoded.TagNone:
		return 0, fmt.Errorf("load: a quad lacks a term")
	case encoded.TagTriple:
		tt := t.Triple()
		var c [3]encoded.Term
		for i, part := range []graph.Term{tt.Subject, tt.Predicate, tt.Object} {
			e, err := p.term(part)
			if err != nil {
				return 0, err
			}
			c[i] = e
		}
		n, ok := p.byTerms[c]
		if !ok {
			n = uint32(len(p.triples))
			p.triples = append(p.triples, c)
			p.byTerms[c] = n
		}
		return encoded.Make(tag, uint64(n)), nil
	}
	p.buf = appendText(p.buf[:0], t, tag)
	n, ok := p.numbers[tag][string(p.buf)]
	if !ok {
		text := p.keep(p.buf)
		n = uint32(len(p.texts[tag]))
		p.texts[tag] = append(p.texts[tag], text)
		p.numbers[tag][text] = n
	}
	return encoded.Make(tag, uint64(n)), nil
}

// keep copies a text.
func (p *loadPart) keep(b []byte) string { return strings.Clone(string(b)) }

// loadParts enters the terms of the parts into the dictionary and their quads
// into a run.
func (w *writer) loadParts(parts []*loadPart) error {
	s := w.tx.store
	maps := make([][7][]encoded.Term, len(parts))
	total := 0
	for i, p := range parts {
		for tag := range p.texts {
			maps[i][tag] = make([]encoded.Term, len(p.texts[tag]))
		}
		for n := range maps[i][encoded.TagBlank] {
			maps[i][encoded.TagBlank][n] = encoded.Make(encoded.TagBlank, w.nextBlank)
			w.nextBlank++
		}
		for tag := encoded.TagIRI; tag <= encoded.TagTyped; tag++ {
			total += len(p.texts[tag])
		}
	}
	m := w.tx.st.m
	empty := len(m.segments) == 0 && m.nextSecond == 0 && len(w.loose) == 0
	var out *batch
	var sw *segmentWriter
	if total > maxLoose || empty {
		out = s.engine.batch(s.tick())
		defer func() {
			if out != nil {
				out.cancel()
			}
		}()
		info := segmentInfo{id: max(m.nextSegment, s.segmentID), second: !empty}
		s.segmentID = info.id + 1
		sw = newSegmentWriter(info, out)
	}
	type ref struct {
		text string
		part int
		n    uint32
	}
	next := w.firstLoose + uint64(len(w.loose))
	for tag := encoded.TagIRI; tag <= encoded.TagTyped; tag++ {
		var refs []ref
		for i, p := range parts {
			for n, text := range p.texts[tag] {
				refs = append(refs, ref{text, i, uint32(n)})
			}
		}
		slices.SortFunc(refs, func(a, b ref) int { return cmp.Compare(a.text, b.text) })
		if sw != nil && sw.info.second {
			sw.info.base[tag] = next
		}
		var last encoded.Term
		for i, r := range refs {
			if i > 0 && r.text == refs[i-1].text {
				maps[r.part][tag][r.n] = last
				continue
			}
			if i&0xfff == 0 {
				if err := w.ctx.Err(); err != nil {
					return err
				}
			}
			var ok bool
			var err error
			if !empty {
				if last, ok, err = w.tx.encodeText(tag, r.text); err != nil {
					return err
				}
			}
			switch {
			case ok:
			case sw != nil:
				last, err = sw.add(tag, r.text)
			default:
				last = encoded.MakeSecond(tag, next)
				next++
				key := termKey{tag, r.text}
				w.loose = append(w.loose, key)
				w.terms[key] = last
			}
			if err != nil {
				return err
			}
			maps[r.part][tag][r.n] = last
		}
		if sw != nil && sw.info.second {
			next += sw.info.count[tag]
		}
	}
	if sw != nil {
		info, err := sw.finish()
		if err != nil {
			return err
		}
		err = out.flush()
		out = nil
		if err != nil {
			return err
		}
		n := uint64(0)
		for _, c := range info.count {
			n += c
		}
		if n > 0 {
			w.segment = &info
			if info.second {
				w.segmentTerms = n
			}
		}
	}
	rows := 0
	for _, p := range parts {
		rows += len(p.quads)
	}
	all := make([]row, 0, rows)
	for i, p := range parts {
		triples := make([]encoded.Term, len(p.triples))
		global := func(t encoded.Term) encoded.Term {
			switch tag := t.Tag(); {
			case tag == encoded.TagTriple:
				return triples[t.Payload()]
			case tag >= encoded.TagBlank && tag <= encoded.TagTyped:
				return maps[i][tag][t.Payload()]
			}
			return t
		}
		for n, c := range p.triples {
			e, err := w.internTriple([3]encoded.Term{global(c[0]), global(c[1]), global(c[2])})
			if err != nil {
				return err
			}
			triples[n] = e
		}
		for _, q := range p.quads {
			all = append(all, row{global(q[0]), global(q[1]), global(q[2]), global(q[3])})
		}
		p.quads = nil
	}
	if err := w.flush(); err != nil { // the triple terms
		return err
	}
	return w.loadRows(all)
}

// loadRows adds the quads that are not there yet as a run.
func (w *writer) loadRows(rows []row) error {
	var keep func(row) (bool, error)
	if len(w.tx.quadRuns()) > 0 {
		p, err := w.tx.prober()
		if err != nil {
			return err
		}
		keep = func(r row) (bool, error) { ok, err := p.has(r); return !ok, err }
	}
	if len(rows) <= maxSmallRows {
		slices.SortFunc(rows, compareRows)
		rows = slices.Compact(rows)
		var kept []row
		for _, r := range rows {
			if keep != nil {
				if ok, err := keep(r); err != nil || !ok {
					if err != nil {
						return err
					}
					continue
				}
			}
			kept = append(kept, r)
		}
		return w.addRun(runInserts, kept)
	}
	s := w.tx.store
	info := runInfo{id: w.nextRun, kind: runInserts}
	w.nextRun++
	out := s.engine.batch(s.tick())
	info, err := buildRun(w.ctx, out, info, rows, keep)
	if err != nil {
		out.cancel()
		return err
	}
	if err := out.flush(); err != nil {
		return err
	}
	if info.rows == 0 {
		return nil
	}
	sn := s.engine.snapshot(s.clock.Load())
	w.snapshots = append(w.snapshots, sn)
	w.runs = append(w.runs, &run{runInfo: info, store: s, sn: sn})
	return nil
}
