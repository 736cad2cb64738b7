package reference

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/xsd"
	"github.com/ententedb/entente/query/algebra"
)

// holds is the effective boolean value, false for an error.
func (e *evaluator) holds(x algebra.Expr, s Solution, g triples) bool {
	b, err := e.truth(x, s, g)
	return err == nil && b
}

func (e *evaluator) truth(x algebra.Expr, s Solution, g triples) (bool, error) {
	t, err := e.value(x, s, g)
	if err != nil {
		return false, err
	}
	return effective(t)
}

// value computes an expression; errValue is an error in the sense of SPARQL.
func (e *evaluator) value(x algebra.Expr, s Solution, g triples) (graph.Term, error) {
	switch y := x.(type) {
	case *algebra.Const:
		return y.Term, nil
	case *algebra.VarExpr:
		if t, ok := s[y.Var]; ok {
			return t, nil
		}
		return graph.Term{}, errValue
	case *algebra.Exists:
		p := substitute(algebra.Clone(y.Pattern), s)
		return graph.Boolean((len(e.eval(p, g)) > 0) != y.Negated), nil
	case *algebra.Call:
		return e.call(y, s, g)
	}
	panic(fmt.Errorf("reference: expression %T", x))
}

func (e *evaluator) call(c *algebra.Call, s Solution, g triples) (graph.Term, error) {
	// Forms that do not compute all their arguments.
	switch c.Name {
	case "&&", "||":
		stop := c.Name == "||"
		a, err1 := e.truth(c.Arguments[0], s, g)
		b, err2 := e.truth(c.Arguments[1], s, g)
		switch {
		case err1 == nil && a == stop || err2 == nil && b == stop:
			return graph.Boolean(stop), nil
		case err1 != nil || err2 != nil:
			return graph.Term{}, errValue
		}
		return graph.Boolean(!stop), nil
	case "!":
		b, err := e.truth(c.Arguments[0], s, g)
		return boolean(!b, err)
	case "BOUND":
		v, ok := c.Arguments[0].(*algebra.VarExpr)
		if !ok { // substituted
			return graph.Boolean(true), nil
		}
		_, ok = s[v.Var]
		return graph.Boolean(ok), nil
	case "IF":
		b, err := e.truth(c.Arguments[0], s, g)
		if err != nil {
			return graph.Term{}, err
		}
		if b {
			return e.value(c.Arguments[1], s, g)
		}
		return e.value(c.Arguments[2], s, g)
	case "COALESCE":
		for _, a := range c.Arguments {
			if t, err := e.value(a, s, g); err == nil {
				return t, nil
			}
		}
		return graph.Term{}, errValue
	case "in", "not in":
		t, err := e.value(c.Arguments[0], s, g)
		if err != nil {
			return t, err
		}
		var failed error
		for _, a := range c.Arguments[1:] {
			u, err := e.value(a, s, g)
			if err == nil {
				var b bool
				if b, err = equal(t, u); err == nil && b {
					return graph.Boolean(c.Name == "in"), nil
				}
			}
			if err != nil {
				failed = err
			}
		}
		return boolean(c.Name != "in", failed)
	}
	var args []graph.Term
	for _, a := range c.Arguments {
		t, err := e.value(a, s, g)
		if err != nil {
			return t, err
		}
		args = append(args, t)
	}
	switch c.Name {
	case "=":
		return boolean(equal(args[0], args[1]))
	case "!=":
		b, err := equal(args[0], args[1])
		return boolean(!b, err)
	case "<", ">", "<=", ">=":
		k, ok, err := compare(args[0], args[1])
		if err != nil {
			return graph.Term{}, err
		}
		if !ok {
			return graph.Boolean(false), nil
		}
		return graph.Boolean(map[string]bool{"<": k < 0, ">": k > 0, "<=": k <= 0, ">=": k >= 0}[c.Name]), nil
	case "+", "-", "*", "/":
		a, ok1 := number(args[0])
		b, ok2 := number(args[1])
		if !ok1 || !ok2 {
			return graph.Term{}, errValue
		}
		n, err := arithmetic(c.Name, a, b)
		if err != nil {
			return graph.Term{}, err
		}
		return n.term(), nil
	case "SAMETERM":
		return graph.Boolean(args[0].Equal(args[1])), nil
	case "ISIRI", "ISURI":
		return graph.Boolean(args[0].IsIRI()), nil
	case "ISBLANK":
		return graph.Boolean(args[0].IsBlank()), nil
	case "ISLITERAL":
		return graph.Boolean(args[0].IsLiteral()), nil
	case "ISNUMERIC":
		_, ok := number(args[0])
		return graph.Boolean(ok), nil
	case "ISTRIPLE":
		return graph.Boolean(args[0].IsTriple()), nil
	case "STR":
		if args[0].IsIRI() || args[0].IsLiteral() {
			return graph.String(args[0].Value()), nil
		}
		return graph.Term{}, errValue
	case "LANG":
		if args[0].IsLiteral() {
			return graph.String(args[0].Lang()), nil
		}
		return graph.Term{}, errValue
	case "DATATYPE":
		if args[0].IsLiteral() {
			return graph.IRI(args[0].Datatype()), nil
		}
		return graph.Term{}, errValue
	case "STRLEN":
		if !stringy(args[0]) {
			return graph.Term{}, errValue
		}
		return num{dec: xsd.Int(int64(len([]rune(args[0].Value())))), integer: true}.term(), nil
	case "UCASE", "LCASE":
		if !stringy(args[0]) {
			return graph.Term{}, errValue
		}
		text := strings.ToUpper(args[0].Value())
		if c.Name == "LCASE" {
			text = strings.ToLower(args[0].Value())
		}
		if args[0].Lang() != "" {
			return graph.LangString(text, args[0].Lang()), nil
		}
		return graph.String(text), nil
	case "STRSTARTS", "STRENDS", "CONTAINS":
		a, b := args[0], args[1]
		if !stringy(a) || !stringy(b) || b.Lang() != "" && a.Lang() != b.Lang() {
			return graph.Term{}, errValue
		}
		f := map[string]func(string, string) bool{"STRSTARTS": strings.HasPrefix, "STRENDS": strings.HasSuffix, "CONTAINS": strings.Contains}[c.Name]
		return graph.Boolean(f(a.Value(), b.Value())), nil
	}
	panic(fmt.Errorf("reference: function %s", c.Name))
}

// order compares two solutions as ORDER BY does, as far as the specification
// says how (15.1): 0 where it does not.
func (e *evaluator) order(keys []algebra.OrderKey, a, b Solution, g triples) int {
	for _, k := range keys {
		x, err1 := e.value(k.Expr, a, g)
		y, err2 := e.value(k.Expr, b, g)
		if err1 != nil {
			x = graph.Term{}
		}
		if err2 != nil {
			y = graph.Term{}
		}
		c := Order(x, y)
		if k.Descending {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// Sorted reports whether solutions are in an order that ORDER BY allows.
func Sorted(rows []Solution, keys []algebra.OrderKey) bool {
	e := &evaluator{data: &Dataset{}}
	return slices.IsSortedFunc(rows, func(a, b Solution) int { return e.order(keys, a, b, nil) })
}
