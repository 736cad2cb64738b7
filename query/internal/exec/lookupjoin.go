package exec

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sort"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/eval"
)

// fetcher finds the rows of the right side of a look-up join.
type fetcher interface {
	// fetch appends to out the rows whose key columns equal one of the n keys. The
	// keys are distinct and ascending; keys has one column for each key column. Grown is called
	// with out as it grows; its error ends the fetch.
	fetch(ctx context.Context, keys [][]encoded.Term, n int, out *rows, grown func(out *rows) error) error
	close()
}

// lookupJoin takes the distinct keys of each left batch, sorted, fetches the
// rows of the right that have them, and joins the two like a hash join. Where there is no
// room for these, it takes a batch in pieces.
type lookupJoin struct {
	joinCore
	left, right *node
	self        *node
	fetcher     fetcher
	grownFunc   func(*rows) error // grown
	in          *Batch            // the left batch, of which the rows before to are done or at hand
	to          int
	most        int // left rows taken at once
	piece       Batch
	key         []int // left columns of the key
	filters     []*eval.Expression
	table       prober
	rows        *rows
	batch       Batch
	perm, keep  []int32
	keys        [][]encoded.Term
}

// newLookupJoin returns a look-up join, or nil if the right side cannot be looked up by
// variables that are certainly bound on the left. The right side is a scan, or filters over one.
func newLookupJoin(b *builder, kind algebra.JoinKind, left, right *node, cond *eval.Expression, shape *joinShape) *node {
	var filters []*eval.Expression
	inner := right
	for {
		f, ok := inner.run.(*filter)
		if !ok {
			break
		}
		filters = append(filters, f.conds...)
		inner = inner.inputs[0]
	}
	j := &lookupJoin{joinCore: newJoinCore(kind, shape, cond), left: left, right: right, filters: filters}
	switch r := inner.run.(type) {
	case *scanRun:
		if !r.seekable() {
			return nil
		}
		f := &scanFetcher{scan: r}
		for _, v := range inner.sorted {
			if !left.certain(v) {
				break
			}
			j.key = append(j.key, left.column(v))
			f.cols = append(f.cols, inner.column(v))
		}
		if len(j.key) == 0 {
			return nil
		}
		j.fetcher = f
	case *pathRepeat:
		f := &pathFetcher{path: r}
		switch {
		case inner != right || r.same:
			return nil
		case r.subjectCol >= 0 && left.certain(inner.schema[r.subjectCol]):
			f.forward = true
			j.key = []int{left.column(inner.schema[r.subjectCol])}
		case r.objectCol >= 0 && left.certain(inner.schema[r.objectCol]):
			j.key = []int{left.column(inner.schema[r.objectCol])}
		default:
			return nil
		}
		j.fetcher = f
	default:
		return nil
	}
	return j.node(b, inner)
}

func (j *lookupJoin) node(b *builder, inner *node) *node {
	j.rows = newRows(len(inner.schema))
	n := &node{run: j, inputs: []*node{j.left, j.right}, memory: share{budget: b.env.Budget}}
	j.self = n
	j.table = prober{shape: j.shape, mem: &n.memory}
	j.source = &j.table
	j.setSchema(n, j.left)
	n.desc.Operator = "look-up " + joinName(j.kind)
	j.keys = make([][]encoded.Term, len(j.key))
	j.most, j.grownFunc = 1<<30, j.grown
	return n
}

func (j *lookupJoin) next(ctx context.Context) (*Batch, error) {
	for {
		if j.joinCore.left != nil {
			b, err := j.joinCore.next(ctx)
			if b != nil || err != nil {
				return b, err
			}
		}
		if j.in == nil || j.to == j.in.Len {
			left, err := j.left.Next(ctx)
			if left == nil || err != nil {
				return nil, err
			}
			j.in, j.to = left, 0
		}
		if err := j.take(ctx); err != nil {
			return nil, err
		}
	}
}

// take puts the next left rows at hand: as many as there is room for their partners.
func (j *lookupJoin) take(ctx context.Context) error {
	for from := j.to; ; j.most /= 2 {
		j.to = min(from+j.most, j.in.Len)
		left := j.in.part(&j.piece, from, j.to)
		keys, err := j.fetch(ctx, left)
		if err == nil {
			err = j.probe(ctx, left)
		}
		if err == nil || keys == 1 || !errors.Is(err, ErrMemory) {
			return err
		}
		j.most = left.Len
		j.rows, j.joinCore.left, j.table.table = newRows(len(j.rows.cols)), nil, nil
		j.self.memory.set(0)
	}
}

// grown accounts for the fetched rows while they grow.
func (j *lookupJoin) grown(out *rows) error { return j.self.memory.need(out.bytes()) }

// fetch makes the table for a left batch. It returns the number of keys.
func (j *lookupJoin) fetch(ctx context.Context, left *Batch) (int, error) {
	j.rows.reset()
	n := j.distinctKeys(left)
	if err := j.fetcher.fetch(ctx, j.keys, n, j.rows, j.grownFunc); err != nil {
		return n, err
	}
	j.right.stats.Rows += uint64(j.rows.n)
	for _, f := range j.filters {
		if err := j.filter(ctx, f); err != nil {
			return n, err
		}
	}
	err := j.self.memory.need(j.rows.bytes())
	if err == nil {
		j.table.table, err = newJoinTable(ctx, j.shape, j.rows, &j.self.memory)
	}
	return n, err
}

// filter keeps the fetched rows for which f is true.
func (j *lookupJoin) filter(ctx context.Context, f *eval.Expression) error {
	if j.rows.n == 0 {
		return nil
	}
	out := newRows(len(j.rows.cols))
	for from := 0; from < j.rows.n; from += BatchSize {
		b := j.rows.batch(&j.batch, from, min(from+BatchSize, j.rows.n))
		var err error
		if j.keep, err = f.Filter(ctx, b.Columns, b.Len, j.keep[:0]); err != nil {
			return err
		}
		out.appendRows(b, j.keep)
	}
	j.rows = out
	return nil
}

// distinctKeys fills keys with the distinct, sorted keys of a batch and
// returns their number.
func (j *lookupJoin) distinctKeys(left *Batch) int {
	for i := range j.keys {
		j.keys[i] = j.keys[i][:0]
	}
	if len(j.key) == 1 {
		k := append(j.keys[0], left.Columns[j.key[0]][:left.Len]...)
		if !slices.IsSorted(k) {
			slices.Sort(k)
		}
		j.keys[0] = slices.Compact(k)
		return len(j.keys[0])
	}
	cols := make([][]encoded.Term, len(j.key))
	for i, c := range j.key {
		cols[i] = left.Columns[c]
	}
	compare := func(a, b int32) int {
		for _, c := range cols {
			if c[a] != c[b] {
				return cmp.Compare(c[a], c[b])
			}
		}
		return 0
	}
	j.perm = sized(j.perm, left.Len)
	for i := range j.perm {
		j.perm[i] = int32(i)
	}
	slices.SortFunc(j.perm, compare)
	for i, p := range j.perm {
		if i > 0 && compare(j.perm[i-1], p) == 0 {
			continue
		}
		for k, c := range cols {
			j.keys[k] = append(j.keys[k], c[p])
		}
	}
	return len(j.keys[0])
}

func (j *lookupJoin) close() {
	j.fetcher.close()
	j.rows, j.table = nil, prober{}
}

// scanFetcher fetches from a scan whose leading columns are the key, going
// forward through one iterator as long as keys ascend.
type scanFetcher struct {
	scan  *scanRun
	cols  []int  // of the key in the scan's batches
	batch *Batch // being read; nil: none
	pos   int
	last  []encoded.Term // the greatest key looked for
	ended bool
	used  bool
}

func (f *scanFetcher) fetch(ctx context.Context, keys [][]encoded.Term, n int, out *rows, grown func(*rows) error) error {
	if n == 0 {
		return nil
	}
	key := make([]encoded.Term, len(keys))
	at := func(i int) []encoded.Term {
		for k := range keys {
			key[k] = keys[k][i]
		}
		return key
	}
	if f.used && slices.Compare(at(0), f.last) <= 0 {
		f.scan.restart()
		f.batch, f.ended = nil, false
	}
	f.used = true
	checked := out.n
	for i := range n {
		k := at(i)
		if f.ended {
			break
		}
		if i&1023 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if f.batch != nil && f.compare(f.batch.Len-1, k) < 0 {
			f.batch = nil
		}
		if f.batch == nil {
			if err := f.scan.seek(ctx, k...); err != nil {
				return err
			}
			if err := f.advance(ctx); err != nil {
				return err
			}
		} else {
			f.pos += sort.Search(f.batch.Len-f.pos, func(d int) bool { return f.compare(f.pos+d, k) >= 0 })
		}
		for f.batch != nil {
			from := f.pos
			for f.pos < f.batch.Len && f.compare(f.pos, k) == 0 {
				f.pos++
			}
			if f.pos > from {
				out.appendRange(f.batch, from, f.pos)
				if out.n-checked >= BatchSize {
					checked = out.n
					if err := grown(out); err != nil {
						f.batch, f.ended, f.last = nil, false, nil // what follows begins anew
						f.scan.restart()
						return err
					}
				}
			}
			if f.pos < f.batch.Len {
				break
			}
			if err := f.advance(ctx); err != nil {
				return err
			}
		}
	}
	f.last = append(f.last[:0], at(n-1)...)
	return nil
}

// advance reads the next batch that has rows.
func (f *scanFetcher) advance(ctx context.Context) error {
	for {
		b, err := f.scan.next(ctx)
		if err != nil {
			return err
		}
		f.batch, f.pos = b, 0
		if b == nil {
			f.ended = true
			return nil
		}
		if b.Len > 0 {
			return nil
		}
	}
}

// compare compares row i of the batch with a key.
func (f *scanFetcher) compare(i int, key []encoded.Term) int {
	for k, c := range f.cols {
		if t := f.batch.Columns[c][i]; t != key[k] {
			return cmp.Compare(t, key[k])
		}
	}
	return 0
}

func (f *scanFetcher) close() {}
