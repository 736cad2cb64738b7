package exec

import (
	"slices"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// lookupThreshold is the number of rows of a pattern from which a basic graph
// pattern that was not planned looks its rows up rather than hashing them all.
const lookupThreshold = 8192

// flatten turns a pattern into scans: each nested triple term with variables
// becomes a hidden variable and a scan of the relation of triple terms.
func (b *builder) flatten(p algebra.TriplePattern, out []*scanSpec) []*scanSpec {
	s := &scanSpec{nodes: [4]algebra.Node{p.Subject, p.Predicate, p.Object}}
	for i := range 3 {
		s.nodes[i], out = b.flattenNode(s.nodes[i], out)
	}
	return append(out, s)
}

func (b *builder) flattenNode(n algebra.Node, out []*scanSpec) (algebra.Node, []*scanSpec) {
	if n.Triple == nil {
		return n, out
	}
	if t, ok := groundTerm(n); ok {
		return algebra.TermNode(t), out
	}
	v := algebra.VarNode(b.fresh("triple"))
	s := &scanSpec{triples: true, nodes: [4]algebra.Node{n.Triple.Subject, n.Triple.Predicate, n.Triple.Object, v}}
	for i := range 3 {
		s.nodes[i], out = b.flattenNode(s.nodes[i], out)
	}
	return v, append(out, s)
}

// vars returns the variables of a spec that are not put in by injection.
func (b *builder) specVars(s *scanSpec) []algebra.Var {
	var vars []algebra.Var
	for _, n := range s.nodes {
		if _, injected := b.inject[n.Var]; n.IsVar() && !injected && !slices.Contains(vars, n.Var) {
			vars = append(vars, n.Var)
		}
	}
	return vars
}

// bgp joins patterns that nobody planned: in the sequence in which they are written,
// except that one that is connected to those before goes first.
func (b *builder) bgp(patterns []algebra.TriplePattern) (*node, error) {
	c := *b
	b = &c
	var specs []*scanSpec
	for _, p := range patterns {
		specs = b.flatten(p, specs)
	}
	var left *node
	all := b.need
	for len(specs) > 0 {
		next := 0
		if left != nil {
			for i, s := range specs {
				if slices.ContainsFunc(b.specVars(s), func(v algebra.Var) bool { return left.column(v) >= 0 }) {
					next = i
					break
				}
			}
		}
		s := specs[next]
		specs = slices.Delete(specs, next, next+1)
		// What is needed so far: by the reader and by the patterns to come.
		b.need = all
		for _, t := range specs {
			b.need = b.need.with(b.specVars(t)...)
		}
		for _, v := range b.specVars(s) {
			if !b.needs(v) && (left == nil || left.column(v) < 0) {
				s.unneeded = append(s.unneeded, v)
			}
		}
		var err error
		if left == nil {
			// What the next patterns share with this one is a good sort order.
			var want []algebra.Var
			for _, t := range specs {
				want = append(want, b.specVars(t)...)
			}
			left, err = b.scanSorted(s, want)
		} else {
			left, err = b.joinScan(left, s)
		}
		if err != nil {
			return nil, err
		}
	}
	if left == nil {
		left = unit(b)
	}
	return b.constants(left), nil
}

// scanSorted reads a pattern in an order that begins with those of the wanted variables that it has.
func (b *builder) scanSorted(s *scanSpec, want []algebra.Var) (*node, error) {
	bs, err := b.bind(s)
	if err != nil {
		return nil, err
	}
	s.order = b.orderFor(s, bs, want)
	return b.newScan(s)
}

func (b *builder) orderFor(s *scanSpec, bs *boundSpec, want []algebra.Var) encoded.Order {
	bound := bs.bound()
	var places []encoded.Position
	for _, v := range want {
		for p, w := range bs.vars {
			if w == v && !slices.Contains(places, encoded.Position(p)) {
				places = append(places, encoded.Position(p))
			}
		}
	}
	if g := bs.scan.Pattern[encoded.Graph]; !s.triples && g != encoded.Undefined && g != encoded.DefaultGraph && !bs.empty {
		// A small graph is found at once in the order that begins with it, if
		// that has the wanted variable first.
		whole := encoded.Scan{Order: encoded.GSPO, Pattern: encoded.Pattern{encoded.Graph: g}}
		part := encoded.Scan{Pattern: bs.scan.Pattern, Scope: encoded.ScopeNamed}
		part.Pattern[encoded.Graph] = encoded.Undefined
		part.Order = pickOrder(false, bound, nil)
		n, _, err1 := b.env.Dataset.Count(whole)
		m, _, err2 := b.env.Dataset.Count(part)
		first := encoded.Subject
		for bound.Has(first) {
			first++
		}
		if err1 == nil && err2 == nil && n < m && (len(places) == 0 || places[0] == first) {
			return encoded.GSPO
		}
	}
	return pickOrder(s.triples, bound, places)
}

// joinScan joins what is there with one more pattern.
func (b *builder) joinScan(left *node, s *scanSpec) (*node, error) {
	bs, err := b.bind(s)
	if err != nil {
		return nil, err
	}
	var shared []algebra.Var
	for _, v := range bs.vars {
		if v != "" && left.certain(v) && !slices.Contains(shared, v) {
			shared = append(shared, v)
		}
	}
	s.order = b.orderFor(s, bs, shared)
	right, err := b.newScan(s)
	if err != nil {
		return nil, err
	}
	shape := b.newJoinShape(algebra.InnerJoin, left, right, nil)
	if len(shared) > 0 && !bs.empty {
		count := bs.scan
		count.Order = s.order
		n, _, err := b.env.Dataset.Count(count)
		if err != nil {
			return nil, err
		}
		if n > lookupThreshold {
			if j := newLookupJoin(b, algebra.InnerJoin, left, right, nil, shape); j != nil {
				return j, nil
			}
		}
	}
	return newHashJoin(b, algebra.InnerJoin, left, right, nil, shape), nil
}
