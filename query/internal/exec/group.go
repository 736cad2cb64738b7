package exec

import (
	"context"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/eval"
)

// group numbers the combinations of its keys and feeds one aggregator for each
// aggregate. Where the input is sorted by the keys, a group is finished when the
// next begins; otherwise a keyIndex numbers the groups, and all are kept to the end.
//
// When the groups fill the budget, the rows of further groups are parted by the
// hash of their keys into files, and each file is worked off as the input was.
type group struct {
	env    *Env
	input  *node
	self   *node
	keys   []column
	index  *keyIndex
	aggs   []aggregator
	args   []column // of the aggregates
	ids    []int32
	keyed  [][]encoded.Term
	result *rows
	pos    int
	out    Batch
	// Of sorted input: the keys of the groups at hand, and whether there is no more input.
	sorted bool
	runs   [][]encoded.Term
	ended  bool
	// Of groups that spilled.
	full    *partitions // the index takes no more groups: their rows go here
	allowed int64       // bytes that were held then
	depth   int
	parts   []groupSpill
	stored  bool // rows come from a file, with the keys behind the input's columns
	late    []int32
	early   []int32
	gather  gatherer
}

type groupSpill struct {
	file  *spillFile
	depth int
}

// column is an input column or a computed one.
type column struct {
	at   int // input column; -1: none
	expr *eval.Expression
	buf  []encoded.Term
}

// column compiles an expression for use as a column.
func (b *builder) column(e algebra.Expr, in []algebra.Var) (column, error) {
	if v, ok := e.(*algebra.VarExpr); ok {
		if at := indexOf(in, v.Var); at >= 0 {
			return column{at: at}, nil
		}
	}
	x, err := b.compile(e, in)
	return column{at: -1, expr: x}, err
}

// values returns the column for a batch; nil is unbound in every row.
func (c *column) values(ctx context.Context, cols [][]encoded.Term, n int) ([]encoded.Term, error) {
	if c.at >= 0 {
		return cols[c.at], nil
	}
	if c.expr == nil {
		return nil, nil
	}
	c.buf = sized(c.buf, n)
	return c.buf, c.expr.Eval(ctx, cols, n, c.buf)
}

func (b *builder) group(o *algebra.Group) (*node, error) {
	wanted := need{}
	for _, k := range o.Keys {
		wanted = wanted.withExprs(k.Expr)
	}
	for _, a := range o.Aggs {
		if a.Agg.Arg == nil && a.Agg.Distinct {
			wanted = nil // COUNT(DISTINCT *)
		}
		wanted = wanted.withExprs(a.Agg.Arg)
	}
	in, err := b.buildNeeding(o.Input, wanted)
	if err != nil {
		return nil, err
	}
	g := &group{env: b.env, input: in, index: newKeyIndex(len(o.Keys))}
	n := &node{run: g, inputs: []*node{in}, memory: share{budget: b.env.Budget}, desc: Description{Operator: "group"}}
	g.self = n
	schema := slices.Clone(in.schema)
	for _, k := range o.Keys {
		c, err := b.column(k.Expr, in.schema)
		if err != nil {
			in.Close()
			return nil, err
		}
		g.keys = append(g.keys, c)
		n.schema = append(n.schema, k.Var)
		n.maybe = append(n.maybe, c.at < 0 || in.maybe[c.at])
		schema = append(schema, k.Var)
	}
	g.sorted = len(g.keys) > 0 && len(g.keys) <= len(in.sorted)
	for _, k := range g.keys {
		g.sorted = g.sorted && k.at >= 0 && slices.Contains(in.sorted[:len(g.keys)], in.schema[k.at])
	}
	if g.sorted {
		g.runs = make([][]encoded.Term, len(g.keys))
		n.desc.Operator = "sorted group"
		for _, v := range in.sorted[:len(g.keys)] {
			for i, k := range g.keys {
				if in.schema[k.at] == v && !slices.Contains(n.sorted, o.Keys[i].Var) {
					n.sorted = append(n.sorted, o.Keys[i].Var)
				}
			}
		}
	}
	for _, a := range o.Aggs {
		agg, arg, err := b.aggregator(a.Agg, in, schema, &n.stats.Spill)
		if err != nil {
			in.Close()
			return nil, err
		}
		g.aggs = append(g.aggs, agg)
		g.args = append(g.args, arg)
		n.schema = append(n.schema, a.Var)
		n.maybe = append(n.maybe, a.Agg.Name != "COUNT")
	}
	return n, nil
}

func (g *group) next(ctx context.Context) (*Batch, error) {
	if g.sorted {
		return g.nextSorted(ctx)
	}
	if g.result == nil {
		if err := g.run(ctx); err != nil {
			return nil, err
		}
	}
	if b := g.result.deliver(&g.out, &g.pos); b != nil {
		return b, nil
	}
	return g.turn(ctx)
}

func (g *group) run(ctx context.Context) error {
	if len(g.keys) == 0 {
		g.index.n = 1
		for _, a := range g.aggs {
			if err := a.grow(1); err != nil {
				return err
			}
		}
	}
	if err := drain(ctx, g.input, func(b *Batch) error { return g.add(ctx, b) }); err != nil {
		return err
	}
	return g.finish(ctx)
}

// turn goes on to the next file of rows that were put off: an empty batch if
// there is one, else nil.
func (g *group) turn(ctx context.Context) (*Batch, error) {
	if len(g.parts) == 0 {
		return nil, nil
	}
	p := g.parts[len(g.parts)-1]
	g.parts = g.parts[:len(g.parts)-1]
	defer p.file.remove()
	g.index, g.result, g.pos = newKeyIndex(len(g.keys)), nil, 0
	for _, a := range g.aggs {
		a.reset()
	}
	g.self.memory.set(0)
	g.depth, g.stored, g.allowed = p.depth, true, 0
	err := p.file.each(ctx, func(b *Batch) error { return g.add(ctx, b) })
	if err != nil {
		return nil, err
	}
	return &Batch{}, g.finish(ctx)
}

// finish makes the rows of the groups in memory.
func (g *group) finish(ctx context.Context) error {
	if g.full != nil {
		files, err := g.full.finish()
		for _, f := range files {
			if f != nil {
				g.parts = append(g.parts, groupSpill{f, g.depth + 1})
			}
		}
		g.full = nil
		if err != nil {
			return err
		}
	}
	for _, a := range g.aggs {
		if err := a.finish(ctx); err != nil {
			return err
		}
	}
	groups := g.index.size()
	keys := make([][]encoded.Term, len(g.keys))
	for k := range g.keys {
		col := make([]encoded.Term, groups)
		for i := range col {
			col[i] = g.index.keys[i*g.index.width+k]
		}
		keys[k] = col
	}
	var err error
	g.result, err = g.results(ctx, keys, groups)
	return err
}

// results returns the rows of the first n groups.
func (g *group) results(ctx context.Context, keys [][]encoded.Term, n int) (*rows, error) {
	r := newRows(len(g.self.schema))
	r.n = n
	for k := range g.keys {
		r.cols[k] = keys[k][:n]
	}
	for i, a := range g.aggs {
		col := make([]encoded.Term, n)
		for id := range col {
			if id&4095 == 0 {
				if err := ctx.Err(); err != nil {
					return nil, err
				}
			}
			var err error
			if col[id], err = a.result(ctx, id); err != nil {
				return nil, err
			}
		}
		r.cols[len(g.keys)+i] = col
	}
	return r, nil
}

// nextSorted reads a batch and delivers the groups that are finished with it.
func (g *group) nextSorted(ctx context.Context) (*Batch, error) {
	if g.ended {
		return nil, nil
	}
	b, err := g.input.Next(ctx)
	if err != nil {
		return nil, err
	}
	n := len(g.runs[0])
	if b == nil {
		g.ended = true
	} else {
		if err := g.add(ctx, b); err != nil {
			return nil, err
		}
		n = len(g.runs[0]) - 1
	}
	if n == 0 {
		return &Batch{}, nil
	}
	r, err := g.results(ctx, g.runs, n)
	if err != nil {
		return nil, err
	}
	if !g.ended {
		for k, run := range g.runs {
			g.runs[k] = append([]encoded.Term(nil), run[n:]...)
		}
		for _, a := range g.aggs {
			if err := a.keep(n); err != nil {
				return nil, err
			}
		}
	}
	return r.batch(&g.out, 0, n), nil
}

// number gives the rows of a sorted batch the numbers of their groups.
func (g *group) number(n int) {
	id := len(g.runs[0]) - 1
	for i := range n {
		fresh := id < 0
		for k, col := range g.keyed {
			fresh = fresh || col[i] != g.runs[k][id]
		}
		if fresh {
			id++
			for k, col := range g.keyed {
				g.runs[k] = append(g.runs[k], col[i])
			}
		}
		g.ids[i] = int32(id)
	}
}

func (g *group) add(ctx context.Context, b *Batch) error {
	g.keyed = g.keyed[:0]
	in := len(g.input.schema)
	for i := range g.keys {
		if g.stored {
			g.keyed = append(g.keyed, b.Columns[in+i])
			continue
		}
		col, err := g.keys[i].values(ctx, b.Columns, b.Len)
		if err != nil {
			return err
		}
		g.keyed = append(g.keyed, col)
	}
	if len(g.keyed) > 0 && !g.stored {
		b = &Batch{Columns: append(slices.Clone(b.Columns), g.keyed...), Counts: b.Counts, Len: b.Len}
	}
	g.ids = sized(g.ids, b.Len)
	groups := 0
	switch {
	case g.sorted:
		g.number(b.Len)
		groups = len(g.runs[0])
	case g.full != nil:
		var err error
		if b, err = g.putOff(ctx, b); b == nil || err != nil {
			return err
		}
		groups = g.index.size()
	default:
		g.index.add(g.keyed, b.Len, g.ids)
		groups = g.index.size()
	}
	size := g.index.bytes()
	for i, a := range g.aggs {
		if err := a.grow(groups); err != nil {
			return err
		}
		arg, err := g.args[i].values(ctx, b.Columns, b.Len)
		if err != nil {
			return err
		}
		if err := a.add(ctx, g.ids, b, arg); err != nil {
			return err
		}
		size += a.bytes()
	}
	return g.hold(size)
}

// putOff sends the rows of groups that are not in memory to files. It returns the others.
func (g *group) putOff(ctx context.Context, b *Batch) (*Batch, error) {
	g.index.find(g.keyed, b.Len, g.ids)
	g.late, g.early = g.late[:0], g.early[:0]
	for i, id := range g.ids {
		if id < 0 {
			g.late = append(g.late, int32(i))
		} else {
			g.ids[len(g.early)] = id
			g.early = append(g.early, int32(i))
		}
	}
	if len(g.late) == 0 {
		return b, nil
	}
	if err := g.full.add(ctx, b, g.keyed, g.late); err != nil || len(g.early) == 0 {
		return nil, err
	}
	g.ids = g.ids[:len(g.early)]
	return g.gather.rows(b, g.early), nil
}

// hold accounts for the bytes held, and stops taking groups when they are too many.
func (g *group) hold(size int64) error {
	switch {
	case g.sorted:
		return g.self.memory.need(size)
	case g.allowed > 0:
		if !g.self.memory.set(size) && size > g.allowed {
			return g.env.Budget.passed()
		}
		return nil
	case g.self.memory.fits(size):
		return nil
	case g.depth == maxDepth:
		return g.env.Budget.passed()
	}
	if len(g.keys) > 0 {
		g.full = newPartitions(g.env, &g.self.stats.Spill, g.depth)
	}
	for _, a := range g.aggs {
		a.freeze()
	}
	g.allowed = size
	g.self.memory.set(size)
	return nil
}

func (g *group) close() {
	g.full.remove()
	for _, p := range g.parts {
		p.file.remove()
	}
	for _, a := range g.aggs {
		a.reset()
	}
	g.index, g.aggs, g.result, g.parts = nil, nil, nil, nil
}
