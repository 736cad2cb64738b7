package exec

import (
	"cmp"
	"context"
	"slices"
	"sort"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/eval"
)

// fetcher finds the rows of the right side of a look-up join.
type fetcher interface {
	// fetch appends to out the rows whose key columns equal one of the n keys. The
	// keys are distinct and ascending; keys has one column for each key column.
	fetch(ctx context.Context, keys [][]encoded.Term, n int, out *rows) error
	close()
}

// lookupJoin takes the distinct keys of each left batch, sorted, fetches the
// rows of the right that have them, and joins the two like a hash join.
type lookupJoin struct {
	joinCore
	left, right *node
	self        *node
	fetcher     fetcher
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
		left, err := j.left.Next(ctx)
		if left == nil || err != nil {
			return nil, err
		}
		j.rows.reset()
		n := j.distinctKeys(left)
		if err := j.fetcher.fetch(ctx, j.keys, n, j.rows); err != nil {
			return nil, err
		}
		j.right.stats.Rows += uint64(j.rows.n)
		for _, f := range j.filters {
			if err := j.filter(ctx, f); err != nil {
				return nil, err
			}
		}
		if err := j.self.memory.need(j.rows.bytes()); err != nil {
			return nil, err
		}
		j.table.table = newJoinTable(j.shape, j.rows)
		if err := j.probe(ctx, left); err != nil {
			return nil, err
		}
	}
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

func (f *scanFetcher) fetch(ctx context.Context, keys [][]encoded.Term, n int, out *rows) error {
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
