package exec

import (
	"context"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// existsTableThreshold is the number of distinct solutions for which EXISTS is
// evaluated one by one, before the whole pattern is evaluated once instead.
const existsTableThreshold = 64

// existsFunc is the type of eval.Env.Exists.
type existsFunc = func(ctx context.Context, e *algebra.Exists, schema []algebra.Var, cols [][]encoded.Term, n int, out []bool) error

// exists returns the function that expressions call for EXISTS in this scope.
func (b *builder) exists() existsFunc {
	known := map[*algebra.Exists]*existence{}
	return func(ctx context.Context, e *algebra.Exists, schema []algebra.Var, cols [][]encoded.Term, n int, out []bool) error {
		x := known[e]
		if x == nil {
			x = newExistence(b, e.Pattern, schema)
			known[e] = x
		}
		return x.test(ctx, cols, n, out)
	}
}

// existence decides for outer solutions whether a pattern has a match. Each
// distinct combination of the outer variables that the pattern mentions is
// decided once.
type existence struct {
	b       *builder
	pattern algebra.Op
	schema  []algebra.Var
	cols    []int // of schema, mentioned by the pattern
	seen    *keyIndex
	known   []bool // by number in seen
	ids     []int32
	safe    bool
	table   *joinTable
	prober  prober
	mem     share
}

func newExistence(b *builder, pattern algebra.Op, schema []algebra.Var) *existence {
	x := &existence{b: b, pattern: pattern, schema: schema, mem: share{budget: b.env.Budget}}
	for _, v := range algebra.Mentioned(pattern) {
		if i := indexOf(schema, v); i >= 0 {
			x.cols = append(x.cols, i)
		}
	}
	b.query.closers = append(b.query.closers, x.mem.free)
	x.seen = newKeyIndex(len(x.cols))
	x.safe = joinSafe(pattern, schema)
	return x
}

func (x *existence) test(ctx context.Context, cols [][]encoded.Term, n int, out []bool) error {
	key := make([][]encoded.Term, len(x.cols))
	for i, c := range x.cols {
		key[i] = cols[c]
	}
	if x.table != nil {
		return x.probe(ctx, cols, n, out)
	}
	x.ids = sized(x.ids, n)
	x.seen.add(key, n, x.ids)
	if x.safe && x.seen.size()-len(x.known) > existsTableThreshold {
		return x.probe(ctx, cols, n, out)
	}
	for id := len(x.known); id < x.seen.size(); id++ {
		ok, err := x.one(ctx, x.seen.key(id))
		if err != nil {
			return err
		}
		x.known = append(x.known, ok)
	}
	if err := x.mem.need(x.seen.bytes() + int64(cap(x.known))); err != nil {
		return err
	}
	for i, id := range x.ids[:n] {
		out[i] = x.known[id]
	}
	return nil
}

// one evaluates the pattern with one combination of bindings put in.
func (x *existence) one(ctx context.Context, key []encoded.Term) (bool, error) {
	bindings := map[algebra.Var]encoded.Term{}
	for i, c := range x.cols {
		if key[i] != encoded.Undefined {
			bindings[x.schema[c]] = key[i]
		}
	}
	n, err := x.b.injecting(bindings).buildAll(x.pattern)
	if err != nil {
		return false, err
	}
	defer n.Close()
	b, err := n.Next(ctx)
	return b != nil, err
}

// probe decides by a semi-join.
func (x *existence) probe(ctx context.Context, cols [][]encoded.Term, n int, out []bool) error {
	if x.table == nil {
		right, err := x.b.buildAll(x.pattern)
		if err != nil {
			return err
		}
		defer right.Close()
		left := &node{schema: x.schema, maybe: make([]bool, len(x.schema))}
		for i := range left.maybe {
			left.maybe[i] = true
		}
		r := newRows(len(right.schema))
		err = drain(ctx, right, func(b *Batch) error {
			r.append(b)
			return x.mem.need(r.bytes())
		})
		if err != nil {
			return err
		}
		if x.table, err = newJoinTable(ctx, x.b.newJoinShape(algebra.SemiJoin, left, right, nil), r, &x.mem); err != nil {
			return err
		}
		x.seen, x.known = nil, nil
		x.prober = prober{shape: x.table.shape, table: x.table, mem: &x.mem}
	}
	if err := x.prober.start(ctx, &Batch{Columns: cols, Len: n}); err != nil {
		return err
	}
	clear(out[:n])
	return x.prober.mark(ctx, nil, out, false)
}
