package sparql

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// Format returns a query as SPARQL text. Parsing the text gives the same
// algebra again, up to the names of hidden variables. Trees that no query
// text stands for (an operator of planning, a projection that a question
// left out) are written as the nearest query with the same solutions where
// there is one.
func Format(q *algebra.Query) string {
	return twice(func(f *formatter) {
		f.prologue(q.Version, q.Base, q.Prefixes)
		f.query(q)
	})
}

// FormatUpdate returns an update request as SPARQL text; see [Format].
func FormatUpdate(u *algebra.Update) string {
	return twice(func(f *formatter) {
		f.prologue(u.Version, u.Base, u.Prefixes)
		for i, op := range u.Operations {
			if i > 0 {
				f.line(";")
			}
			f.operation(op)
		}
	})
}

// FormatOp returns a pattern as a group graph pattern with its braces, all IRIs
// written out: what stands after SERVICE, EXISTS or WHERE.
func FormatOp(op algebra.Op) string {
	return twice(func(f *formatter) { f.group("", op) })
}

// formatter writes SPARQL text. It runs twice over a tree: the first time it
// learns where hidden variables occur, the second time it names them. One that
// occurs in a single triples block is a blank node there; any other becomes a
// variable.
type formatter struct {
	b        strings.Builder
	depth    int
	prefixes []algebra.Prefix
	// block numbers the triples blocks; triples says that one is open, so that
	// triples written next belong to it.
	block   int
	triples bool
	// aggregates are written in place of their variables.
	aggregates map[algebra.Var]*algebra.Aggregate

	seen  map[algebra.Var]int    // hidden variables: the block each occurs in, -1 for several
	used  map[algebra.Var]bool   // other variables
	names map[algebra.Var]string // of hidden variables, with their "?" or "_:"
}

func twice(write func(*formatter)) string {
	first := &formatter{seen: map[algebra.Var]int{}, used: map[algebra.Var]bool{}}
	write(first)
	second := &formatter{seen: first.seen, used: first.used, names: map[algebra.Var]string{}}
	write(second)
	return strings.TrimRight(second.b.String(), "\n")
}

// hidden returns the name of a hidden variable; triple says that it stands in
// a triple pattern.
func (f *formatter) hidden(v algebra.Var, triple bool) string {
	if f.names == nil {
		block, again := f.seen[v]
		if !triple || again && block != f.block {
			f.seen[v] = -1
		} else if !again {
			f.seen[v] = f.block
		}
		return "_:b"
	}
	if name, ok := f.names[v]; ok {
		return name
	}
	name := fmt.Sprintf("_:b%d", len(f.names)+1)
	if f.seen[v] < 0 {
		for n := len(f.names) + 1; ; n++ {
			name = fmt.Sprintf("?v%d", n)
			if !f.used[algebra.Var(name[1:])] {
				f.used[algebra.Var(name[1:])] = true
				break
			}
		}
	}
	f.names[v] = name
	return name
}

func (f *formatter) variable(v algebra.Var, triple bool) string {
	if v.Hidden() {
		return f.hidden(v, triple)
	}
	f.used[v] = true
	return "?" + string(v)
}

func (f *formatter) line(text string) {
	for range f.depth {
		f.b.WriteString("  ")
	}
	f.b.WriteString(text)
	f.b.WriteByte('\n')
}

// ends ends the triples block that is open.
func (f *formatter) ends() {
	f.triples = false
	f.block++
}

// open writes the head of a group with its brace; shut closes it.
func (f *formatter) open(head string) {
	f.ends()
	if head != "" {
		head += " "
	}
	f.line(head + "{")
	f.depth++
}

func (f *formatter) shut() {
	f.depth--
	f.line("}")
	f.ends()
}

func (f *formatter) prologue(version, base string, prefixes []algebra.Prefix) {
	f.prefixes = prefixes
	if version != "" {
		f.line("VERSION " + quote(version))
	}
	if base != "" {
		f.line("BASE " + graph.IRI(base).String())
	}
	for _, p := range prefixes {
		f.line("PREFIX " + p.Name + ": " + graph.IRI(p.IRI).String())
	}
	if version != "" || base != "" || len(prefixes) > 0 {
		f.b.WriteByte('\n')
	}
}

func quote(s string) string { return graph.String(s).String() }

func (f *formatter) query(q *algebra.Query) {
	dataset := func() {
		for _, g := range q.Dataset.Default {
			f.line("FROM " + f.term(g))
		}
		for _, g := range q.Dataset.Named {
			f.line("FROM NAMED " + f.term(g))
		}
	}
	switch q.Form {
	case algebra.Select:
		f.selection(q.Root, q.Vars, dataset)
	case algebra.Ask:
		f.line("ASK")
		f.rest(peel(q.Root, false, nil), dataset)
	case algebra.Construct:
		f.open("CONSTRUCT")
		f.statements(q.Template)
		f.shut()
		f.rest(peel(q.Root, false, nil), dataset)
	case algebra.Describe:
		var nodes []string
		for _, n := range q.Describe {
			nodes = append(nodes, f.node(n, false))
		}
		if len(nodes) == 0 {
			nodes = []string{"*"}
		}
		f.line("DESCRIBE " + strings.Join(nodes, " "))
		f.rest(peel(q.Root, false, nil), dataset)
	}
}

// parts are the clauses that a tree of solution modifiers was made from.
type parts struct {
	slice   *algebra.Slice
	mode    string
	vars    []algebra.Var
	order   []algebra.OrderKey
	extends []*algebra.Extend // in the sequence of SELECT
	values  *algebra.Table
	having  algebra.Expr
	group   *algebra.Group
	pattern algebra.Op
}

// peel takes a tree apart. Where a clause could not be written in its place,
// peel stops, and what is left is the pattern. vars are those of a tree
// without a projection; nil are all of them.
func peel(op algebra.Op, selection bool, vars []algebra.Var) (p parts) {
	if s, ok := op.(*algebra.Slice); ok {
		p.slice, op = s, s.Input
	}
	if selection {
		switch o := op.(type) {
		case *algebra.Distinct:
			p.mode, op = " DISTINCT", o.Input
		case *algebra.Reduced:
			p.mode, op = " REDUCED", o.Input
		}
		if project, ok := op.(*algebra.Project); ok {
			p.vars, op = project.Vars, project.Input
		} else if p.vars = vars; vars == nil {
			// What is above a bare group may use its hidden variables.
			_, group := op.(*algebra.Group)
			for _, v := range algebra.Vars(op) {
				if group || !v.Hidden() {
					p.vars = append(p.vars, v)
				}
			}
		}
	}
	if o, ok := op.(*algebra.OrderBy); ok {
		p.order, op = o.Keys, o.Input
	}
	inner := op
	if selection {
		last := len(p.vars)
		for {
			e, ok := inner.(*algebra.Extend)
			if !ok {
				break
			}
			i := slices.Index(p.vars, e.Var)
			if i < 0 || i >= last {
				break
			}
			last, inner = i, e.Input
			p.extends = append(p.extends, e)
		}
		slices.Reverse(p.extends)
	}
	p.pattern = inner
	if j, ok := inner.(*algebra.Join); ok {
		if values, ok := j.Right.(*algebra.Table); ok {
			p.values, inner = values, j.Left
		}
	}
	if h, ok := inner.(*algebra.Filter); ok {
		p.having, inner = h.Condition, h.Input
	}
	if g, ok := inner.(*algebra.Group); ok {
		p.group, p.pattern = g, g.Input
	} else {
		p.values, p.having = nil, nil
	}
	return p
}

// selection writes a SELECT query or sub-query; vars as for peel.
func (f *formatter) selection(op algebra.Op, vars []algebra.Var, dataset func()) {
	p := peel(op, true, vars)
	saved := f.aggregates
	defer func() { f.aggregates = saved }()
	f.aggregates = p.aggregates()
	items := []string{}
	for _, v := range p.vars {
		i := slices.IndexFunc(p.extends, func(e *algebra.Extend) bool { return e.Var == v })
		switch {
		case i >= 0:
			items = append(items, "("+f.expr(p.extends[i].Expr, 0)+" AS "+f.variable(v, false)+")")
		case f.aggregates[v] != nil:
			items = append(items, "("+f.aggregate(f.aggregates[v])+" AS "+f.variable(v, false)+")")
		default:
			items = append(items, f.variable(v, false))
		}
	}
	if len(items) == 0 {
		items = []string{"*"}
	}
	f.line("SELECT" + p.mode + " " + strings.Join(items, " "))
	f.clauses(p, dataset)
}

func (p parts) aggregates() map[algebra.Var]*algebra.Aggregate {
	if p.group == nil {
		return nil
	}
	m := map[algebra.Var]*algebra.Aggregate{}
	for _, a := range p.group.Aggs {
		m[a.Var] = a.Agg
	}
	return m
}

// rest writes everything after the head of ASK, CONSTRUCT and DESCRIBE.
func (f *formatter) rest(p parts, dataset func()) {
	f.aggregates = p.aggregates()
	f.clauses(p, dataset)
}

func (f *formatter) clauses(p parts, dataset func()) {
	if dataset != nil {
		dataset()
	}
	aggregates := f.aggregates
	f.aggregates = nil
	f.group("WHERE", p.pattern)
	f.aggregates = aggregates
	if p.group != nil && len(p.group.Keys) > 0 {
		text := "GROUP BY"
		f.aggregates = nil
		for _, k := range p.group.Keys {
			v, ok := k.Expr.(*algebra.VarExpr)
			switch {
			case ok && v.Var == k.Var:
				text += " " + f.variable(k.Var, false)
			case k.Var.Hidden():
				text += " (" + f.expr(k.Expr, 0) + ")"
			default:
				text += " (" + f.expr(k.Expr, 0) + " AS " + f.variable(k.Var, false) + ")"
			}
		}
		f.aggregates = aggregates
		f.line(text)
	}
	if p.having != nil {
		f.line("HAVING (" + f.expr(p.having, 0) + ")")
	}
	if len(p.order) > 0 {
		text := "ORDER BY"
		for _, k := range p.order {
			switch v, ok := k.Expr.(*algebra.VarExpr); {
			case k.Descending:
				text += " DESC(" + f.expr(k.Expr, 0) + ")"
			case ok && f.aggregates[v.Var] == nil:
				text += " " + f.variable(v.Var, false)
			default:
				text += " (" + f.expr(k.Expr, 0) + ")"
			}
		}
		f.line(text)
	}
	if p.slice != nil {
		if p.slice.Limit >= 0 {
			f.line("LIMIT " + strconv.FormatInt(p.slice.Limit, 10))
		}
		if p.slice.Offset > 0 || p.slice.Limit < 0 {
			f.line("OFFSET " + strconv.FormatInt(p.slice.Offset, 10))
		}
	}
	if p.values != nil {
		f.table(p.values)
	}
}
