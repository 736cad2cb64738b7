package exec

import (
	"cmp"
	"context"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/eval"
)

// sorter collects rows with their sort keys and finds their order.
type sorter struct {
	comparer   *eval.Comparer // nil: the order of encoded values
	keys       []column
	descending []bool
	width      int        // columns of the input; the keys follow
	rows       *rows      // columns, then sort keys
	ranks      [][]uint64 // for each key: numbers in its order, where they differ
	all        Batch
	unbound    []encoded.Term // scratch
}

func (b *builder) sorter(keys []algebra.OrderKey, in *node) (*sorter, error) {
	s := &sorter{comparer: eval.NewComparer(b.env.Eval.Terms), width: len(in.schema), ranks: make([][]uint64, len(keys))}
	for _, k := range keys {
		c, err := b.column(k.Expr, in.schema)
		if err != nil {
			return nil, err
		}
		s.keys = append(s.keys, c)
		s.descending = append(s.descending, k.Descending)
	}
	s.rows = newRows(s.width + len(keys))
	return s, nil
}

// keyed returns a batch with the columns of its sort keys added, and their
// ranks. All are valid until the next call.
func (s *sorter) keyed(ctx context.Context, b *Batch, ranks [][]uint64) (*Batch, error) {
	s.all = Batch{Columns: append(s.all.Columns[:0], b.Columns...), Counts: b.Counts, Len: b.Len}
	for k := range s.keys {
		col, err := s.keys[k].values(ctx, b.Columns, b.Len)
		if err != nil {
			return nil, err
		}
		s.all.Columns = append(s.all.Columns, col)
	}
	return &s.all, s.rank(&s.all, ranks)
}

// rank computes the ranks of the sort keys of a batch that has them.
func (s *sorter) rank(b *Batch, ranks [][]uint64) error {
	for k := range s.keys {
		ranks[k] = sized(ranks[k], b.Len)
		col := b.Columns[s.width+k]
		if col == nil {
			s.unbound = appendZero(s.unbound[:0], b.Len)
			col = s.unbound
		}
		if s.comparer == nil {
			for i, t := range col[:b.Len] {
				ranks[k][i] = uint64(t)
			}
		} else if err := s.comparer.SortKeys(col[:b.Len], ranks[k]); err != nil {
			return err
		}
		if s.descending[k] {
			for i, r := range ranks[k] {
				ranks[k][i] = ^r
			}
		}
	}
	return nil
}

// compare compares two terms with their ranks as key number k asks for.
func (s *sorter) compare(k int, a, b encoded.Term, ra, rb uint64) (int, error) {
	if a == b {
		return 0, nil
	}
	if ra != rb {
		return cmp.Compare(ra, rb), nil
	}
	c, err := s.comparer.Compare(a, b)
	if s.descending[k] {
		c = -c
	}
	return c, err
}

// compareRows compares two collected rows from key number k on.
func (s *sorter) compareRows(k int, a, b int32) (int, error) {
	for ; k < len(s.keys); k++ {
		col := s.rows.cols[s.width+k]
		if len(col) == 0 {
			continue
		}
		if c, err := s.compare(k, col[a], col[b], s.ranks[k][a], s.ranks[k][b]); c != 0 || err != nil {
			return c, err
		}
	}
	return 0, nil
}

// bytes returns the memory held, what order needs included.
func (s *sorter) bytes() int64 { return s.rows.bytes() + int64(s.rows.n*(8*len(s.keys)+20)) }

// order returns the numbers of the collected rows in order. It is stable.
func (s *sorter) order(ctx context.Context) (perm []int32, err error) {
	type entry struct {
		rank uint64
		row  int32
	}
	entries := make([]entry, s.rows.n)
	for i := range entries {
		entries[i].row = int32(i)
		if len(s.keys) > 0 {
			entries[i].rank = s.ranks[0][i]
		}
	}
	err = eval.SortFunc(ctx, entries, func(a, b entry) (int, error) {
		if a.rank != b.rank {
			return cmp.Compare(a.rank, b.rank), nil
		}
		c, err := s.compareRows(0, a.row, b.row)
		if c == 0 && err == nil {
			c = cmp.Compare(a.row, b.row)
		}
		return c, err
	})
	if err != nil {
		return nil, err
	}
	perm = make([]int32, len(entries))
	for i, e := range entries {
		perm[i] = e.row
	}
	return perm, nil
}

// orderBy sorts its input: in memory, or, when the budget is used up, in
// sorted runs that go to a temporary file each and are merged in the end.
type orderBy struct {
	*sorter
	env    *Env
	input  *node
	self   *node
	batchR [][]uint64 // ranks of a batch
	perm   []int32    // in memory
	pos    int
	ready  bool
	runs   *fileMerge // nil: it fits
	number int        // of runs
	gather gatherer
}

func (b *builder) orderBy(o *algebra.OrderBy) (*node, error) {
	in, err := b.buildNeeding(o.Input, b.sortNeed(o.Keys))
	if err != nil {
		return nil, err
	}
	return b.newOrderBy(in, o.Keys)
}

// sortNeed returns what is needed above and for the sort keys.
func (b *builder) sortNeed(keys []algebra.OrderKey) need {
	n := b.need
	for _, k := range keys {
		n = n.withExprs(k.Expr)
	}
	return n
}

func (b *builder) newOrderBy(in *node, keys []algebra.OrderKey) (*node, error) {
	s, err := b.sorter(keys, in)
	if err != nil {
		in.Close()
		return nil, err
	}
	n := b.newSorted(in, s)
	n.desc.Operator, n.desc.Detail = "order by", describeKeys(keys)
	return n, nil
}

func (b *builder) newSorted(in *node, s *sorter) *node {
	r := &orderBy{sorter: s, env: b.env, input: in, batchR: make([][]uint64, len(s.keys))}
	r.self = &node{run: r, schema: in.schema, maybe: in.maybe, inputs: []*node{in}, memory: share{budget: b.env.Budget}}
	return r.self
}

// sortByID sorts by the encoded values of variables that are certainly bound.
func (b *builder) sortByID(in *node, vars []algebra.Var) *node {
	s := &sorter{width: len(in.schema), rows: newRows(len(in.schema) + len(vars)), ranks: make([][]uint64, len(vars)), descending: make([]bool, len(vars))}
	for _, v := range vars {
		s.keys = append(s.keys, column{at: in.column(v)})
	}
	n := b.newSorted(in, s)
	n.sorted, n.desc.Operator, n.desc.Detail = vars, "sort", describeVars(vars)
	return n
}

func (o *orderBy) next(ctx context.Context) (*Batch, error) {
	if !o.ready {
		if err := o.read(ctx); err != nil {
			return nil, err
		}
		o.ready = true
	}
	if o.runs != nil {
		return o.runs.next(ctx)
	}
	if o.pos >= len(o.perm) {
		return nil, nil
	}
	idx := o.perm[o.pos:min(o.pos+BatchSize, len(o.perm))]
	o.pos += len(idx)
	return o.pick(idx), nil
}

// pick returns collected rows without their sort keys.
func (o *orderBy) pick(idx []int32) *Batch {
	var all Batch
	o.rows.batch(&all, 0, o.rows.n)
	all.Columns = all.Columns[:o.width]
	// The gatherer hands through what is whole and in sequence; this is not.
	all.Len = -1
	return o.gather.rows(&all, idx)
}

// read collects the input and sorts it.
func (o *orderBy) read(ctx context.Context) error {
	err := drain(ctx, o.input, func(b *Batch) error {
		all, err := o.keyed(ctx, b, o.batchR)
		if err != nil {
			return err
		}
		for from := 0; from < all.Len; {
			to := min(from+BatchSize, all.Len)
			o.rows.appendRange(all, from, to)
			for k := range o.ranks {
				o.ranks[k] = append(o.ranks[k], o.batchR[k][from:to]...)
			}
			from = to
			if !o.self.memory.set(o.bytes()) {
				if err := o.spill(ctx); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if o.runs != nil {
		return o.spill(ctx)
	}
	o.perm, err = o.order(ctx)
	return err
}

// spill sorts what is collected and writes it to a file.
func (o *orderBy) spill(ctx context.Context) error {
	if o.rows.n == 0 {
		return nil
	}
	perm, err := o.order(ctx)
	if err != nil {
		return err
	}
	run, err := newSpillFile(o.env, &o.self.stats.Spill, o.number)
	if err != nil {
		return err
	}
	o.number++
	if o.runs == nil {
		o.runs = &fileMerge{width: o.width, loaded: o.rankFile, compare: o.compareFiles}
	}
	if err := o.write(ctx, run, perm); err != nil {
		run.remove()
		return err
	}
	o.rows = newRows(len(o.rows.cols))
	for k := range o.ranks {
		o.ranks[k] = nil
	}
	o.self.memory.set(0)
	return o.runs.add(ctx, o.env, run)
}

// write writes the collected rows, in order, with their sort keys.
func (o *orderBy) write(ctx context.Context, run *spillFile, perm []int32) error {
	var g gatherer
	var all Batch
	o.rows.batch(&all, 0, o.rows.n)
	all.Len = -1
	for from := 0; from < len(perm); from += runBatch {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := run.write(g.rows(&all, perm[from:min(from+runBatch, len(perm))])); err != nil {
			return err
		}
	}
	return nil
}

// rankFile computes the ranks of a batch read from a run.
func (o *orderBy) rankFile(f *spillFile) error {
	if f.ranks == nil {
		f.ranks = make([][]uint64, len(o.keys))
	}
	return o.rank(f.batch, f.ranks)
}

// compareFiles compares the rows at hand of two runs.
func (o *orderBy) compareFiles(a, b *spillFile) (int, error) {
	for k := range o.keys {
		c, err := o.compare(k, a.value(o.width+k), b.value(o.width+k), a.ranks[k][a.pos], b.ranks[k][b.pos])
		if c != 0 || err != nil {
			return c, err
		}
	}
	return 0, nil
}

func (o *orderBy) close() {
	o.runs.remove()
	o.rows, o.perm = nil, nil
}
