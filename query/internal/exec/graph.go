package exec

import (
	"context"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// graph builds GRAPH. A named graph becomes the active graph of the scans
// below. A variable is either one more column of all scans below, under a
// hidden name, or, over operators whose result is not that of a join of scans,
// a loop over the graphs.
func (b *builder) graph(o *algebra.Graph) (*node, error) {
	if !o.Name.IsVar() {
		t, _ := groundTerm(o.Name)
		id, ok, err := b.env.Dataset.Encode(t)
		if err != nil {
			return nil, err
		}
		if !ok {
			id = encoded.Undefined
		}
		return b.oneGraph(id, o.Input)
	}
	if id, ok := b.inject[o.Name.Var]; ok {
		return b.oneGraph(id, o.Input)
	}
	if !graphColumn(o.Input) {
		return b.graphLoop(o)
	}
	hidden := b.fresh("graph")
	in, err := b.in(scope{kind: scopeNamed, v: hidden}).buildAll(o.Input)
	if err != nil {
		return nil, err
	}
	return b.nameGraph(in, hidden, o.Name.Var), nil
}

// oneGraph evaluates a pattern in one graph; in one that does not exist, it
// has no solutions.
func (b *builder) oneGraph(g encoded.Term, op algebra.Op) (*node, error) {
	ok, err := b.graphExists(g)
	if err != nil {
		return nil, err
	}
	if !ok {
		in, err := b.in(scope{kind: scopeNone}).buildAll(op)
		if err != nil {
			return nil, err
		}
		in.Close()
		return &node{run: empty{}, schema: in.schema, maybe: make([]bool, len(in.schema)), desc: Description{Operator: "no such graph"}}, nil
	}
	return b.in(scope{kind: scopeGraph, graph: g}).buildAll(op)
}

// graphColumn reports whether op can be evaluated over all graphs at once, the graph
// being one more variable to join on.
func graphColumn(op algebra.Op) bool {
	switch o := op.(type) {
	case *algebra.BGP:
		return len(o.Patterns) > 0
	case *algebra.Scan:
		return !o.Order.OfTriples()
	case *algebra.PathPattern:
		return plainPath(o.Path)
	case *algebra.Join, *algebra.LeftJoin, *algebra.Union:
	case *algebra.PhysicalJoin:
		if o.Kind == algebra.MinusJoin || o.Method != algebra.JoinHash && o.Method != algebra.JoinAuto {
			return false
		}
	case *algebra.Filter:
		if hasExists(o.Condition) {
			return false
		}
	default:
		return false
	}
	for _, e := range algebra.Exprs(op) {
		if *e != nil && hasExists(*e) {
			return false
		}
	}
	for _, in := range op.Inputs() {
		if !graphColumn(*in) {
			return false
		}
	}
	return true
}

func hasExists(e algebra.Expr) bool {
	found := false
	algebra.WalkExpr(e, func(x algebra.Expr) bool {
		_, is := x.(*algebra.Exists)
		found = found || is
		return !found
	})
	return found
}

// plainPath reports whether a path is made of scans, joins and unions only.
func plainPath(p algebra.Path) bool {
	switch p := p.(type) {
	case *algebra.PathInverse:
		return plainPath(p.Path)
	case *algebra.PathSequence:
		return plainPath(p.First) && plainPath(p.Second)
	case *algebra.PathAlternative:
		return plainPath(p.Left) && plainPath(p.Right)
	case *algebra.PathRepeat:
		return false
	}
	return true
}

// nameGraph gives the hidden graph column its variable's name, or, where the
// pattern binds the variable too, joins the two.
func (b *builder) nameGraph(in *node, hidden, v algebra.Var) *node {
	g := &nameGraph{input: in, from: in.column(hidden), to: in.column(v)}
	n := &node{run: g, inputs: []*node{in}, schema: slices.Clone(in.schema), maybe: slices.Clone(in.maybe),
		desc: Description{Operator: "graph", Detail: "?" + string(v)}}
	if g.to < 0 {
		n.schema[g.from] = v
		n.sorted = slices.Clone(in.sorted)
		for i, s := range n.sorted {
			if s == hidden {
				n.sorted[i] = v
			}
		}
		return n
	}
	n.schema = slices.Delete(n.schema, g.from, g.from+1)
	n.maybe[g.to] = false
	n.maybe = slices.Delete(n.maybe, g.from, g.from+1)
	if i := slices.Index(in.sorted, hidden); i >= 0 {
		n.sorted = in.sorted[:i]
	} else {
		n.sorted = in.sorted
	}
	if i := slices.Index(n.sorted, v); i >= 0 && in.maybe[g.to] {
		n.sorted = n.sorted[:i]
	}
	return n
}

type nameGraph struct {
	input    *node
	from, to int // columns of the hidden variable and, or -1, of the one it is joined with
	keep     []int32
	all, out Batch
	gather   gatherer
}

func (g *nameGraph) next(ctx context.Context) (*Batch, error) {
	b, err := g.input.Next(ctx)
	if b == nil || err != nil || g.to < 0 {
		return b, err
	}
	graphs, inner := b.Columns[g.from], b.Columns[g.to]
	g.keep = g.keep[:0]
	for i := range b.Len {
		if inner == nil || inner[i] == encoded.Undefined || inner[i] == graphs[i] {
			g.keep = append(g.keep, int32(i))
		}
	}
	g.all = Batch{Columns: append(g.all.Columns[:0], b.Columns...), Counts: b.Counts, Len: b.Len}
	g.all.Columns[g.to] = graphs
	k := g.gather.rows(&g.all, g.keep)
	g.out = Batch{Columns: append(g.out.Columns[:0], k.Columns...), Counts: k.Counts, Len: k.Len}
	g.out.Columns = slices.Delete(g.out.Columns, g.from, g.from+1)
	return &g.out, nil
}

func (g *nameGraph) close() {}

// graphLoop evaluates a pattern once for each named graph.
func (b *builder) graphLoop(o *algebra.Graph) (*node, error) {
	probe, err := b.in(scope{kind: scopeNone}).buildAll(o.Input)
	if err != nil {
		return nil, err
	}
	probe.Close()
	l := &graphLoop{b: b, op: o.Input, v: o.Name.Var}
	n := &node{run: l, schema: slices.Clone(probe.schema), desc: Description{Operator: "each graph", Detail: "?" + string(o.Name.Var)}}
	l.at = indexOf(n.schema, l.v)
	if l.at < 0 {
		l.at = len(n.schema)
		n.schema = append(n.schema, l.v)
	}
	n.maybe = make([]bool, len(n.schema))
	for i := range n.maybe {
		n.maybe[i] = i != l.at
	}
	l.schema = n.schema
	return n, nil
}

type graphLoop struct {
	b      *builder
	op     algebra.Op
	v      algebra.Var
	schema []algebra.Var
	at     int // column of v
	names  []encoded.Term
	listed bool
	input  *node
	col    []encoded.Term
	keep   []int32
	all    Batch
	gather gatherer
}

func (l *graphLoop) next(ctx context.Context) (*Batch, error) {
	if !l.listed {
		names, err := l.b.graphNames(ctx)
		if err != nil {
			return nil, err
		}
		l.names, l.listed = slices.Clone(names), true
	}
	if l.input == nil {
		if len(l.names) == 0 {
			return nil, nil
		}
		in, err := l.b.in(scope{kind: scopeGraph, graph: l.names[0]}).buildAll(l.op)
		if err != nil {
			return nil, err
		}
		l.input = in
	}
	b, err := l.input.Next(ctx)
	if err != nil {
		return nil, err
	}
	if b == nil {
		l.input.Close()
		l.input, l.names = nil, l.names[1:]
		return &Batch{}, nil
	}
	name := l.names[0]
	l.all = Batch{Columns: l.all.Columns[:0], Counts: b.Counts, Len: b.Len}
	l.keep = l.keep[:0]
	l.col = sized(l.col, b.Len)
	for i := range l.col {
		l.col[i] = name
	}
	var inner []encoded.Term
	for i, v := range l.schema {
		var col []encoded.Term
		if c := l.input.column(v); c >= 0 {
			col = b.Columns[c]
		}
		if i == l.at {
			inner, col = col, l.col
		}
		l.all.Columns = append(l.all.Columns, col)
	}
	for i := range b.Len {
		if inner == nil || inner[i] == encoded.Undefined || inner[i] == name {
			l.keep = append(l.keep, int32(i))
		}
	}
	return l.gather.rows(&l.all, l.keep), nil
}

func (l *graphLoop) close() {
	if l.input != nil {
		l.input.Close()
	}
}
