package sparql

import (
	"slices"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ententedb/entente/query/algebra"
)

// phase is the clause whose expressions are being translated.
type phase uint8

const (
	inSelect phase = iota
	inHaving
	inOrder
)

// grouping is the state of a SELECT with GROUP BY or aggregates (18.2.4.1):
// aggregates found in its expressions become aggregations bound to hidden
// variables.
type grouping struct {
	phase   phase
	keys    []algebra.GroupKey
	scope   []algebra.Var // of the pattern
	aggs    []algebra.Aggregation
	aliases map[algebra.Var]algebra.Expr // what SELECT defined so far
	inside  bool                         // of an aggregate
}

// grouping returns the grouping of a SELECT, nil if it has neither GROUP BY nor
// an aggregate.
func (t *translator) grouping(pattern algebra.Op, s solution, clause *selectClause) *grouping {
	if s.group == nil && s.having == nil && !aggregated(s, clause) {
		return nil
	}
	g := &grouping{scope: algebra.Vars(pattern), aliases: map[algebra.Var]algebra.Expr{}}
	saved := t.group
	t.group = nil // no aggregates in GROUP BY
	defer func() { t.group = saved }()
	for _, c := range s.group {
		var key algebra.GroupKey
		switch {
		case c.Var.Type != 0:
			key.Var = variable(c.Var)
			key.Expr = &algebra.VarExpr{Var: key.Var}
		case c.Call != nil:
			key.Expr = t.call(c.Call, false)
		default:
			key.Expr = t.expr(c.Expr)
		}
		if c.As.Type != 0 {
			key.Var = variable(c.As)
			if slices.Contains(g.scope, key.Var) || g.key(key.Var) {
				t.failHint(c.As.Pos, "choose another name", "AS cannot give ?%s a value: it is already used", key.Var)
			}
		} else if key.Var == "" {
			if v, ok := key.Expr.(*algebra.VarExpr); ok {
				key.Var = v.Var
			} else {
				key.Var = t.fresh("g")
			}
		}
		if g.key(key.Var) {
			continue
		}
		g.keys = append(g.keys, key)
	}
	return g
}

func (g *grouping) key(v algebra.Var) bool {
	return slices.ContainsFunc(g.keys, func(k algebra.GroupKey) bool { return k.Var == v })
}

// grouped puts the group, if there is one, over the pattern.
func (t *translator) grouped(g *grouping, pattern algebra.Op) algebra.Op {
	if g == nil {
		return pattern
	}
	return &algebra.Group{Input: pattern, Keys: g.keys, Aggs: g.aggs}
}

// selected checks a variable of the SELECT clause.
func (g *grouping) selected(t *translator, v algebra.Var, pos lexer.Position) {
	if !g.key(v) && g.aliases[v] == nil {
		g.refuse(t, v, pos)
	}
}

func (g *grouping) refuse(t *translator, v algebra.Var, pos lexer.Position) {
	t.failHint(pos, "add ?"+string(v)+" to GROUP BY, or take one value with SAMPLE(?"+string(v)+")",
		"?%s is not grouped, so a group has no single value of it", v)
}

// variable translates a variable in an expression over groups.
func (g *grouping) variable(t *translator, v algebra.Var, pos lexer.Position) algebra.Expr {
	switch e := &(algebra.VarExpr{Var: v}); {
	case g.inside || g.key(v) || g.phase != inHaving && g.aliases[v] != nil:
		return e
	case g.phase == inSelect:
		g.refuse(t, v, pos)
		return nil
	case slices.Contains(g.scope, v):
		return g.bind(t, &algebra.Aggregate{Name: "SAMPLE", Arg: e, Separator: " "})
	case g.aliases[v] != nil:
		return algebra.CloneExpr(g.aliases[v])
	default:
		return e
	}
}

// bind returns the variable of an aggregate; the same aggregate is computed once.
func (g *grouping) bind(t *translator, a *algebra.Aggregate) algebra.Expr {
	text := algebra.PrintExpr(a)
	for _, known := range g.aggs {
		if algebra.PrintExpr(known.Agg) == text {
			return &algebra.VarExpr{Var: known.Var}
		}
	}
	v := t.fresh("a")
	g.aggs = append(g.aggs, algebra.Aggregation{Var: v, Agg: a})
	return &algebra.VarExpr{Var: v}
}

// aggregate translates a set function.
func (t *translator) aggregate(c *bareCall, name string) algebra.Expr {
	g, a := t.group, c.Args
	switch {
	case g == nil:
		t.failHint(c.Pos, "aggregates belong in SELECT, HAVING and ORDER BY", "the aggregate %s cannot be used here", name)
	case g.inside:
		t.failHint(c.Pos, "compute the inner one in a sub-query", "the aggregate %s is inside another aggregate", name)
	case a.Star && name != "COUNT":
		t.fail(c.Pos, "* is for COUNT only, not for %s", name)
	case a.Separator.Type != 0 && name != "GROUP_CONCAT":
		t.fail(c.Pos, "SEPARATOR is for GROUP_CONCAT only, not for %s", name)
	}
	agg := &algebra.Aggregate{Name: name, Distinct: a.Distinct, Separator: " "}
	if a.Separator.Type != 0 {
		agg.Separator = t.unescape(a.Separator)
	}
	if !a.Star {
		t.arity(c, functions[name])
		g.inside = true
		agg.Arg = t.expr(a.List[0])
		g.inside = false
	}
	return g.bind(t, agg)
}

// aggregated reports whether an aggregate stands in SELECT or ORDER BY.
func aggregated(s solution, clause *selectClause) bool {
	if clause != nil {
		for _, i := range clause.Items {
			if i.Expr != nil && i.Expr.aggregated() {
				return true
			}
		}
	}
	for _, o := range s.order {
		if o.Expr != nil && o.Expr.aggregated() || o.Constraint != nil &&
			(o.Constraint.Paren != nil && o.Constraint.Paren.aggregated() || o.Constraint.Call != nil && o.Constraint.Call.aggregated()) {
			return true
		}
	}
	return false
}

func (e *expression) aggregated() bool {
	if e.First.aggregated() {
		return true
	}
	for _, o := range e.Rest {
		if o.Right != nil && o.Right.aggregated() || o.List != nil && anyAggregated(o.List.List) {
			return true
		}
	}
	return false
}

func (o *operand) aggregated() bool {
	return o.Paren != nil && o.Paren.aggregated() || o.Call != nil && o.Call.aggregated()
}

func (c *bareCall) aggregated() bool {
	switch {
	case c.Builtin.Type != 0:
		return functions[c.Builtin.Value].aggregate || anyAggregated(c.Args.List)
	case c.IRIArgs != nil:
		return anyAggregated(c.IRIArgs.List)
	}
	return false
}

func anyAggregated(list []*expression) bool {
	return slices.ContainsFunc(list, (*expression).aggregated)
}
