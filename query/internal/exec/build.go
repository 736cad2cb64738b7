package exec

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/eval"
)

// Build turns a tree into operators. Nothing is read before the first Next of
// the root, except counts and names of graphs. The batches of the root have no
// multiplicities: every row is one solution. The caller closes the root.
func Build(root algebra.Op, env *Env) (Operator, error) {
	graphs, err := newGraphSet(env)
	if err != nil {
		return nil, err
	}
	b := &builder{env: env, graphs: graphs, inject: env.Bindings, query: &queryState{}}
	n, err := b.build(root)
	if err != nil {
		return nil, err
	}
	return newExpand(n, b.query), nil
}

// builder is what a subtree is built with. It is copied where the active graph
// or the bindings change.
type builder struct {
	env    *Env
	graphs graphSet
	scope  scope
	// inject holds bindings that every leaf adds to its solutions: parameters of
	// the query, and the outer solution of a correlated pattern.
	inject map[algebra.Var]encoded.Term
	need   need // of the operator being built
	query  *queryState
}

// queryState is what all builders of a query share.
type queryState struct {
	names   int // of fresh variables
	closers []func()
}

func (q *queryState) close() {
	for _, f := range q.closers {
		f()
	}
	q.closers = nil
}

// fresh returns a new hidden variable.
func (b *builder) fresh(what string) algebra.Var {
	b.query.names++
	return algebra.Var("." + what + "#" + strconv.Itoa(b.query.names))
}

// in returns the builder for a part with another active graph.
func (b *builder) in(s scope) *builder {
	c := *b
	c.scope = s
	return &c
}

// injecting returns the builder for a part whose leaves add these bindings too.
func (b *builder) injecting(vars map[algebra.Var]encoded.Term) *builder {
	c := *b
	c.inject = maps.Clone(b.inject)
	if c.inject == nil {
		c.inject = map[algebra.Var]encoded.Term{}
	}
	maps.Copy(c.inject, vars)
	return &c
}

// injectingOnly returns the builder for a part that sees only these of the injected bindings.
func (b *builder) injectingOnly(vars []algebra.Var) *builder {
	if len(b.inject) == 0 {
		return b
	}
	c := *b
	c.inject = maps.Clone(b.inject)
	maps.DeleteFunc(c.inject, func(v algebra.Var, _ encoded.Term) bool { return !slices.Contains(vars, v) })
	return &c
}

// compile compiles an expression over a schema.
func (b *builder) compile(e algebra.Expr, schema []algebra.Var) (*eval.Expression, error) {
	env := *b.env.Eval
	env.Exists = b.exists()
	return eval.Compile(e, schema, &env)
}

func (b *builder) compileCondition(e algebra.Expr, schema []algebra.Var) (*eval.Expression, error) {
	if e == nil {
		return nil, nil
	}
	return b.compile(e, schema)
}

func (b *builder) build(op algebra.Op) (*node, error) {
	if ctx := b.env.Context; ctx != nil && ctx.Err() != nil {
		return nil, ctx.Err()
	}
	n, err := b.buildOp(op)
	if err != nil {
		return nil, err
	}
	if n.desc.Origin == nil {
		n.desc.Origin = op
		if d := detail(op, n); d != "" {
			n.desc.Detail = d
		}
	}
	return n, nil
}

func (b *builder) buildOp(op algebra.Op) (*node, error) {
	switch o := op.(type) {
	case *algebra.BGP:
		return b.bgp(o.Patterns)
	case *algebra.PathPattern:
		return b.path(o)
	case *algebra.Join:
		return b.join(algebra.InnerJoin, algebra.JoinAuto, o.Left, o.Right, nil)
	case *algebra.LeftJoin:
		return b.join(algebra.LeftOuterJoin, algebra.JoinAuto, o.Left, o.Right, o.Condition)
	case *algebra.Minus:
		return b.join(algebra.MinusJoin, algebra.JoinAuto, o.Left, o.Right, nil)
	case *algebra.PhysicalJoin:
		n, err := b.join(o.Kind, o.Method, o.Left, o.Right, o.Condition)
		if err == nil {
			n.desc.Estimate = o.Estimate
		}
		return n, err
	case *algebra.Filter:
		return b.filter(o)
	case *algebra.Union:
		return b.union(o)
	case *algebra.Graph:
		return b.graph(o)
	case *algebra.Extend:
		return b.extend(o)
	case *algebra.Table:
		return b.table(o)
	case *algebra.Service:
		return b.service(o)
	case *algebra.Lateral:
		return b.lateral(o)
	case *algebra.Group:
		return b.group(o)
	case *algebra.OrderBy:
		return b.orderBy(o)
	case *algebra.Project:
		return b.project(o)
	case *algebra.Distinct:
		in, err := b.buildAll(o.Input)
		if err != nil {
			return nil, err
		}
		return newDistinct(b, in), nil
	case *algebra.Reduced:
		in, err := b.buildAll(o.Input)
		if err != nil {
			return nil, err
		}
		return newReduced(in), nil
	case *algebra.Slice:
		in, err := b.build(o.Input)
		if err != nil {
			return nil, err
		}
		return newSlice(in, o.Offset, o.Limit), nil
	case *algebra.Scan:
		return b.physicalScan(o)
	case *algebra.MultiJoin:
		return b.multiJoin(o)
	case *algebra.TopN:
		return b.topN(o)
	case *algebra.Count:
		return b.count(o)
	}
	return nil, fmt.Errorf("exec: operator %T is not known", op)
}

// join builds every kind of join. The method is a wish: where its conditions
// do not hold, a hash join does the work.
func (b *builder) join(kind algebra.JoinKind, method algebra.JoinMethod, l, r algebra.Op, condition algebra.Expr) (*node, error) {
	if s, ok := r.(*algebra.Service); ok && b.isFree(s.Name) && slices.Contains(algebra.Vars(l), s.Name.Var) {
		r = serviceOfEach(l, s)
	}
	// Both inputs are read for what is needed above and for what they are joined on.
	wanted := b.need.withExprs(condition)
	if wanted != nil {
		right := algebra.Vars(r)
		for _, v := range algebra.Vars(l) {
			if slices.Contains(right, v) {
				wanted = wanted.with(v)
			}
		}
	}
	left, err := b.buildNeeding(l, wanted)
	if err != nil {
		return nil, err
	}
	rb := b
	if kind == algebra.MinusJoin {
		// A variable that the right side does not mention must not become one that both sides share.
		rb = b.injectingOnly(algebra.Mentioned(r))
	}
	var right *node
	if s, ok := r.(*algebra.Service); ok && (kind == algebra.InnerJoin || kind == algebra.LeftOuterJoin) {
		left = newReplay(b, left)
		right, err = rb.serviceWith(s, left)
	} else {
		right, err = rb.buildNeeding(r, wanted)
	}
	if err != nil {
		left.Close()
		return nil, err
	}
	shape := b.newJoinShape(kind, left, right, condition)
	cond, err := b.compileCondition(condition, shape.schema)
	if err != nil {
		left.Close()
		right.Close()
		return nil, err
	}
	var n *node
	switch method {
	case algebra.JoinMerge:
		n = newMergeJoin(b, kind, left, right, cond, shape)
	case algebra.JoinLookup:
		n = newLookupJoin(b, kind, left, right, cond, shape)
	}
	if n == nil {
		n = newHashJoin(b, kind, left, right, cond, shape)
	}
	return n, nil
}

// physicalScan builds a scan that the planner made.
func (b *builder) physicalScan(o *algebra.Scan) (*node, error) {
	s := &scanSpec{
		nodes:    [4]algebra.Node{o.Pattern.Subject, o.Pattern.Predicate, o.Pattern.Object, o.TripleTerm},
		triples:  o.Order.OfTriples(),
		order:    o.Order,
		unneeded: b.unneeded(o),
		ranges:   o.Ranges,
	}
	for _, n := range s.nodes {
		if _, ok := groundTerm(n); n.Triple != nil && !ok {
			return b.bgp([]algebra.TriplePattern{o.Pattern})
		}
	}
	n, err := b.newScan(s)
	if err != nil {
		return nil, err
	}
	n.desc.Estimate, n.desc.Exact, n.desc.Origin = o.Estimate, o.Exact, o
	return b.constants(n), nil
}

// unneeded returns the variables of a scan that nobody looks at.
func (b *builder) unneeded(o *algebra.Scan) []algebra.Var {
	vars := slices.Clone(o.Unneeded)
	for _, v := range algebra.Vars(o) {
		if !b.needs(v) && !slices.Contains(vars, v) {
			vars = append(vars, v)
		}
	}
	return vars
}

// constants adds the injected bindings that a leaf does not have.
func (b *builder) constants(in *node) *node {
	if len(b.inject) == 0 {
		return in
	}
	c := &constants{}
	vars := slices.Sorted(maps.Keys(b.inject))
	schema, maybe := slices.Clone(in.schema), slices.Clone(in.maybe)
	for _, v := range vars {
		if in.column(v) < 0 {
			schema, maybe = append(schema, v), append(maybe, false)
			c.values = append(c.values, b.inject[v])
		}
	}
	if len(c.values) == 0 {
		return in
	}
	c.input = in
	c.columns = make([][]encoded.Term, len(c.values))
	return &node{run: c, schema: schema, maybe: maybe, sorted: in.sorted, inputs: []*node{in},
		desc: Description{Operator: "constants"}}
}

// constants adds columns with one value each.
type constants struct {
	input   *node
	values  []encoded.Term
	columns [][]encoded.Term
	out     Batch
}

func (c *constants) next(ctx context.Context) (*Batch, error) {
	b, err := c.input.Next(ctx)
	if b == nil || err != nil {
		return nil, err
	}
	c.out = Batch{Columns: append(c.out.Columns[:0], b.Columns...), Counts: b.Counts, Len: b.Len}
	for i, v := range c.values {
		for len(c.columns[i]) < b.Len {
			c.columns[i] = append(c.columns[i], v)
		}
		c.out.Columns = append(c.out.Columns, c.columns[i][:b.Len])
	}
	return &c.out, nil
}

func (c *constants) close() {}
