package exec

import (
	"context"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// pathCSRThreshold is the number of start nodes from which the whole graph of a
// path's step is read into memory, rather than looked up node by node.
const pathCSRThreshold = 256

// pathRepeat is path*, path+ and path? (18.4, ArbitraryLengthPath): pairs of
// nodes, each once, connected by min to max steps.
//
// From a bound end it searches breadth first, one look-up pass for each level,
// backwards if the object is the bound end, and from both ends at once if both are. The set of
// visited nodes is a keyIndex, whose keys, in the sequence in which they were
// found, are also the queue. If no end is bound, the pairs of one step are
// read once into an adjacency list in memory, and searched from every node.
type pathRepeat struct {
	b        *builder
	self     *node
	min, max int // max < 0: no limit
	path     algebra.Path
	step     step
	// An end is a term or a column.
	subject, object       encoded.Term // Undefined: free
	subjectCol, objectCol int          // -1: none
	same                  bool         // one variable at both ends

	started bool
	sources []encoded.Term // still to be searched from
	csr     *adjacency
	reached *termSet // of the last search
	rows    *rows
	pos     int
	out     Batch
	nodes   *node // all nodes of the graph, being read
}

func (b *builder) pathRepeat(s algebra.Node, p *algebra.PathRepeat, o algebra.Node) (*node, error) {
	r := &pathRepeat{b: b, min: p.Min, max: p.Max, path: p.Path, subjectCol: -1, objectCol: -1}
	n := &node{run: r, memory: share{budget: b.env.Budget}, desc: Description{Operator: "path"}}
	r.self = n
	end := func(e algebra.Node, col *int) (encoded.Term, error) {
		if e.IsVar() {
			if id, ok := b.inject[e.Var]; ok {
				return id, nil
			}
			if i := n.column(e.Var); i >= 0 {
				r.same = true
				*col = i
				return encoded.Undefined, nil
			}
			*col = len(n.schema)
			n.schema, n.maybe = append(n.schema, e.Var), append(n.maybe, false)
			return encoded.Undefined, nil
		}
		t, _ := groundTerm(e)
		return b.env.Eval.Terms.Encode(t)
	}
	var err error
	if r.subject, err = end(s, &r.subjectCol); err != nil {
		return nil, err
	}
	if r.object, err = end(o, &r.objectCol); err != nil {
		return nil, err
	}
	if b.scope.kind == scopeNone && p.Min > 0 {
		n.run = empty{}
		return n, nil
	}
	if r.step, err = b.newStep(p.Path); err != nil {
		return nil, err
	}
	r.rows = newRows(len(n.schema))
	return n, nil
}

func (p *pathRepeat) next(ctx context.Context) (*Batch, error) {
	for {
		if b := p.rows.deliver(&p.out, &p.pos); b != nil {
			return b, nil
		}
		p.rows.reset()
		p.pos = 0
		more, err := p.more(ctx)
		if err != nil {
			return nil, err
		}
		if !more && p.rows.n == 0 {
			return nil, nil
		}
	}
}

// more puts further pairs into rows. It returns false when there are none left.
func (p *pathRepeat) more(ctx context.Context) (bool, error) {
	switch {
	case p.subject != encoded.Undefined && p.object != encoded.Undefined:
		if p.started {
			return false, nil
		}
		p.started = true
		ok, err := p.connected(ctx, p.subject, p.object)
		if ok {
			p.rows.n = 1
		}
		return false, err
	case p.subject != encoded.Undefined || p.object != encoded.Undefined:
		if p.started {
			return false, nil
		}
		p.started = true
		start, forward := p.subject, true
		if start == encoded.Undefined {
			start, forward = p.object, false
		}
		if err := p.from(ctx, start, forward); err != nil {
			return false, err
		}
		return false, p.hold()
	}
	if !p.started {
		p.started = true
		if err := p.load(ctx); err != nil {
			return false, err
		}
		if p.min > 0 {
			p.sources = p.csr.sources()
		} else {
			nodes, err := p.b.allNodes()
			if err != nil {
				return false, err
			}
			p.nodes = nodes
		}
	}
	if len(p.sources) == 0 && p.nodes != nil {
		b, err := p.nodes.Next(ctx)
		if err != nil || b == nil {
			return false, err
		}
		p.sources = append([]encoded.Term(nil), b.Columns[0][:b.Len]...)
	}
	for len(p.sources) > 0 && p.rows.n < BatchSize {
		if err := p.from(ctx, p.sources[0], true); err != nil {
			return false, err
		}
		p.sources = p.sources[1:]
		if err := p.hold(); err != nil {
			return false, err
		}
	}
	return len(p.sources) > 0 || p.nodes != nil || p.rows.n > 0, nil
}

// from adds the pairs that start, or, backwards, end, at a node.
func (p *pathRepeat) from(ctx context.Context, start encoded.Term, forward bool) error {
	if p.csr != nil && forward {
		reached, err := p.csr.reach(ctx, start, p.min, p.max)
		if err != nil {
			return err
		}
		p.emit(start, reached, forward)
		return nil
	}
	reached, err := p.reach(ctx, start, forward)
	if err != nil {
		return err
	}
	p.emit(start, reached, forward)
	return nil
}

// hold accounts for what the path holds: pairs and the graph.
func (p *pathRepeat) hold() error {
	return p.self.memory.need(p.rows.bytes() + int64(8*cap(p.sources)) + p.csr.bytes())
}

// emit appends rows for pairs of start with each node reached.
func (p *pathRepeat) emit(start encoded.Term, reached []encoded.Term, forward bool) {
	from, to := p.subjectCol, p.objectCol
	if !forward {
		from, to = to, from
	}
	if p.same {
		if slices.Contains(reached, start) {
			p.rows.cols[from] = append(p.rows.cols[from], start)
			p.rows.n++
		}
		return
	}
	if from >= 0 {
		c := slices.Grow(p.rows.cols[from], len(reached))
		for range reached {
			c = append(c, start)
		}
		p.rows.cols[from] = c
	}
	if to >= 0 {
		p.rows.cols[to] = append(p.rows.cols[to], reached...)
	}
	p.rows.n += len(reached)
}

// reach returns the nodes between min and max steps from start, each once. The
// slice is valid until the next call.
func (p *pathRepeat) reach(ctx context.Context, start encoded.Term, forward bool) ([]encoded.Term, error) {
	p.reached.free()
	var err error
	if p.reached, err = closure(ctx, p.step, []encoded.Term{start}, p.min, p.max, forward, p.b.env.Budget); err != nil {
		return nil, err
	}
	return p.reached.terms(), nil
}

// closure returns the nodes between least and most steps from a set of nodes,
// each once. The caller frees the set.
func closure(ctx context.Context, s step, start []encoded.Term, least, most int, forward bool, budget *Budget) (_ *termSet, err error) {
	level := newTermSet(budget)
	defer func() {
		if err != nil {
			level.free()
		}
	}()
	if err := level.add(ctx, start); err != nil {
		return nil, err
	}
	for range least {
		sorted, err := level.sorted(0)
		if err != nil {
			return nil, err
		}
		next := newTermSet(budget)
		err = s.from(ctx, sorted, forward, next)
		level.free()
		level = next
		if err != nil {
			return nil, err
		}
	}
	for at, steps := 0, least; at < level.size() && (most < 0 || steps < most); steps++ {
		frontier, err := level.sorted(at)
		if err != nil {
			return nil, err
		}
		at = level.size()
		if err := s.from(ctx, frontier, forward, level); err != nil {
			return nil, err
		}
	}
	return level, nil
}

// connected reports whether two nodes are connected, searching from both.
func (p *pathRepeat) connected(ctx context.Context, from, to encoded.Term) (bool, error) {
	if p.max >= 0 {
		reached, err := p.reach(ctx, from, true)
		return slices.Contains(reached, to), err
	}
	var sides [2]*termSet
	var at [2]int // where the frontier of each side begins
	defer func() { sides[0].free(); sides[1].free() }()
	var err error
	if sides[0], err = closure(ctx, p.step, []encoded.Term{from}, p.min, p.min, true, p.b.env.Budget); err != nil {
		return false, err
	}
	sides[1] = newTermSet(p.b.env.Budget)
	if err := sides[1].add(ctx, []encoded.Term{to}); err != nil {
		return false, err
	}
	if sides[0].hasAny(sides[1].terms()) {
		return true, nil
	}
	for {
		frontiers := [2]int{sides[0].size() - at[0], sides[1].size() - at[1]}
		if frontiers[0] == 0 || frontiers[1] == 0 {
			return false, nil
		}
		i := 0
		if frontiers[1] < frontiers[0] {
			i = 1
		}
		frontier, err := sides[i].sorted(at[i])
		if err != nil {
			return false, err
		}
		at[i] = sides[i].size()
		if err := p.step.from(ctx, frontier, i == 0, sides[i]); err != nil {
			return false, err
		}
		if sides[1-i].hasAny(sides[i].terms()[at[i]:]) {
			return true, nil
		}
	}
}

// load reads the pairs of one step into memory.
func (p *pathRepeat) load(ctx context.Context) error {
	s, o := p.b.fresh("from"), p.b.fresh("to")
	in, err := p.b.pathNode(algebra.VarNode(s), p.path, algebra.VarNode(o))
	if err != nil {
		return err
	}
	defer in.Close()
	a := &adjacency{nodes: newKeyIndex(1)}
	sc, oc := in.column(s), in.column(o)
	var from, to []int32
	var ids []int32
	err = drain(ctx, in, func(b *Batch) error {
		ids = sized(ids, b.Len)
		a.nodes.add([][]encoded.Term{b.Columns[sc]}, b.Len, ids)
		from = append(from, ids[:b.Len]...)
		a.nodes.add([][]encoded.Term{b.Columns[oc]}, b.Len, ids)
		to = append(to, ids[:b.Len]...)
		return p.self.memory.need(a.nodes.bytes() + int64(12*cap(from)+12*a.nodes.size()))
	})
	if err != nil {
		return err
	}
	if err := a.link(ctx, from, to); err != nil {
		return err
	}
	p.csr = a
	return p.hold()
}

func (p *pathRepeat) close() {
	if p.nodes != nil {
		p.nodes.Close()
	}
	if p.step != nil {
		p.step.close()
	}
	p.csr = nil
	p.reached.free()
}

// allNodes reads the subjects and objects of the active graph, each once.
func (b *builder) allNodes() (*node, error) {
	var inputs []*node
	for _, order := range []encoded.Order{encoded.SPO, encoded.OSP} {
		n, other, p := b.fresh("node"), b.fresh("other"), b.fresh("predicate")
		s := &scanSpec{order: order, unneeded: []algebra.Var{other, p}}
		s.nodes = [4]algebra.Node{algebra.VarNode(n), algebra.VarNode(p), algebra.VarNode(other)}
		if order == encoded.OSP {
			s.nodes[0], s.nodes[2] = s.nodes[2], s.nodes[0]
		}
		c := *b
		if b.scope.kind == scopeGraph {
			s.order = encoded.GSPO
		}
		in, err := c.newScan(s)
		if err != nil {
			return nil, err
		}
		in.schema = []algebra.Var{".node"}
		in.sorted = nil
		inputs = append(inputs, in)
	}
	return newDistinct(b, newUnion(inputs)), nil
}

// pathFetcher looks up pairs by one end.
type pathFetcher struct {
	path    *pathRepeat
	forward bool // the key is the subject
	fetched int
}

func (f *pathFetcher) fetch(ctx context.Context, keys [][]encoded.Term, n int, out *rows, grown func(*rows) error) error {
	p := f.path
	f.fetched += n
	if f.forward && p.csr == nil && f.fetched > pathCSRThreshold {
		if err := p.load(ctx); err != nil {
			return err
		}
	}
	p.rows = out
	for _, k := range keys[0][:n] {
		if err := ctx.Err(); err != nil {
			return err
		}
		bound := p.object
		if !f.forward {
			bound = p.subject
		}
		if bound == encoded.Undefined {
			if err := p.from(ctx, k, f.forward); err != nil {
				return err
			}
			if err := grown(out); err != nil {
				return err
			}
			continue
		}
		from, to := k, bound
		if !f.forward {
			from, to = bound, k
		}
		ok, err := p.connected(ctx, from, to)
		if err != nil {
			return err
		}
		if ok {
			out.cols[0] = append(out.cols[0], k)
			out.n++
		}
	}
	return nil
}

func (f *pathFetcher) close() {}
