package sparql

import (
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// The precedence of infix operators; comparisons do not chain.
var precedence = map[string]int{
	"||": 1, "&&": 2,
	"=": 3, "!=": 3, "<": 3, ">": 3, "<=": 3, ">=": 3,
	"+": 4, "-": 4, "*": 5, "/": 5,
}

const comparison = 3

// chain is the part of an expression that is still to be read.
type chain struct{ rest []*operator }

// sign returns the operator at the head of the chain, "" at its end.
func (c *chain) sign() string {
	if len(c.rest) == 0 {
		return ""
	}
	o := c.rest[0]
	switch {
	case o.Signed.Type != 0:
		return o.Signed.Value[:1]
	case o.List != nil:
		return "in"
	}
	return o.Sign
}

func rank(sign string) int {
	if sign == "in" {
		return comparison
	}
	return precedence[sign]
}

// expr translates an expression.
func (t *translator) expr(e *expression) algebra.Expr {
	c := &chain{e.Rest}
	return t.climb(c, t.operand(e.First), 1)
}

// climb reads the operators of at least the given precedence (precedence climbing).
func (t *translator) climb(c *chain, left algebra.Expr, least int) algebra.Expr {
	compared := false
	for {
		sign := c.sign()
		r := rank(sign)
		if sign == "" || r < least {
			return left
		}
		o := c.rest[0]
		if r == comparison {
			if compared {
				t.failHint(o.Pos, "use && between two comparisons, or parentheses", "comparisons cannot be chained")
			}
			compared = true
		}
		c.rest = c.rest[1:]
		if o.List != nil {
			if o.List.Distinct {
				t.fail(o.Pos, "DISTINCT cannot stand in the list of IN")
			}
			name := "in"
			if o.Not {
				name = "not in"
			}
			args := []algebra.Expr{left}
			for _, a := range o.List.List {
				args = append(args, t.expr(a))
			}
			left = &algebra.Call{Name: name, Arguments: args}
			continue
		}
		var right algebra.Expr
		if o.Signed.Type != 0 {
			tok := o.Signed
			tok.Value = tok.Value[1:]
			right = &algebra.Const{Term: number(tok)}
		} else {
			right = t.operand(o.Right)
		}
		right = t.climb(c, right, r+1)
		left = &algebra.Call{Name: sign, Arguments: []algebra.Expr{left, right}}
	}
}

func (t *translator) operand(o *operand) algebra.Expr {
	var e algebra.Expr
	switch {
	case o.Paren != nil:
		e = t.expr(o.Paren)
	case o.Call != nil:
		e = t.call(o.Call, true)
	case o.Leaf.Type == tokVar:
		e = t.variable(o.Leaf)
	case o.Leaf.Type != 0:
		e = &algebra.Const{Term: number(o.Leaf)}
	case o.String.Type != 0:
		e = &algebra.Const{Term: t.literal(o.String, o.Lang, o.Type)}
	default:
		e = t.tripleExpr(o.Term)
	}
	if o.Sign != "" {
		e = &algebra.Call{Name: "unary" + o.Sign, Arguments: []algebra.Expr{e}}
	}
	for range o.Not {
		e = &algebra.Call{Name: "!", Arguments: []algebra.Expr{e}}
	}
	return e
}

// variable translates a variable in an expression; in a grouped query it must
// be one that a group has one value of.
func (t *translator) variable(tok lexer.Token) algebra.Expr {
	v := variable(tok)
	if t.group != nil {
		return t.group.variable(t, v, tok.Pos)
	}
	return &algebra.VarExpr{Var: v}
}

// tripleExpr translates <<( … )>> in an expression: a term where it has no
// variables, else a call of TRIPLE.
func (t *translator) tripleExpr(n *tripleTerm) algebra.Expr {
	part := func(n *graphNode, object bool) algebra.Expr {
		switch {
		case n.Leaf.Type == tokVar:
			return t.variable(n.Leaf)
		case n.Leaf.Type == tokBlank || n.Bracket != nil || n.List != nil || n.Reified != nil:
			t.fail(n.Pos, "a triple term in an expression is made of variables, IRIs, literals and triple terms")
		case n.Term != nil:
			if object {
				return t.tripleExpr(n.Term)
			}
		case n.Leaf.Type == tokIRI || n.Leaf.Type == tokPName:
			return &algebra.Const{Term: t.iri(n.Leaf)}
		case object && n.Leaf.Type != 0:
			return &algebra.Const{Term: number(n.Leaf)}
		case object:
			return &algebra.Const{Term: t.literal(n.String, n.Lang, n.Type)}
		}
		t.fail(n.Pos, "the subject of a triple term in an expression must be a variable or an IRI")
		return nil
	}
	var p algebra.Expr
	if n.Verb.Var.Type != 0 {
		p = t.variable(n.Verb.Var)
	} else {
		p = &algebra.Const{Term: t.plainVerb(n.Verb).Term}
	}
	args := []algebra.Expr{part(n.Subject, false), p, part(n.Object, true)}
	var terms [3]graph.Term
	for i, a := range args {
		c, ok := a.(*algebra.Const)
		if !ok {
			return &algebra.Call{Name: "TRIPLE", Arguments: args}
		}
		terms[i] = c.Term
	}
	return &algebra.Const{Term: graph.TripleTerm(terms[0], terms[1], terms[2])}
}

// call translates a function call. An IRI alone is a constant where an operand
// may stand, and an error elsewhere.
func (t *translator) call(c *bareCall, operand bool) algebra.Expr {
	switch {
	case c.Exists != nil:
		return &algebra.Exists{Pattern: t.existsPattern(c.Exists)}
	case c.NotExists != nil:
		return &algebra.Exists{Pattern: t.existsPattern(c.NotExists), Negated: true}
	case c.Builtin.Type != 0:
		return t.builtin(c)
	}
	term := t.iri(c.IRI)
	if c.IRIArgs == nil {
		if !operand {
			t.fail(c.Pos, "%s needs its arguments in parentheses to be a condition", c.IRI.Value)
		}
		return &algebra.Const{Term: term}
	}
	if c.IRIArgs.Distinct {
		t.fail(c.IRIArgs.List[0].First.Pos, "DISTINCT is for aggregates only")
	}
	if !graph.IsAbsoluteIRI(term.Value()) {
		t.failHint(c.Pos, "declare a BASE", "a function needs an absolute IRI, which %q is not", term.Value())
	}
	call := &algebra.Call{Name: term.Value(), Arguments: make([]algebra.Expr, 0, len(c.IRIArgs.List))}
	for _, a := range c.IRIArgs.List {
		call.Arguments = append(call.Arguments, t.expr(a))
	}
	return call
}

// existsPattern translates the group of EXISTS, in which no aggregate of the
// query outside may stand.
func (t *translator) existsPattern(g *group) algebra.Op {
	saved := t.group
	t.group = nil
	defer func() { t.group = saved }()
	return t.pattern(g)
}

func (t *translator) builtin(c *bareCall) algebra.Expr {
	f, name := functions[c.Builtin.Value], c.Builtin.Value
	if f.name != "" {
		name = f.name
	}
	a := c.Args
	if f.aggregate {
		return t.aggregate(c, name)
	}
	switch {
	case a.Distinct:
		t.fail(c.Pos, "DISTINCT is for aggregates only, not for %s", c.Builtin.Value)
	case a.Star:
		t.fail(c.Pos, "* is for COUNT only, not for %s", c.Builtin.Value)
	case a.Separator.Type != 0:
		t.fail(c.Pos, "SEPARATOR is for GROUP_CONCAT only, not for %s", c.Builtin.Value)
	}
	t.arity(c, f)
	call := &algebra.Call{Name: name, Arguments: make([]algebra.Expr, 0, len(a.List))}
	if name == "BOUND" {
		o := a.List[0].First
		if o.Leaf.Type != tokVar || o.Sign != "" || len(o.Not) > 0 || len(a.List[0].Rest) > 0 {
			t.fail(o.Pos, "BOUND takes a variable")
		}
	}
	for _, e := range a.List {
		call.Arguments = append(call.Arguments, t.expr(e))
	}
	return call
}

func (t *translator) arity(c *bareCall, f function) {
	n := len(c.Args.List)
	if n >= f.min && (f.max < 0 || n <= f.max) {
		return
	}
	plural := func(n int) string {
		if n == 1 {
			return "1 argument"
		}
		return itoa(n) + " arguments"
	}
	want := plural(f.min)
	if f.max > f.min {
		want = itoa(f.min) + " or " + plural(f.max)
	}
	hint := ""
	if c.Builtin.Value == "GROUP_CONCAT" {
		hint = `write GROUP_CONCAT(?x; SEPARATOR=", ")`
	}
	t.failHint(c.Pos, hint, "%s takes %s, not %d", c.Builtin.Value, want, n)
}

// condition translates a constraint in the present context.
func (t *translator) condition(c *constraint) algebra.Expr {
	if c.Paren != nil {
		return t.expr(c.Paren)
	}
	return t.call(c.Call, false)
}
