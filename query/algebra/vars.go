package algebra

import (
	"fmt"
	"slices"
)

// varSet is a set of variables in the sequence in which they came.
type varSet struct {
	list []Var
	has  map[Var]bool
}

func (s *varSet) add(vars ...Var) {
	for _, v := range vars {
		if v == "" || s.has[v] {
			continue
		}
		if s.has == nil {
			s.has = map[Var]bool{}
		}
		s.has[v] = true
		s.list = append(s.list, v)
	}
}

func (s *varSet) node(n Node) {
	s.add(n.Var)
	if n.Triple != nil {
		s.triple(*n.Triple)
	}
}

func (s *varSet) triple(t TriplePattern) {
	s.node(t.Subject)
	s.node(t.Predicate)
	s.node(t.Object)
}

func (s *varSet) scan(o *Scan) {
	var all varSet
	all.triple(o.Pattern)
	all.node(o.TripleTerm)
	for _, v := range all.list {
		if !slices.Contains(o.Unneeded, v) {
			s.add(v)
		}
	}
}

// Vars returns the variables that are in scope outside op (SPARQL 1.2 Query,
// section 18.2.1), in the sequence of their first occurrence. Hidden variables
// are among them: "SELECT *" leaves them out.
func Vars(op Op) []Var {
	var s varSet
	s.visible(op)
	return s.list
}

func (s *varSet) visible(op Op) {
	switch o := op.(type) {
	case nil:
	case *BGP:
		for _, t := range o.Patterns {
			s.triple(t)
		}
	case *PathPattern:
		s.node(o.Subject)
		s.node(o.Object)
	case *Join:
		s.visible(o.Left)
		s.visible(o.Right)
	case *LeftJoin:
		s.visible(o.Left)
		s.visible(o.Right)
	case *Lateral:
		s.visible(o.Left)
		s.visible(o.Right)
	case *Filter:
		s.visible(o.Input)
	case *Union:
		for _, b := range o.Branches {
			s.visible(b)
		}
	case *Minus:
		s.visible(o.Left)
	case *Graph:
		s.node(o.Name)
		s.visible(o.Input)
	case *Service:
		s.node(o.Name)
		s.visible(o.Input)
	case *Extend:
		s.visible(o.Input)
		s.add(o.Var)
	case *Table:
		s.add(o.Vars...)
	case *Group:
		for _, k := range o.Keys {
			s.add(k.Var)
		}
		for _, a := range o.Aggs {
			s.add(a.Var)
		}
	case *OrderBy:
		s.visible(o.Input)
	case *Project:
		s.add(o.Vars...)
	case *Distinct:
		s.visible(o.Input)
	case *Reduced:
		s.visible(o.Input)
	case *Slice:
		s.visible(o.Input)
	case *Scan:
		s.scan(o)
	case *PhysicalJoin:
		s.visible(o.Left)
		if o.Kind == InnerJoin || o.Kind == LeftOuterJoin {
			s.visible(o.Right)
		}
	case *MultiJoin:
		for _, c := range o.Scans {
			s.scan(c)
		}
	case *TopN:
		s.visible(o.Input)
	case *Count:
		s.add(o.Key, o.Var)
	default:
		panic(fmt.Sprintf("algebra: unknown operator %T", op))
	}
}

// BoundVars returns the variables that are bound in every solution of op, in
// the sequence of their first occurrence. It may leave some out, never too few:
// every variable returned is certainly bound.
func BoundVars(op Op) []Var {
	var s varSet
	s.bound(op)
	return s.list
}

func (s *varSet) bound(op Op) {
	switch o := op.(type) {
	case nil:
	case *BGP, *PathPattern, *Scan, *MultiJoin:
		s.visible(op)
	case *Join:
		s.bound(o.Left)
		s.bound(o.Right)
	case *Lateral:
		s.bound(o.Left)
		s.bound(o.Right)
	case *LeftJoin:
		s.bound(o.Left)
	case *Minus:
		s.bound(o.Left)
	case *Filter:
		s.bound(o.Input)
		s.required(o.Condition, o.Input)
	case *Union:
		if len(o.Branches) == 0 {
			return
		}
		common := BoundVars(o.Branches[0])
		for _, b := range o.Branches[1:] {
			other := BoundVars(b)
			common = slices.DeleteFunc(common, func(v Var) bool { return !slices.Contains(other, v) })
		}
		s.add(common...)
	case *Graph:
		s.node(o.Name)
		s.bound(o.Input)
	case *Service:
		if !o.Silent { // a failed SERVICE SILENT is one empty solution
			s.bound(o.Input)
		}
	case *Extend:
		s.bound(o.Input)
		if certain(o.Expr, s.has) {
			s.add(o.Var)
		}
	case *Table:
		for i, v := range o.Vars {
			bound := true
			for _, r := range o.Rows {
				bound = bound && !r[i].IsZero()
			}
			if bound {
				s.add(v)
			}
		}
	case *Group:
		var in varSet
		in.bound(o.Input)
		for _, k := range o.Keys {
			if certain(k.Expr, in.has) {
				s.add(k.Var)
			}
		}
		for _, a := range o.Aggs {
			if a.Agg.Name == "COUNT" {
				s.add(a.Var)
			}
		}
	case *Project:
		var in varSet
		in.bound(o.Input)
		for _, v := range o.Vars {
			if in.has[v] {
				s.add(v)
			}
		}
	case *OrderBy:
		s.bound(o.Input)
	case *Distinct:
		s.bound(o.Input)
	case *Reduced:
		s.bound(o.Input)
	case *Slice:
		s.bound(o.Input)
	case *TopN:
		s.bound(o.Input)
	case *PhysicalJoin:
		s.bound(o.Left)
		if o.Kind == InnerJoin {
			s.bound(o.Right)
		}
	case *Count:
		s.add(o.Key, o.Var)
	default:
		panic(fmt.Sprintf("algebra: unknown operator %T", op))
	}
}

// certain reports whether e has a value wherever the variables in bound have one.
func certain(e Expr, bound map[Var]bool) bool {
	switch x := e.(type) {
	case *Const:
		return !x.Term.IsZero()
	case *VarExpr:
		return bound[x.Var]
	}
	return false
}

// required adds the variables without which a condition cannot be true: those
// of BOUND, and the operands of comparisons, in each part of a conjunction, as
// far as they are in scope in input.
func (s *varSet) required(e Expr, input Op) {
	c, ok := e.(*Call)
	if !ok {
		return
	}
	switch c.Name {
	case "&&":
		for _, a := range c.Arguments {
			s.required(a, input)
		}
	case "BOUND", "=", "!=", "<", ">", "<=", ">=", "SAMETERM":
		for _, a := range c.Arguments {
			if v, ok := a.(*VarExpr); ok && !s.has[v.Var] && slices.Contains(Vars(input), v.Var) {
				s.add(v.Var)
			}
		}
	}
}

// ExprVars returns the variables that e mentions, in the sequence of their
// first occurrence, those visible in the patterns of EXISTS included.
func ExprVars(e Expr) []Var {
	var s varSet
	WalkExpr(e, func(x Expr) bool {
		switch x := x.(type) {
		case *VarExpr:
			s.add(x.Var)
		case *Exists:
			s.add(Mentioned(x.Pattern)...)
		}
		return true
	})
	return s.list
}

// Mentioned returns every variable that occurs in op or below it, in scope or
// not, in expressions and in patterns.
func Mentioned(op Op) []Var {
	var s varSet
	Walk(op, func(o Op) bool {
		switch x := o.(type) {
		case *BGP, *PathPattern, *Scan, *MultiJoin, *Table, *Count, *Group, *Project:
			s.visible(o)
		case *Extend:
			s.add(x.Var)
		case *Graph:
			s.node(x.Name)
		case *Service:
			s.node(x.Name)
		}
		for _, e := range Exprs(o) {
			WalkExpr(*e, func(e Expr) bool {
				if v, ok := e.(*VarExpr); ok {
					s.add(v.Var)
				}
				return true
			})
		}
		return true
	})
	return s.list
}
