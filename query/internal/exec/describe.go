package exec

import (
	"fmt"
	"strings"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// detail returns what a plan shows of an operator beside its name.
func detail(op algebra.Op, n *node) string {
	switch o := op.(type) {
	case *algebra.Join, *algebra.LeftJoin, *algebra.Minus, *algebra.PhysicalJoin:
		return detailJoin(op, n)
	case *algebra.PathPattern:
		return describeNode(o.Subject) + " " + algebra.PrintPath(o.Path) + " " + describeNode(o.Object)
	case *algebra.Filter:
		return describeExpr(o.Condition)
	case *algebra.Extend:
		return "?" + string(o.Var) + " = " + describeExpr(o.Expr)
	case *algebra.Table:
		return fmt.Sprintf("%s%d rows", spaced(describeVars(o.Vars)), len(o.Rows))
	case *algebra.Group:
		var parts []string
		for _, k := range o.Keys {
			if v, ok := k.Expr.(*algebra.VarExpr); ok && v.Var == k.Var {
				parts = append(parts, "?"+string(k.Var))
			} else {
				parts = append(parts, "?"+string(k.Var)+" = "+describeExpr(k.Expr))
			}
		}
		by := spaced(strings.Join(parts, ", "))
		parts = nil
		for _, a := range o.Aggs {
			parts = append(parts, "?"+string(a.Var)+" = "+describeExpr(a.Agg))
		}
		return by + strings.Join(parts, ", ")
	case *algebra.OrderBy:
		return describeKeys(o.Keys)
	case *algebra.TopN:
		return fmt.Sprintf("%d to %d", o.Offset+1, o.Offset+o.Limit)
	case *algebra.Slice:
		if o.Limit < 0 {
			return fmt.Sprintf("from %d", o.Offset+1)
		}
		return fmt.Sprintf("%d to %d", o.Offset+1, o.Offset+o.Limit)
	case *algebra.Project:
		return describeVars(o.Vars)
	case *algebra.MultiJoin:
		return describeVars(o.Vars)
	case *algebra.Count:
		what := "*"
		if o.Distinct != "" {
			what = "distinct ?" + string(o.Distinct)
		}
		if o.Key != "" {
			what += " for each ?" + string(o.Key)
		}
		return what + " of " + describeTriple(o.Scan.Pattern)
	}
	return ""
}

// detailJoin names what is joined on, and the condition.
func detailJoin(op algebra.Op, n *node) string {
	var condition algebra.Expr
	switch o := op.(type) {
	case *algebra.LeftJoin:
		condition = o.Condition
	case *algebra.PhysicalJoin:
		condition = o.Condition
	}
	var on []algebra.Var
	if len(n.inputs) == 2 {
		for _, v := range n.inputs[0].schema {
			if n.inputs[1].column(v) >= 0 {
				on = append(on, v)
			}
		}
	}
	text := "on " + describeVars(on)
	if len(on) == 0 {
		text = "of all pairs"
	}
	if condition != nil {
		text += " if " + describeExpr(condition)
	}
	return text
}

func spaced(s string) string {
	if s == "" {
		return ""
	}
	return s + ": "
}

func describeVars(vars []algebra.Var) string {
	parts := make([]string, len(vars))
	for i, v := range vars {
		parts[i] = "?" + string(v)
	}
	return strings.Join(parts, " ")
}

func describeKeys(keys []algebra.OrderKey) string {
	parts := make([]string, len(keys))
	for i, k := range keys {
		parts[i] = describeExpr(k.Expr)
		if k.Descending {
			parts[i] += " descending"
		}
	}
	return strings.Join(parts, ", ")
}

// describeExpr writes an expression much as SPARQL does.
func describeExpr(e algebra.Expr) string {
	list := func(args []algebra.Expr) string {
		parts := make([]string, len(args))
		for i, a := range args {
			parts[i] = describeExpr(a)
		}
		return strings.Join(parts, ", ")
	}
	switch e := e.(type) {
	case nil:
		return "*"
	case *algebra.VarExpr:
		return "?" + string(e.Var)
	case *algebra.Const:
		if _, ok := encoded.Inline(e.Term); ok {
			return e.Term.Value()
		}
		return e.Term.String()
	case *algebra.Exists:
		if e.Negated {
			return "NOT EXISTS {…}"
		}
		return "EXISTS {…}"
	case *algebra.Aggregate:
		if e.Distinct {
			return e.Name + "(DISTINCT " + describeExpr(e.Arg) + ")"
		}
		return e.Name + "(" + describeExpr(e.Arg) + ")"
	case *algebra.Call:
		a := e.Arguments
		switch {
		case e.Name == "!" || strings.HasPrefix(e.Name, "unary"):
			return strings.TrimPrefix(e.Name, "unary") + describeExpr(a[0])
		case (e.Name == "in" || e.Name == "not in") && len(a) > 0:
			return describeExpr(a[0]) + " " + strings.ToUpper(e.Name) + " (" + list(a[1:]) + ")"
		case len(a) == 2 && strings.ContainsAny(e.Name[:1], "|&=!<>+-*/"):
			return "(" + describeExpr(a[0]) + " " + e.Name + " " + describeExpr(a[1]) + ")"
		}
		return e.Name + "(" + list(a) + ")"
	}
	return ""
}

func describeTriple(t algebra.TriplePattern) string {
	return describeNode(t.Subject) + " " + describeNode(t.Predicate) + " " + describeNode(t.Object)
}

func describeNode(n algebra.Node) string {
	switch {
	case n.IsVar():
		return "?" + string(n.Var)
	case n.Triple != nil:
		return "<<( " + describeTriple(*n.Triple) + " )>>"
	}
	return n.Term.String()
}

func describeScan(s *scanSpec) string {
	text := describeTriple(algebra.TriplePattern{Subject: s.nodes[0], Predicate: s.nodes[1], Object: s.nodes[2]})
	if s.triples {
		text += " as " + describeNode(s.nodes[encoded.Graph])
	}
	return text
}
