package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"unsafe"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/rdfio"
)

// loadTask is work for a parser: a chunk of lines, or quads parsed already.
type loadTask struct {
	input  int
	graph  graph.Term
	file   string
	format rdfio.Format
	chunk  []byte
	line   int
	quads  []graph.Quad
}

const chunkSize = 1 << 20

// read cuts a document into tasks.
func (l *loader) read(ctx context.Context, in *Input, n int) error {
	if in.Format == rdfio.NTriples || in.Format == rdfio.NQuads {
		return l.readLines(ctx, in, n)
	}
	g := l.gather(n, in.Graph)
	rd := rdfio.NewReader(&countingReader{in.Reader, &l.bytes}, in.Format, &rdfio.ReaderOptions{Base: in.Base, File: in.File})
	for {
		q, err := rd.Read()
		if err == io.EOF {
			return g.flush(ctx)
		}
		if err != nil {
			return err
		}
		if err := g.add(ctx, q); err != nil {
			return err
		}
	}
}

type countingReader struct {
	r io.Reader
	n *atomic.Int64
}

func (c *countingReader) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n.Add(int64(n))
	return n, err
}

// gatherer collects quads into tasks.
type gatherer struct {
	l    *loader
	task loadTask
}

func (l *loader) gather(input int, g graph.Term) *gatherer {
	return &gatherer{l, loadTask{input: input, graph: g}}
}

func (g *gatherer) add(ctx context.Context, q graph.Quad) error {
	g.task.quads = append(g.task.quads, q)
	if len(g.task.quads) == 1024 {
		return g.flush(ctx)
	}
	return nil
}

func (g *gatherer) flush(ctx context.Context) error {
	t := g.task
	g.task.quads = nil
	return g.l.send(ctx, t)
}

func (l *loader) send(ctx context.Context, t loadTask) error {
	select {
	case l.tasks <- t:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// readLines cuts lines into chunks of about chunkSize that end at a line's end.
func (l *loader) readLines(ctx context.Context, in *Input, n int) error {
	line := 1
	buf := *l.buffers.Get().(*[]byte)
	have := 0
	for {
		got, err := io.ReadFull(in.Reader, buf[have:])
		l.bytes.Add(int64(got))
		have += got
		atEnd := err == io.EOF || err == io.ErrUnexpectedEOF
		if err != nil && !atEnd {
			if in.File != "" {
				return fmt.Errorf("read %s: %w", in.File, err)
			}
			return err
		}
		cut := have
		if !atEnd {
			if cut = bytes.LastIndexByte(buf[:have], '\n') + 1; cut == 0 {
				// A line longer than the buffer.
				buf = append(buf, make([]byte, len(buf))...)
				continue
			}
		}
		next := *l.buffers.Get().(*[]byte)
		if len(next) < len(buf) {
			next = make([]byte, len(buf))
		}
		rest := copy(next, buf[cut:have])
		lines := bytes.Count(buf[:cut], []byte{'\n'})
		if cut > 0 {
			t := loadTask{input: n, graph: in.Graph, file: in.File, format: in.Format, chunk: buf[:cut], line: line}
			if err := l.send(ctx, t); err != nil {
				return err
			}
		}
		line += lines
		buf, have = next, rest
		if atEnd {
			return nil
		}
	}
}

// work parses tasks into parts until there are no more.
func (l *loader) work(ctx context.Context) error {
	part := l.newPart()
	for {
		var t loadTask
		var ok bool
		select {
		case t, ok = <-l.tasks:
		case <-ctx.Done():
			return ctx.Err()
		}
		if !ok {
			break
		}
		part.input = t.input
		n := 0
		emit := func(q graph.Quad) error {
			if q.Graph.IsZero() {
				q.Graph = t.graph
			}
			n++
			return part.add(q)
		}
		var err error
		if t.chunk != nil {
			err = l.parse(&t, emit)
			if len(t.chunk) <= chunkSize {
				buf := t.chunk[:cap(t.chunk)]
				l.buffers.Put(&buf)
			}
		}
		for _, q := range t.quads {
			if err == nil {
				err = emit(q)
			}
		}
		l.quads.Add(uint64(n))
		if err != nil {
			return err
		}
		if part.size() > l.partMax {
			part.sort()
			if err := part.spill(l); err != nil {
				return fmt.Errorf("load: %w", err)
			}
			part = l.newPart()
		}
	}
	return nil
}

func (l *loader) newPart() *loadPart {
	p := newLoadPart(&l.mem)
	l.mu.Lock()
	l.parts = append(l.parts, p)
	l.mu.Unlock()
	return p
}

// parse parses a chunk of lines. Terms are substrings of the chunk, whose memory
// is used again; the part copies what it keeps.
func (l *loader) parse(t *loadTask, emit func(graph.Quad) error) error {
	text, line := unsafe.String(unsafe.SliceData(t.chunk), len(t.chunk)), t.line
	for {
		err := rdfio.ParseLines(text, line, t.format, emit)
		var bad *rdfio.SyntaxError
		if !errors.As(err, &bad) {
			return err
		}
		bad.File = t.file
		if l.options.Skip == nil {
			return err
		}
		// Go on after the bad line.
		l.skipped.Add(1)
		l.mu.Lock()
		l.options.Skip(err)
		l.mu.Unlock()
		end := bytes.IndexByte(t.chunk[len(t.chunk)-len(text)+int(bad.Offset):], '\n')
		if end < 0 {
			return nil
		}
		skip := int(bad.Offset) + end + 1
		line = bad.Line + 1
		text = text[skip:]
	}
}
