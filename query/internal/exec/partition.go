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
	env     *Env
	spilled *int64 // counts the bytes written
	depth   int
	hash    keyIndex // for its hash function
	idx     [partFan][]int32
	pending [partFan]*rows
	files   [partFan]*spillFile
	out     Batch
	every   []int32 // 0, 1, 2 …
}

func newPartitions(env *Env, spilled *int64, depth int) *partitions {
	return &partitions{env: env, spilled: spilled, depth: depth}
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
		f, err := newSpillFile(p.env, p.spilled, k)
		if err != nil {
			return err
		}
		p.files[k] = f
	}
	err := p.files[k].write(r.batch(&p.out, 0, r.n))
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
