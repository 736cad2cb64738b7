package query

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// bindQuery binds the parameters of a whole query. They are in scope in its
// outermost pattern, whether the query selects them or not.
func bindQuery(root algebra.Op, terms map[algebra.Var]graph.Term) (algebra.Op, error) {
	at := &root
	for {
		switch o := (*at).(type) {
		case *algebra.Slice:
			at = &o.Input
			continue
		case *algebra.Distinct:
			at = &o.Input
			continue
		case *algebra.Reduced:
			at = &o.Input
			continue
		case *algebra.Project:
			input, err := bind(o.Input, terms)
			if err == nil {
				o.Input = extendConstants(input, o.Vars, terms)
			}
			return root, err
		}
		var err error
		*at, err = bind(*at, terms)
		return root, err
	}
}

// bind puts terms in the place of variables in op, which is changed, wherever these
// variables are in scope: a sub-query that does not select one has a variable
// of its own of that name.
func bind(op algebra.Op, terms map[algebra.Var]graph.Term) (algebra.Op, error) {
	if len(terms) == 0 {
		return op, nil
	}
	node := func(n algebra.Node) algebra.Node { return bindNode(n, terms) }
	inner := terms
	switch o := op.(type) {
	case *algebra.BGP:
		for i, t := range o.Patterns {
			o.Patterns[i] = bindTriple(t, terms)
		}
	case *algebra.PathPattern:
		o.Subject, o.Object = node(o.Subject), node(o.Object)
	case *algebra.Graph:
		o.Name = node(o.Name)
	case *algebra.Service:
		o.Name = node(o.Name)
		o.Text = ""
	case *algebra.Extend:
		if _, ok := terms[o.Var]; ok {
			return nil, fmt.Errorf("query: parameter ?%s is given a value by the query itself", o.Var)
		}
	case *algebra.Table:
		bindTable(o, terms)
	case *algebra.Project:
		inner = maps.Clone(terms)
		maps.DeleteFunc(inner, func(v algebra.Var, _ graph.Term) bool { return !slices.Contains(o.Vars, v) })
	case *algebra.Group:
		for _, k := range o.Keys {
			_, ok := terms[k.Var]
			if e, same := k.Expr.(*algebra.VarExpr); ok && (!same || e.Var != k.Var) {
				return nil, fmt.Errorf("query: parameter ?%s is given a value by the query itself", k.Var)
			}
		}
	}
	for _, e := range algebra.Exprs(op) {
		var err error
		if *e, err = bindExpr(*e, inner); err != nil {
			return nil, err
		}
	}
	for _, in := range op.Inputs() {
		var err error
		if *in, err = bind(*in, inner); err != nil {
			return nil, err
		}
	}
	if p, ok := op.(*algebra.Project); ok {
		p.Input = extendConstants(p.Input, p.Vars, inner)
	}
	return op, nil
}

// bindRoot gives the variables that a CONSTRUCT template or DESCRIBE reads
// back their values.
func bindRoot(root algebra.Op, q *algebra.Query, terms map[algebra.Var]graph.Term) algebra.Op {
	if len(terms) == 0 || q.Form != algebra.Construct && q.Form != algebra.Describe {
		return root
	}
	return extendConstants(root, slices.Sorted(maps.Keys(terms)), terms)
}

// extendConstants makes those of vars that have a term visible again.
func extendConstants(op algebra.Op, vars []algebra.Var, terms map[algebra.Var]graph.Term) algebra.Op {
	there := algebra.Vars(op)
	for _, v := range vars {
		if t, ok := terms[v]; ok && !slices.Contains(there, v) {
			op = &algebra.Extend{Input: op, Var: v, Expr: &algebra.Const{Term: t}}
		}
	}
	return op
}

func bindNode(n algebra.Node, terms map[algebra.Var]graph.Term) algebra.Node {
	if n.Triple != nil {
		t := bindTriple(*n.Triple, terms)
		return algebra.Node{Triple: &t}
	}
	if t, ok := terms[n.Var]; ok && n.IsVar() {
		return algebra.TermNode(t)
	}
	return n
}

func bindTriple(t algebra.TriplePattern, terms map[algebra.Var]graph.Term) algebra.TriplePattern {
	return algebra.TriplePattern{Subject: bindNode(t.Subject, terms), Predicate: bindNode(t.Predicate, terms), Object: bindNode(t.Object, terms)}
}

func bindExpr(e algebra.Expr, terms map[algebra.Var]graph.Term) (algebra.Expr, error) {
	switch x := e.(type) {
	case *algebra.VarExpr:
		if t, ok := terms[x.Var]; ok {
			return &algebra.Const{Term: t}, nil
		}
	case *algebra.Call:
		if v, ok := x.Arguments, x.Name == "BOUND"; ok && len(v) == 1 {
			if b, ok := v[0].(*algebra.VarExpr); ok {
				if _, ok := terms[b.Var]; ok {
					return &algebra.Const{Term: graph.Boolean(true)}, nil
				}
			}
		}
	case *algebra.Exists:
		p, err := bind(x.Pattern, terms)
		if err != nil {
			return nil, err
		}
		x.Pattern = p
	}
	for _, a := range e.Args() {
		var err error
		if *a, err = bindExpr(*a, terms); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// bindTable keeps the rows that agree with the terms and drops their columns.
func bindTable(t *algebra.Table, terms map[algebra.Var]graph.Term) {
	for i := 0; i < len(t.Vars); {
		want, ok := terms[t.Vars[i]]
		if !ok {
			i++
			continue
		}
		t.Rows = slices.DeleteFunc(t.Rows, func(row []graph.Term) bool { return !row[i].IsZero() && !row[i].Equal(want) })
		for r := range t.Rows {
			t.Rows[r] = slices.Delete(t.Rows[r], i, i+1)
		}
		t.Vars = slices.Delete(t.Vars, i, i+1)
	}
}
