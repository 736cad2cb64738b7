package sparql

import (
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// unary is the precedence of signs, above every infix operator.
const unary = 6

// expr writes an expression; least is the precedence that needs no parentheses.
func (f *formatter) expr(e algebra.Expr, least int) string {
	switch x := e.(type) {
	case *algebra.VarExpr:
		if a := f.aggregates[x.Var]; a != nil {
			return f.aggregate(a)
		}
		return f.variable(x.Var, false)
	case *algebra.Const:
		return f.constant(x.Term)
	case *algebra.Exists:
		return f.exists(x)
	case *algebra.Aggregate:
		return f.aggregate(x)
	case *algebra.Call:
		text, own := f.call(x)
		if own < least {
			return "(" + text + ")"
		}
		return text
	}
	return ""
}

// call writes a call and returns its precedence.
func (f *formatter) call(c *algebra.Call) (text string, own int) {
	if p := precedence[c.Name]; p > 0 && len(c.Arguments) == 2 {
		left := p
		if p == comparison {
			left++ // comparisons do not chain
		}
		return f.expr(c.Arguments[0], left) + " " + c.Name + " " + f.expr(c.Arguments[1], p+1), p
	}
	switch c.Name {
	case "in", "not in":
		return f.expr(c.Arguments[0], comparison+1) + " " + strings.ToUpper(c.Name) + " (" + f.args(c.Arguments[1:]) + ")", comparison
	case "!", "unary-", "unary+":
		operand := f.expr(c.Arguments[0], unary+1)
		if _, ok := c.Arguments[0].(*algebra.Const); ok {
			operand = "(" + operand + ")" // a sign before a number would be part of it
		}
		return strings.TrimPrefix(c.Name, "unary") + operand, unary
	}
	name := c.Name
	if strings.Contains(name, ":") {
		name = f.iri(name)
	}
	return name + "(" + f.args(c.Arguments) + ")", unary + 1
}

func (f *formatter) args(list []algebra.Expr) string {
	texts := make([]string, len(list))
	for i, a := range list {
		texts[i] = f.expr(a, 0)
	}
	return strings.Join(texts, ", ")
}

// constant writes a constant. No expression is a blank node, an unbound
// value, or a triple term with one of them.
func (f *formatter) constant(t graph.Term) string {
	switch {
	case t.IsZero():
		return "COALESCE()"
	case t.IsTriple() && !t.Triple().Subject.IsIRI():
		tr := t.Triple()
		return "TRIPLE(" + f.constant(tr.Subject) + ", " + f.constant(tr.Predicate) + ", " + f.constant(tr.Object) + ")"
	}
	return f.term(t)
}

func (f *formatter) aggregate(a *algebra.Aggregate) string {
	var b strings.Builder
	b.WriteString(a.Name + "(")
	if a.Distinct {
		b.WriteString("DISTINCT ")
	}
	if a.Arg == nil {
		b.WriteString("*")
	} else {
		saved := f.aggregates
		f.aggregates = nil
		b.WriteString(f.expr(a.Arg, 0))
		f.aggregates = saved
	}
	if a.Name == "GROUP_CONCAT" && a.Separator != " " {
		b.WriteString("; SEPARATOR=" + quote(a.Separator))
	}
	b.WriteString(")")
	return b.String()
}

// exists writes EXISTS with its group, over several lines.
func (f *formatter) exists(e *algebra.Exists) string {
	outer, open, aggregates := f.b, f.triples, f.aggregates
	f.b, f.aggregates = strings.Builder{}, nil
	head := "EXISTS"
	if e.Negated {
		head = "NOT EXISTS"
	}
	f.group(head, e.Pattern)
	text := f.b.String()
	f.b, f.triples, f.aggregates = outer, open, aggregates
	return strings.TrimSpace(text)
}
