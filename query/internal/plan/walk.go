package plan

import (
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// transform replaces every operator below and at op by what f makes of it,
// inputs first. It does not enter the patterns of EXISTS. It fails when the query is cancelled.
func (p *planner) transform(op algebra.Op, f func(algebra.Op) algebra.Op) (algebra.Op, error) {
	if err := p.ctx.Err(); err != nil {
		return nil, err
	}
	for _, in := range op.Inputs() {
		var err error
		if *in, err = p.transform(*in, f); err != nil {
			return nil, err
		}
	}
	return f(op), nil
}

// set is a set of variables.
type set map[algebra.Var]bool

func setOf(vars ...algebra.Var) set {
	s := make(set, len(vars))
	for _, v := range vars {
		s[v] = true
	}
	return s
}

func (s set) addAll(t set) {
	for v := range t {
		s[v] = true
	}
}

func (s set) addNode(n algebra.Node) {
	switch {
	case n.Triple != nil:
		s.addPattern(*n.Triple)
	case n.Var != "":
		s[n.Var] = true
	}
}

func (s set) addPattern(t algebra.TriplePattern) {
	s.addNode(t.Subject)
	s.addNode(t.Predicate)
	s.addNode(t.Object)
}

func (s set) clone() set {
	t := make(set, len(s))
	t.addAll(s)
	return t
}

// within reports whether every variable of s is in t.
func (s set) within(t set) bool {
	for v := range s {
		if !t[v] {
			return false
		}
	}
	return true
}

func (s set) intersects(t set) bool {
	if len(t) < len(s) {
		s, t = t, s
	}
	for v := range s {
		if t[v] {
			return true
		}
	}
	return false
}

func (s set) and(t set) set {
	out := set{}
	for v := range s {
		if t[v] {
			out[v] = true
		}
	}
	return out
}

// visible returns the variables in scope in the solutions of op (18.2.1).
func visible(op algebra.Op) set { return setOf(algebra.Vars(op)...) }

// bound returns the variables that have a value in every solution of op. It
// may leave some out.
func bound(op algebra.Op) set { return setOf(algebra.BoundVars(op)...) }

// mentioned returns every variable that occurs in an expression, those of
// EXISTS patterns included.
func mentioned(e algebra.Expr) set { return setOf(algebra.ExprVars(e)...) }

// hasExists reports whether e contains EXISTS.
func hasExists(e algebra.Expr) bool {
	found := false
	algebra.WalkExpr(e, func(x algebra.Expr) bool {
		_, ok := x.(*algebra.Exists)
		found = found || ok
		return !found
	})
	return found
}

// volatile reports whether e may give another value each time it is computed,
// so that it must be computed exactly once for each solution. Functions named
// by an IRI count as volatile unless they are casts.
func volatile(e algebra.Expr) bool {
	found := false
	algebra.WalkExpr(e, func(x algebra.Expr) bool {
		switch x := x.(type) {
		case *algebra.Call:
			switch x.Name {
			case "RAND", "UUID", "STRUUID", "BNODE":
				found = true
			}
			found = found || isIRI(x.Name) && !strings.HasPrefix(x.Name, graph.XSD)
		case *algebra.Exists:
			algebra.Walk(x.Pattern, func(op algebra.Op) bool {
				_, ok := op.(*algebra.Service)
				found = found || ok
				for _, y := range algebra.Exprs(op) {
					found = found || volatile(*y)
				}
				return !found
			})
		}
		return !found
	})
	return found
}

// isIRI tells the name of a function that is an IRI from a keyword.
func isIRI(name string) bool { return strings.Contains(name, ":") }

// conjuncts splits a condition at && and appends the parts to list.
func conjuncts(e algebra.Expr, list []algebra.Expr) []algebra.Expr {
	if c, ok := e.(*algebra.Call); ok && c.Name == "&&" {
		for _, a := range c.Arguments {
			list = conjuncts(a, list)
		}
		return list
	}
	if e == nil {
		return list
	}
	return append(list, e)
}

// conjunction is the opposite of conjuncts; nil for an empty list.
func conjunction(list []algebra.Expr) algebra.Expr {
	if len(list) == 0 {
		return nil
	}
	e := list[0]
	for _, x := range list[1:] {
		e = &algebra.Call{Name: "&&", Arguments: []algebra.Expr{e, x}}
	}
	return e
}

// empty returns the table without rows that has the visible variables of op.
func empty(op algebra.Op) algebra.Op {
	t := &algebra.Table{}
	t.Vars = append(t.Vars, algebra.Vars(op)...)
	return t
}

func isEmpty(op algebra.Op) bool {
	t, ok := op.(*algebra.Table)
	return ok && len(t.Rows) == 0
}

func isUnit(op algebra.Op) bool {
	switch o := op.(type) {
	case *algebra.Table:
		return len(o.Vars) == 0 && len(o.Rows) == 1
	case *algebra.BGP:
		return len(o.Patterns) == 0
	}
	return false
}

// filtered puts filters on op.
func filtered(op algebra.Op, conditions []algebra.Expr) algebra.Op {
	for _, c := range conditions {
		op = &algebra.Filter{Input: op, Condition: c}
	}
	return op
}
