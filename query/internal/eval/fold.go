package eval

import (
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// notFolded are the built-ins whose value depends on the run of the query.
var notFolded = map[string]bool{
	"NOW": true, "RAND": true, "UUID": true, "STRUUID": true, "BNODE": true, "IRI": true, "URI": true, Solution: true,
}

// Fold returns e with constant sub-expressions computed, and with || and && cut short by a
// constant that decides them. What depends on the query's run (NOW, RAND, UUID,
// BNODE, IRI resolution, EXISTS, extension functions), what is an error, and what makes
// long texts, stays. It never changes e in place.
func Fold(e algebra.Expr) algebra.Expr {
	c, ok := e.(*algebra.Call)
	if !ok {
		if a, ok := e.(*algebra.Aggregate); ok && a.Arg != nil {
			b := *a
			b.Arg = Fold(a.Arg)
			return &b
		}
		return e
	}
	folded := &algebra.Call{Name: c.Name, Arguments: make([]algebra.Expr, len(c.Arguments))}
	constant := !notFolded[c.Name]
	for i, a := range c.Arguments {
		folded.Arguments[i] = Fold(a)
		if _, ok := folded.Arguments[i].(*algebra.Const); !ok {
			constant = false
		}
	}
	if constant {
		if v, ok := value(folded); ok {
			return &algebra.Const{Term: v}
		}
		return folded
	}
	if c.Name == "||" || c.Name == "&&" {
		decides := c.Name == "||"
		for _, a := range folded.Arguments {
			if k, ok := a.(*algebra.Const); ok {
				v, ok := value(&algebra.Call{Name: "!", Arguments: []algebra.Expr{k}})
				if ok && v.Equal(graph.Boolean(!decides)) {
					return &algebra.Const{Term: graph.Boolean(decides)}
				}
			}
		}
	}
	if c.Name == "IF" {
		if v, ok := value(&algebra.Call{Name: "!", Arguments: folded.Arguments[:1]}); ok {
			if v.Equal(graph.Boolean(false)) {
				return folded.Arguments[1]
			}
			return folded.Arguments[2]
		}
	}
	return folded
}

// value computes an expression of constants; ok is false if it has none.
func value(e *algebra.Call) (graph.Term, bool) {
	for _, a := range e.Arguments {
		if _, ok := a.(*algebra.Const); !ok {
			return graph.Term{}, false
		}
	}
	terms := NewTerms(nil)
	x, err := Compile(e, nil, &Env{Terms: terms})
	if err != nil {
		return graph.Term{}, false // Compile will say so again, to the user
	}
	c, ok := x.root.(*constNode)
	if !ok || c[0] == encoded.Undefined {
		return graph.Term{}, false
	}
	t, err := terms.Term(c[0])
	return t, err == nil
}
