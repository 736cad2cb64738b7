package exec

import (
	"context"

	"github.com/ententedb/entente/graph/encoded"
)

// Operators that hash and have no room left part rows by the hash of their key:
// rows with equal keys come into the same file, so that the files can be worked
// off one after the other (the grace hash join of Kitsuregawa et al., 1983). A
// file that is still too large is parted again by other bits of the hash.
const (
	partBits = 4
	partFan  = 1 << partBits
	// maxDepth is how often rows are parted at most. The bits used are below those
	// that place keys in a keyIndex.
	maxDepth = 5
)

// partitions are the temporary files that one operator parts rows into.
type partitions struct {
	dir     string
	spilled *int64 // counts the bytes written
	depth   int
	hash    keyIndex // for its hash function
	idx     [partFan][]int32
	pending [partFan]*rows
	files   [partFan]*spillFile
	out     Batch
	every   []int32 // 0, 1, 2 …
}

func newPartitions(dir string, spilled *int64, depth int) *partitions {
	return &partitions{dir: dir, spilled: spilled, depth: depth}
}

// addAll parts the rows of a batch by the hash of key, columns of the same length.
func (p *partitions) addAll(ctx context.Context, b *Batch, key [][]encoded.Term) error {
	for len(p.every) < b.Len {
		p.every = append(p.every, int32(len(p.every)))
	}
	return p.add(ctx, b, key, p.every[:b.Len])
}

// add is addAll for the rows with these numbers.
func (p *partitions) add(ctx context.Context, b *Batch, key [][]encoded.Term, only []int32) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	hashes := p.hash.hashes(key, b.Len)
	shift := p.depth * partBits
	for k := range p.idx {
		p.idx[k] = p.idx[k][:0]
	}
	for _, i := range only {
		k := hashes[i] >> shift & (partFan - 1)
		p.idx[k] = append(p.idx[k], i)
	}
	for k, idx := range p.idx {
		for len(idx) > 0 {
			if p.pending[k] == nil {
				p.pending[k] = newRows(len(b.Columns))
			}
			n := min(len(idx), runBatch-p.pending[k].n)
			p.pending[k].appendRows(b, idx[:n])
			idx = idx[n:]
			if p.pending[k].n == runBatch {
				if err := p.flush(k); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (p *partitions) flush(k int) error {
	r := p.pending[k]
	if r == nil || r.n == 0 {
		return nil
	}
	if p.files[k] == nil {
		f, err := newSpillFile(p.dir, k)
		if err != nil {
			return err
		}
		p.files[k] = f
	}
	n, err := p.files[k].write(r.batch(&p.out, 0, r.n))
	*p.spilled += n
	r.reset()
	return err
}

// finish ends writing. The files, nil where there are no rows, are then the caller's to remove.
func (p *partitions) finish() ([partFan]*spillFile, error) {
	for k := range p.files {
		if err := p.flush(k); err != nil {
			return p.files, err
		}
		p.pending[k] = nil
		if p.files[k] != nil {
			if err := p.files[k].rewind(); err != nil {
				return p.files, err
			}
		}
	}
	files := p.files
	p.files = [partFan]*spillFile{}
	return files, nil
}

// remove drops the files.
func (p *partitions) remove() {
	if p != nil {
		removeFiles(p.files[:])
	}
}

func removeFiles(files []*spillFile) {
	for _, f := range files {
		if f != nil {
			f.remove()
		}
	}
}

// columnMerge merges files whose rows are sorted by the encoded values of some
// columns: it brings back the order that parting lost. Equal rows come by file.
type columnMerge struct {
	files []*spillFile
	by    []int // columns
	begun bool
	rows  *rows
	out   Batch
}

func (m *columnMerge) next(ctx context.Context) (*Batch, error) {
	if !m.begun {
		m.begun = true
		kept := m.files[:0]
		for _, f := range m.files {
			if err := f.rewind(); err != nil {
				return nil, err
			}
			b, err := f.read()
			if err != nil {
				return nil, err
			}
			if b == nil {
				f.remove()
				continue
			}
			f.pos = 0
			kept = append(kept, f)
		}
		m.files = kept
	}
	if m.rows != nil {
		m.rows.reset()
	}
	for len(m.files) > 0 && (m.rows == nil || m.rows.n < BatchSize) {
		least := 0
		for i := 1; i < len(m.files); i++ {
			if m.less(m.files[i], m.files[least]) {
				least = i
			}
		}
		f := m.files[least]
		if m.rows == nil {
			m.rows = newRows(len(f.batch.Columns))
		}
		m.rows.appendRange(f.batch, f.pos, f.pos+1)
		if f.pos++; f.pos < f.batch.Len {
			continue
		}
		b, err := f.read()
		if err != nil {
			return nil, err
		}
		f.pos = 0
		if b == nil {
			f.remove()
			m.files = append(m.files[:least], m.files[least+1:]...)
		}
	}
	if m.rows == nil || m.rows.n == 0 {
		return nil, nil
	}
	return m.rows.batch(&m.out, 0, m.rows.n), nil
}

func (m *columnMerge) less(a, b *spillFile) bool {
	for _, c := range m.by {
		var ta, tb encoded.Term
		if col := a.batch.Columns[c]; col != nil {
			ta = col[a.pos]
		}
		if col := b.batch.Columns[c]; col != nil {
			tb = col[b.pos]
		}
		if ta != tb {
			return ta < tb
		}
	}
	return false
}

func (m *columnMerge) remove() {
	if m != nil {
		removeFiles(m.files)
		m.files = nil
	}
}
