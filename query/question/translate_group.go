package question

import (
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// group is a group graph pattern under construction.
type group struct {
	bgp     []algebra.TriplePattern
	ops     []algebra.Op
	filters []algebra.Expr
	bound   bool // the thing spoken of is bound by what is there
}

func (g *group) triple(s algebra.Node, p string, o algebra.Node) {
	g.bgp = append(g.bgp, algebra.TriplePattern{Subject: s, Predicate: algebra.TermNode(graph.IRI(p)), Object: o})
}

// groupKey binds what things are grouped by to a variable that becomes a column. What
// holds others of its kind is no group of its own, since its things are in those.
func (t *translator) groupKey(g *group, x algebra.Node, per relation) algebra.Var {
	noun := t.lexicon.groupNoun(per)
	v := t.variable(noun)
	t.link(g, x, per, algebra.VarNode(v))
	t.column(v, noun)
	for _, iri := range t.lexicon.broad {
		if t.lexicon.isA(iri, per.to()) {
			g.filter(call("!=", varExpr(v), constant(graph.IRI(iri))))
		}
	}
	return v
}

// groupNoun names what things are grouped by: what they lead to, or its class.
func (l *Lexicon) groupNoun(per relation) string {
	noun := per.flip().noun(false)
	for _, iri := range per.to() {
		if c := l.classOf(iri); c != nil {
			noun = cmpOr(noun, c.Noun)
		}
	}
	return noun
}

func (g *group) filter(e algebra.Expr) { g.filters = append(g.filters, e) }

// op returns the pattern.
func (g *group) op() algebra.Op {
	var out algebra.Op
	if len(g.bgp) > 0 {
		out = &algebra.BGP{Patterns: g.bgp}
	}
	for _, o := range g.ops {
		switch x := o.(type) {
		case *algebra.LeftJoin:
			if x.Left == nil {
				if out == nil {
					out = algebra.Unit()
				}
				x.Left = out
				out = x
				continue
			}
		case *algebra.Extend:
			if x.Input == nil {
				if out == nil {
					out = algebra.Unit()
				}
				x.Input = out
				out = x
				continue
			}
		}
		if out == nil {
			out = o
		} else {
			out = &algebra.Join{Left: out, Right: o}
		}
	}
	if out == nil {
		out = algebra.Unit()
	}
	if len(g.filters) > 0 {
		c := g.filters[0]
		for _, f := range g.filters[1:] {
			c = call("&&", c, f)
		}
		out = &algebra.Filter{Input: out, Condition: c}
	}
	return out
}

func call(name string, args ...algebra.Expr) algebra.Expr {
	return &algebra.Call{Name: name, Arguments: args}
}

func varExpr(v algebra.Var) algebra.Expr { return &algebra.VarExpr{Var: v} }
func constant(t graph.Term) algebra.Expr { return &algebra.Const{Term: t} }
func text(s string) algebra.Expr         { return constant(graph.String(s)) }
func iriNode(iri string) algebra.Node    { return algebra.TermNode(graph.IRI(iri)) }
func nodeExpr(n algebra.Node) algebra.Expr {
	if n.IsVar() {
		return varExpr(n.Var)
	}
	return constant(n.Term)
}
