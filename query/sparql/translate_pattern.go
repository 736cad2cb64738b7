package sparql

import (
	"slices"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// isUnit reports whether op is the empty group pattern.
func isUnit(op algebra.Op) bool {
	table, ok := op.(*algebra.Table)
	return op == nil || ok && len(table.Vars) == 0 && len(table.Rows) == 1
}

// join joins two patterns, leaving out units (18.2.2.8). nil is a unit too.
func join(left, right algebra.Op) algebra.Op {
	switch {
	case isUnit(left):
		return right
	case isUnit(right):
		return left
	}
	return &algebra.Join{Left: left, Right: right}
}

// orUnit returns op, or the unit for nil.
func orUnit(op algebra.Op) algebra.Op {
	if op == nil {
		return algebra.Unit()
	}
	return op
}

// filtered puts a condition, if there is one, around op.
func filtered(op algebra.Op, condition algebra.Expr) algebra.Op {
	if condition == nil {
		return orUnit(op)
	}
	return &algebra.Filter{Input: orUnit(op), Condition: condition}
}

// pattern translates a group graph pattern (18.2.2.6).
func (t *translator) pattern(g *group) algebra.Op { return filtered(t.groupParts(g)) }

// groupParts translates a group and leaves its filters aside, as a conjunction:
// OPTIONAL makes them the condition of the left join.
func (t *translator) groupParts(g *group) (algebra.Op, algebra.Expr) {
	savedScope, savedWhere := t.scope, t.where
	t.where = inPattern
	defer func() { t.scope, t.where = savedScope, savedWhere }()
	if g.Select != nil {
		return t.subSelect(g.Select), nil
	}
	var (
		op      algebra.Op // what came before the triples collected in b
		b       = &block{}
		filters algebra.Expr
	)
	t.newScope()
	t.triples(b, g.Triples)
	for _, p := range append(g.After, g.Only...) {
		if p.Filter != nil {
			condition := t.constraint(p.Filter)
			if filters != nil {
				condition = &algebra.Call{Name: "&&", Arguments: []algebra.Expr{filters, condition}}
			}
			filters = condition
		} else {
			op = b.joined(op)
			b = &block{}
			t.newScope()
			op = t.element(op, p)
		}
		t.triples(b, p.Triples)
	}
	op = b.joined(op)
	return op, filters
}

// newScope begins a basic graph pattern: blank node labels of others may not come again.
func (t *translator) newScope() {
	t.scopes++
	t.scope = t.scopes
}

// element adds one element of a group, other than triples and filters, to what
// came before it.
func (t *translator) element(before algebra.Op, p *pattern) algebra.Op {
	switch {
	case p.Optional != nil:
		right, condition := t.groupParts(p.Optional)
		return &algebra.LeftJoin{Left: orUnit(before), Right: orUnit(right), Condition: condition}
	case p.Minus != nil:
		return &algebra.Minus{Left: orUnit(before), Right: t.pattern(p.Minus)}
	case p.Lateral != nil:
		return &algebra.Lateral{Left: orUnit(before), Right: t.pattern(p.Lateral)}
	case p.Graph != nil:
		return join(before, &algebra.Graph{Name: t.varOrIRI(p.Graph.Name), Input: t.pattern(p.Graph.Body)})
	case p.Service != nil:
		s := &algebra.Service{Name: t.varOrIRI(p.Service.Name), Input: t.pattern(p.Service.Body), Silent: p.Service.Silent}
		s.Text = FormatOp(s.Input)
		return join(before, s)
	case p.Bind != nil:
		v := variable(p.Bind.As)
		if t.bound.op != before || before == nil { // not the BIND before
			t.bound.vars = map[algebra.Var]bool{}
			for _, v := range algebra.Vars(before) {
				t.bound.vars[v] = true
			}
		}
		if t.bound.vars[v] {
			t.failHint(p.Bind.As.Pos, "choose another name, or test equality in a FILTER",
				"BIND cannot give ?%s a value: it is already used earlier in the group", v)
		}
		e := &algebra.Extend{Input: orUnit(before), Var: v, Expr: t.plainExpr(p.Bind.Expr)}
		t.bound.op, t.bound.vars[v] = e, true
		return e
	case p.Values != nil:
		return join(before, t.dataBlock(p.Values))
	}
	if len(p.Union) == 1 {
		return join(before, t.pattern(p.Union[0]))
	}
	union := &algebra.Union{}
	for _, g := range p.Union {
		union.Branches = append(union.Branches, t.pattern(g))
	}
	return join(before, union)
}

// plainExpr translates an expression where no aggregate may stand.
func (t *translator) plainExpr(e *expression) algebra.Expr {
	saved := t.group
	t.group = nil
	defer func() { t.group = saved }()
	return t.expr(e)
}

// constraint translates the condition of FILTER.
func (t *translator) constraint(c *constraint) algebra.Expr {
	saved := t.group
	t.group = nil
	defer func() { t.group = saved }()
	return t.condition(c)
}

// dataBlock translates VALUES.
func (t *translator) dataBlock(d *dataBlock) algebra.Op {
	saved := t.where
	t.where = inValues
	defer func() { t.where = saved }()
	table := &algebra.Table{}
	if d.Var.Type != 0 {
		table.Vars = []algebra.Var{variable(d.Var)}
		for _, v := range d.Values {
			table.Rows = append(table.Rows, []graph.Term{t.dataValue(v)})
		}
		return table
	}
	for _, tok := range d.Vars {
		v := variable(tok)
		if slices.Contains(table.Vars, v) {
			t.fail(tok.Pos, "?%s is twice among the variables of VALUES", v)
		}
		table.Vars = append(table.Vars, v)
	}
	for _, r := range d.Rows {
		if len(r.Values) != len(table.Vars) {
			t.fail(r.Pos, "the row has %d values for the %d variables of VALUES", len(r.Values), len(table.Vars))
		}
		row := make([]graph.Term, len(r.Values))
		for i, v := range r.Values {
			row[i] = t.dataValue(v)
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

func (t *translator) dataValue(v *dataValue) graph.Term {
	if v.Undef {
		return graph.Term{}
	}
	n := v.Node
	if n.Bracket != nil || n.List != nil || n.Reified != nil {
		t.fail(n.Pos, "VALUES takes IRIs, literals, triple terms and UNDEF")
	}
	return t.node(nil, n).Term
}

// solution is what the modifiers of a query are applied to.
type solution struct {
	group  []*groupCondition
	having []*constraint
	order  []*orderCondition
	offset lexer.Token
	limit  lexer.Token
}

// clauses puts the modifiers in their places and refuses a wrong sequence:
// GROUP BY, HAVING, ORDER BY, then LIMIT and OFFSET in either order.
func (t *translator) clauses(m *modifiers) (s solution) {
	if m == nil {
		return s
	}
	rank, last := 0, ""
	for _, c := range m.Clauses {
		r, name := 4, "LIMIT"
		switch {
		case c.Group != nil:
			r, name, s.group = 1, "GROUP BY", c.Group
		case c.Having != nil:
			r, name, s.having = 2, "HAVING", c.Having
		case c.Order != nil:
			r, name, s.order = 3, "ORDER BY", c.Order
		case c.Limit.Type != 0:
			if s.limit.Type != 0 {
				t.fail(c.Pos, "LIMIT comes twice")
			}
			s.limit = c.Limit
		default:
			name = "OFFSET"
			if s.offset.Type != 0 {
				t.fail(c.Pos, "OFFSET comes twice")
			}
			s.offset = c.Offset
		}
		if r < rank || r == rank && r < 4 {
			if name == last {
				t.fail(c.Pos, "%s comes twice", name)
			}
			t.failHint(c.Pos, "the sequence is GROUP BY, HAVING, ORDER BY, LIMIT, OFFSET", "%s cannot follow %s", name, last)
		}
		rank, last = r, name
	}
	return s
}
