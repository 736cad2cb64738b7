package plan

import (
	"math"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// leaf is what is known of one triple pattern in its scope.
type leaf struct {
	pattern    algebra.TriplePattern // without nested triples
	tripleTerm algebra.Node          // in the relation of triple terms
	triples    bool
	rows       float64
	exact      bool
	distinct   map[algebra.Var]float64
	bound      encoded.Positions // the positions that hold a constant
	scan       encoded.Scan      // that counts its rows
	repeated   bool              // a variable stands in two places
	scope      scope
	sortings   []sortOrder // see sortOrders
	star       *star       // see leafStar
}

// node returns the node at a position.
func (l *leaf) node(pos encoded.Position) algebra.Node {
	switch pos {
	case encoded.Subject:
		return l.pattern.Subject
	case encoded.Predicate:
		return l.pattern.Predicate
	case encoded.Object:
		return l.pattern.Object
	}
	return l.tripleTerm
}

// orders returns the sort orders in which the leaf's constants come first.
func (l *leaf) orders() []encoded.Order {
	first, last := encoded.SPO, encoded.OPS
	if l.triples {
		first, last = encoded.TSPO, encoded.TTSPO
	}
	var out []encoded.Order
	for o := first; o <= last; o++ {
		free := false
		fits := true
		for i, pos := range o.Sequence() {
			if i == 3 && !l.triples {
				break
			}
			switch b := l.bound.Has(pos); {
			case b && free:
				fits = false
			case !b:
				free = true
			}
		}
		if fits {
			out = append(out, o)
		}
	}
	if len(out) == 0 { // triple terms have three of the six orders
		out = append(out, l.nearest(first, last))
	}
	return out
}

// sortOrder is an order of a leaf, and the variables by which it sorts.
type sortOrder struct {
	order encoded.Order
	by    []algebra.Var
}

// sortOrders returns the orders of a leaf.
func (l *leaf) sortOrders() []sortOrder {
	if l.sortings == nil {
		for _, o := range l.orders() {
			l.sortings = append(l.sortings, sortOrder{o, l.sortedBy(o)})
		}
	}
	return l.sortings
}

// nearest returns the order with the longest prefix of constants.
func (l *leaf) nearest(first, last encoded.Order) encoded.Order {
	best, length := first, -1
	for o := first; o <= last; o++ {
		n := 0
		for _, pos := range o.Sequence() {
			if !l.bound.Has(pos) {
				break
			}
			n++
		}
		if n > length {
			best, length = o, n
		}
	}
	return best
}

// sortedBy returns the variables by which the rows in this order are sorted.
func (l *leaf) sortedBy(o encoded.Order) []algebra.Var {
	var out []algebra.Var
	seen := set{}
	for i, pos := range o.Sequence() {
		if i == 3 && !l.triples {
			break
		}
		n := l.node(pos)
		if !n.IsVar() || seen[n.Var] {
			continue
		}
		seen[n.Var] = true
		out = append(out, n.Var)
	}
	return out
}

// leafOf looks up what the dataset knows of a pattern.
func (p *planner) leafOf(t algebra.TriplePattern, sc scope) (*leaf, error) {
	l := &leaf{pattern: t}
	return l, p.fill(l, sc)
}

func (p *planner) fill(l *leaf, sc scope) error {
	l.distinct, l.scope = map[algebra.Var]float64{}, sc
	if sc.none && !l.triples {
		l.exact = true
		return nil
	}
	scan := encoded.Scan{Scope: sc.kind, Graphs: sc.graphs}
	scan.Pattern[encoded.Graph] = sc.graph
	if l.triples {
		scan = encoded.Scan{}
	}
	repeated, seen := false, set{}
	for _, pos := range []encoded.Position{encoded.Subject, encoded.Predicate, encoded.Object, encoded.Graph} {
		if pos == encoded.Graph && !l.triples {
			break
		}
		n := l.node(pos)
		if n.IsVar() {
			repeated = repeated || seen[n.Var]
			seen[n.Var] = true
			continue
		}
		e, err := p.encode(n.Term)
		if err != nil {
			return err
		}
		if !e.ok {
			l.rows, l.exact = 0, true
			return nil
		}
		scan.Pattern[pos] = e.id
		l.bound = l.bound.With(pos)
	}
	scan.Order = l.orders()[0]
	l.scan, l.repeated = scan, repeated
	n, exact, err := p.ds.Count(scan)
	if err != nil {
		return err
	}
	l.rows, l.exact = float64(n), exact && (!repeated || n == 0)
	if repeated {
		l.rows = math.Ceil(math.Sqrt(l.rows))
	}
	return p.fillDistinct(l, scan)
}

// fillDistinct estimates the distinct values of each variable.
func (p *planner) fillDistinct(l *leaf, scan encoded.Scan) error {
	t := p.totals
	whole := [4]float64{float64(t.Subjects), float64(t.Predicates), float64(t.Objects), l.rows}
	if l.triples {
		// Nothing is kept for triple terms: half as many subjects as rows, few
		// predicates.
		whole = [4]float64{l.rows / 2, 10, l.rows / 2, l.rows}
	} else if scan.Pattern[encoded.Predicate] != encoded.Undefined {
		st, err := p.predicate(scan.Pattern[encoded.Predicate])
		if err != nil {
			return err
		}
		whole[encoded.Subject], whole[encoded.Object] = float64(st.Subjects), float64(st.Objects)
	}
	for pos := encoded.Subject; pos <= encoded.Graph; pos++ {
		if n := l.node(pos); n.IsVar() {
			d := math.Max(1, math.Min(l.rows, whole[pos]))
			if old, ok := l.distinct[n.Var]; ok {
				d = math.Min(d, old)
			}
			l.distinct[n.Var] = d
		}
	}
	return nil
}

func (p *planner) predicate(id encoded.Term) (encoded.PredicateStats, error) {
	if s, ok := p.predicates[id]; ok {
		return s, nil
	}
	s, err := p.ds.Predicate(id)
	if err == nil {
		p.predicates[id] = s
	}
	return s, err
}

// truth returns the effective boolean value of a constant (17.2.2); known is
// false where it is not obvious.
func truth(t graph.Term) (value, known bool) {
	switch {
	case t.IsLiteral() && t.Datatype() == graph.XSDBoolean:
		switch t.Value() {
		case "true", "1":
			return true, true
		case "false", "0":
			return false, true
		}
	case t.IsSimple():
		return t.Value() != "", true
	case t.IsIRI():
		return false, true // an error, which is not true
	}
	return false, false
}

// removeEmpty replaces patterns that the dataset surely has no match for.
//
//	(join (bgp (?s <p> ?o)) P)  ==> empty, if the dataset has no <p>
//	(union (bgp (?s <p> ?o)) P) ==> P
//	(leftjoin P (bgp (?s <p> ?o))) ==> P with ?s and ?o unbound
func removeEmpty(p *planner, root algebra.Op) (algebra.Op, error) {
	var walk func(op algebra.Op, sc scope) (algebra.Op, error)
	walk = func(op algebra.Op, sc scope) (algebra.Op, error) {
		if err := p.ctx.Err(); err != nil {
			return nil, err
		}
		switch o := op.(type) {
		case *algebra.BGP:
			for _, t := range o.Patterns {
				if nested(t) {
					continue
				}
				l, err := p.leafOf(t, sc)
				if err != nil {
					return nil, err
				}
				if l.exact && l.rows == 0 {
					return empty(o), nil
				}
			}
			return op, nil
		case *algebra.Graph:
			in, err := p.graphScope(o.Name)
			if err != nil {
				return nil, err
			}
			sc = in
		case *algebra.Service:
			return op, nil
		}
		for _, in := range op.Inputs() {
			var err error
			if *in, err = walk(*in, sc); err != nil {
				return nil, err
			}
		}
		return simplifyOp(op), nil
	}
	return walk(root, p.scope)
}

func nested(t algebra.TriplePattern) bool {
	return t.Subject.Triple != nil || t.Predicate.Triple != nil || t.Object.Triple != nil
}
