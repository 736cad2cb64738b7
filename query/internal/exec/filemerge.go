package exec

import (
	"cmp"
	"container/heap"
	"context"

	"github.com/ententedb/entente/graph/encoded"
)

// mergeFan is the number of files that are merged at once: more are merged into one
// first, so that neither their buffers nor the open files grow with the data.
const mergeFan = 64

// fileMerge merges spill files whose rows are sorted alike, into batches of their first
// columns. Equal rows come in the sequence of the files' numbers.
type fileMerge struct {
	width int // columns delivered
	// loaded, if not nil, is called for each batch that is read from a file.
	loaded func(f *spillFile) error
	// compare compares the rows at hand of two files.
	compare func(a, b *spillFile) (int, error)

	files []*spillFile // in a heap once begun
	begun bool
	rows  *rows
	out   Batch
	err   error // of compare
}

// add takes a file that was written. When there are many, they become one.
func (m *fileMerge) add(ctx context.Context, env *Env, f *spillFile) error {
	m.files = append(m.files, f)
	if len(m.files) < mergeFan {
		return nil
	}
	all := &fileMerge{loaded: m.loaded, compare: m.compare, files: m.files}
	m.files = nil
	defer all.remove()
	one, err := newSpillFile(env, f.spilled, all.files[0].number)
	if err != nil {
		return err
	}
	m.files = append(m.files, one)
	for {
		b, err := all.next(ctx)
		if b == nil || err != nil {
			return err
		}
		if err := one.write(b); err != nil {
			return err
		}
	}
}

// begin reads the first row of each file.
func (m *fileMerge) begin() error {
	m.begun = true
	files := m.files
	m.files = nil
	for i, f := range files {
		err := f.rewind()
		more := false
		if err == nil {
			more, err = m.advance(f)
		}
		if err != nil {
			m.files = append(m.files, files[i:]...) // to be removed
			return err
		}
		if more {
			m.files = append(m.files, f)
		} else {
			f.remove()
		}
	}
	heap.Init(m)
	return m.err
}

// advance moves a file to its next row; false at its end.
func (m *fileMerge) advance(f *spillFile) (bool, error) {
	if f.pos++; f.batch != nil && f.pos < f.batch.Len {
		return true, nil
	}
	b, err := f.read()
	if b == nil || err != nil {
		return false, err
	}
	f.pos = 0
	if m.loaded != nil {
		err = m.loaded(f)
	}
	return err == nil, err
}

// next returns the next batch, nil at the end.
func (m *fileMerge) next(ctx context.Context) (*Batch, error) {
	if !m.begun {
		if err := m.begin(); err != nil {
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if m.rows != nil {
		m.rows.reset()
	}
	for len(m.files) > 0 && (m.rows == nil || m.rows.n < BatchSize) {
		f := m.files[0]
		if m.rows == nil {
			if m.width == 0 {
				m.width = len(f.batch.Columns)
			}
			m.rows = newRows(m.width)
		}
		m.rows.appendRange(f.batch, f.pos, f.pos+1)
		more, err := m.advance(f)
		if err != nil {
			return nil, err
		}
		if more {
			heap.Fix(m, 0)
		} else {
			heap.Pop(m)
			f.remove()
		}
		if m.err != nil {
			return nil, m.err
		}
	}
	if m.rows == nil || m.rows.n == 0 {
		return nil, nil
	}
	return m.rows.batch(&m.out, 0, m.rows.n), nil
}

func (m *fileMerge) remove() {
	if m != nil {
		removeFiles(m.files)
		m.files = nil
	}
}

// The heap has the file with the smallest row first.

func (m *fileMerge) Len() int      { return len(m.files) }
func (m *fileMerge) Swap(i, j int) { m.files[i], m.files[j] = m.files[j], m.files[i] }
func (m *fileMerge) Push(any)      { panic("not used") }

func (m *fileMerge) Pop() any {
	f := m.files[len(m.files)-1]
	m.files = m.files[:len(m.files)-1]
	return f
}

func (m *fileMerge) Less(i, j int) bool {
	c, err := m.compare(m.files[i], m.files[j])
	if err != nil {
		m.err = err
	}
	if c != 0 {
		return c < 0
	}
	return m.files[i].number < m.files[j].number
}

// value returns column c of the row at hand.
func (s *spillFile) value(c int) encoded.Term {
	if col := s.batch.Columns[c]; col != nil {
		return col[s.pos]
	}
	return encoded.Undefined
}

// newColumnMerge merges files that are sorted by the encoded values of some columns: it
// brings back the order that parting rows lost.
func newColumnMerge(by []int) *fileMerge {
	return &fileMerge{compare: func(a, b *spillFile) (int, error) {
		for _, c := range by {
			if ta, tb := a.value(c), b.value(c); ta != tb {
				return cmp.Compare(ta, tb), nil
			}
		}
		return 0, nil
	}}
}
