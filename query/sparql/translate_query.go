package sparql

import (
	"slices"
	"strconv"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ententedb/entente/query/algebra"
)

func itoa(n int) string { return strconv.Itoa(n) }

// query translates a whole query.
func (t *translator) query(u *queryUnit) *algebra.Query {
	t.prologue(u.Prologue)
	q := &algebra.Query{Prefixes: t.prefixes, Base: t.base, Version: t.version}
	var values algebra.Op
	if u.Values != nil {
		values = t.dataBlock(u.Values)
	}
	switch {
	case u.Select != nil:
		s := u.Select
		q.Dataset = t.dataset(s.From)
		q.Root, q.Vars = t.selection(s.Clause, t.pattern(s.Where), s.Modifiers, values)
	case u.Ask != nil:
		q.Form = algebra.Ask
		q.Dataset = t.dataset(u.Ask.From)
		q.Root = t.modified(t.pattern(u.Ask.Where), u.Ask.Modifiers, values)
	case u.Construct != nil:
		t.construct(q, u.Construct, values)
	default:
		d := u.Describe
		q.Form = algebra.Describe
		q.Dataset = t.dataset(d.From)
		where := algebra.Op(algebra.Unit())
		if d.Where != nil {
			where = t.pattern(d.Where)
		}
		q.Root = t.modified(where, d.Modifiers, values)
		for _, n := range d.Nodes {
			q.Describe = append(q.Describe, t.varOrIRI(n))
		}
		if d.Star {
			for _, v := range algebra.Vars(q.Root) {
				if !v.Hidden() {
					q.Describe = append(q.Describe, algebra.VarNode(v))
				}
			}
		}
	}
	return q
}

func (t *translator) construct(q *algebra.Query, c *constructQuery, values algebra.Op) {
	q.Form = algebra.Construct
	if c.Short != nil {
		// CONSTRUCT WHERE { triples }: the pattern is the template.
		q.Dataset = t.dataset(c.ShortFrom)
		b := &block{}
		t.where = place{name: "the short form of CONSTRUCT", vars: true, blanks: true}
		t.newScope()
		t.triples(b, c.Short.Triples)
		t.where = inPattern
		q.Root = t.modified(orUnit(b.joined(nil)), c.Modifiers, values)
		q.Template = t.renamed(b.triples)
		return
	}
	q.Dataset = t.dataset(c.From)
	q.Template = t.template(c.Template.Triples, inConstruct)
	q.Root = t.modified(t.pattern(c.Where), c.Modifiers, values)
}

// renamed copies triples with new hidden variables: those of a template are
// not those of the pattern.
func (t *translator) renamed(triples []algebra.TriplePattern) []algebra.TriplePattern {
	names := map[algebra.Var]algebra.Var{}
	var node func(n algebra.Node) algebra.Node
	triple := func(p algebra.TriplePattern) algebra.TriplePattern {
		return algebra.TriplePattern{Subject: node(p.Subject), Predicate: node(p.Predicate), Object: node(p.Object)}
	}
	node = func(n algebra.Node) algebra.Node {
		switch {
		case n.Var.Hidden():
			if names[n.Var] == "" {
				names[n.Var] = t.fresh("b")
			}
			return algebra.VarNode(names[n.Var])
		case n.Triple != nil:
			p := triple(*n.Triple)
			return algebra.Node{Triple: &p}
		}
		return n
	}
	var out []algebra.TriplePattern
	for _, p := range triples {
		out = append(out, triple(p))
	}
	return out
}

// template translates the triples of a template; its blank nodes have their own labels.
func (t *translator) template(tb *triplesBlock, where place) []algebra.TriplePattern {
	savedWhere, savedLabels := t.where, t.labels
	t.where, t.labels = where, map[string]label{}
	defer func() { t.where, t.labels = savedWhere, savedLabels }()
	b := &block{}
	t.triples(b, tb)
	return b.triples
}

func (t *translator) dataset(clauses []*datasetClause) (d algebra.DatasetClause) {
	for _, c := range clauses {
		t.from(&d, c.Named, c.IRI)
	}
	return d
}

func (t *translator) from(d *algebra.DatasetClause, named bool, iri lexer.Token) {
	d.Given = true
	if named {
		d.Named = append(d.Named, t.iri(iri))
	} else {
		d.Default = append(d.Default, t.iri(iri))
	}
}

func (t *translator) subSelect(s *subSelect) algebra.Op {
	saved := t.group
	t.group = nil
	defer func() { t.group = saved }()
	pattern := t.pattern(s.Where)
	var values algebra.Op
	if s.Values != nil {
		values = t.dataBlock(s.Values)
	}
	op, _ := t.selection(s.Clause, pattern, s.Modifiers, values)
	return op
}

// selection translates SELECT with its modifiers (18.2.4, 18.2.5) over a
// pattern, and returns the variables of the result.
func (t *translator) selection(clause *selectClause, pattern algebra.Op, m *modifiers, values algebra.Op) (algebra.Op, []algebra.Var) {
	s := t.clauses(m)
	g := t.grouping(pattern, s, clause)
	inScope := algebra.Vars(pattern)
	if g != nil {
		inScope = nil
		for _, k := range g.keys {
			inScope = append(inScope, k.Var)
		}
	}
	if values != nil {
		inScope = append(inScope, algebra.Vars(values)...)
	}
	t.group = g
	defer func() { t.group = nil }()

	// SELECT first, because HAVING may name what it defines.
	type definition struct {
		v algebra.Var
		e algebra.Expr
	}
	var (
		vars    []algebra.Var
		taken   = map[algebra.Var]bool{} // vars
		defined []definition
	)
	add := func(v algebra.Var) {
		if !taken[v] {
			taken[v] = true
			vars = append(vars, v)
		}
	}
	for _, item := range clause.Items {
		if item.Var.Type != 0 {
			v := variable(item.Var)
			if g != nil {
				g.selected(t, v, item.Var.Pos)
			}
			add(v)
			continue
		}
		v := variable(item.As)
		if slices.Contains(inScope, v) || taken[v] {
			t.failHint(item.As.Pos, "choose another name for the result", "AS cannot give ?%s a value: it is already used", v)
		}
		defined = append(defined, definition{v, t.expr(item.Expr)})
		add(v)
		if g != nil {
			g.aliases[v] = defined[len(defined)-1].e
		}
	}
	if clause.Star {
		if g != nil {
			t.failHint(clause.Pos, "name the grouped variables and the aggregates", "SELECT * cannot be used with GROUP BY or aggregates")
		}
		for _, v := range inScope {
			if !v.Hidden() {
				add(v)
			}
		}
	}

	having := t.having(g, s.having)
	order := t.orderKeys(g, s.order)
	op := t.grouped(g, pattern)
	if having != nil {
		op = &algebra.Filter{Input: op, Condition: having}
	}
	op = orUnit(join(op, values))
	for _, d := range defined {
		op = &algebra.Extend{Input: op, Var: d.v, Expr: d.e}
	}
	if order != nil {
		op = &algebra.OrderBy{Input: op, Keys: order}
	}
	op = &algebra.Project{Input: op, Vars: vars}
	switch clause.Mode {
	case "DISTINCT":
		op = &algebra.Distinct{Input: op}
	case "REDUCED":
		op = &algebra.Reduced{Input: op}
	}
	return t.slice(op, s), vars
}

// modified applies the modifiers of ASK, CONSTRUCT and DESCRIBE.
func (t *translator) modified(pattern algebra.Op, m *modifiers, values algebra.Op) algebra.Op {
	s := t.clauses(m)
	g := t.grouping(pattern, s, nil)
	t.group = g
	defer func() { t.group = nil }()
	having := t.having(g, s.having)
	order := t.orderKeys(g, s.order)
	op := t.grouped(g, pattern)
	if having != nil {
		op = &algebra.Filter{Input: op, Condition: having}
	}
	op = orUnit(join(op, values))
	if order != nil {
		op = &algebra.OrderBy{Input: op, Keys: order}
	}
	return t.slice(op, s)
}

// slice applies LIMIT and OFFSET.
func (t *translator) slice(op algebra.Op, s solution) algebra.Op {
	if s.limit.Type == 0 && s.offset.Type == 0 {
		return op
	}
	count := func(tok lexer.Token, none int64, what string) int64 {
		if tok.Type == 0 {
			return none
		}
		n, err := strconv.ParseInt(tok.Value, 10, 64)
		if err != nil {
			t.fail(tok.Pos, "%s takes a whole number", what)
		}
		return n
	}
	return &algebra.Slice{Input: op, Offset: count(s.offset, 0, "OFFSET"), Limit: count(s.limit, -1, "LIMIT")}
}

// orderKeys translates ORDER BY.
func (t *translator) orderKeys(g *grouping, conditions []*orderCondition) []algebra.OrderKey {
	if g != nil {
		g.phase = inOrder
	}
	var keys []algebra.OrderKey
	for _, c := range conditions {
		key := algebra.OrderKey{Descending: c.Direction == "DESC"}
		switch {
		case c.Expr != nil:
			key.Expr = t.expr(c.Expr)
		case c.Var.Type != 0:
			key.Expr = t.variable(c.Var)
		default:
			key.Expr = t.condition(c.Constraint)
		}
		keys = append(keys, key)
	}
	return keys
}

// having translates HAVING to one condition, nil for none.
func (t *translator) having(g *grouping, list []*constraint) (condition algebra.Expr) {
	if g != nil {
		g.phase = inHaving
	}
	for _, c := range list {
		e := t.condition(c)
		if condition != nil {
			e = &algebra.Call{Name: "&&", Arguments: []algebra.Expr{condition, e}}
		}
		condition = e
	}
	return condition
}
