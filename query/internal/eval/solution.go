package eval

import (
	"fmt"

	"github.com/ententedb/entente/query/algebra"
)

// Solution is the name of a function without arguments that gives every solution a value
// of its own. It cannot be written in a query; see [IdentifySolutions].
const Solution = ".solution"

// IdentifySolutions rewrites a tree so that BNODE(label) gives the same blank node for the same
// label within one solution, and different ones in different solutions (17.4.2.9). Below each chain of
// Extend operators that calls it, an Extend binds a hidden variable to a fresh value, and the calls get it as a second
// argument; BNODE(label) that stands elsewhere makes a fresh node each time.
// The tree is changed in place.
func IdentifySolutions(root *algebra.Op) {
	n := 0
	var walk func(at *algebra.Op)
	walk = func(at *algebra.Op) {
		if x, ok := (*at).(*algebra.Extend); ok {
			v := algebra.Var(fmt.Sprintf(".solution%d", n))
			found := false
			for {
				if identify(&x.Expr, v) {
					found = true
				}
				at = &x.Input
				next, ok := x.Input.(*algebra.Extend)
				if !ok {
					break
				}
				x = next
			}
			if found {
				n++
				*at = &algebra.Extend{Input: *at, Var: v, Expr: &algebra.Call{Name: Solution}}
				at = &(*at).(*algebra.Extend).Input
			}
			walk(at)
			return
		}
		for _, in := range (*at).Inputs() {
			walk(in)
		}
	}
	walk(root)
}

// identify gives the calls BNODE(label) in an expression their second argument.
func identify(e *algebra.Expr, v algebra.Var) (found bool) {
	c, ok := (*e).(*algebra.Call)
	if !ok {
		return false
	}
	changed := &algebra.Call{Name: c.Name, Arguments: append([]algebra.Expr(nil), c.Arguments...)}
	for i := range changed.Arguments {
		if identify(&changed.Arguments[i], v) {
			found = true
		}
	}
	if c.Name == "BNODE" && len(c.Arguments) == 1 {
		changed.Arguments = append(changed.Arguments, &algebra.VarExpr{Var: v})
		found = true
	}
	if found {
		*e = changed
	}
	return found
}
