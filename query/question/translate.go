package question

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// Column is one column of the answer.
type Column struct {
	Var algebra.Var
	// Header names it for people, Unit is that of its numbers.
	Header, Unit string
	// Plain says that its numbers are values of a property without a unit: they may be
	// years, numbers of editions or codes, and are not written as quantities.
	Plain bool
	// Note, on a column that is for people only, is the column that it says
	// something about, such as the year of its values.
	Note algebra.Var
}

// translator makes algebra of a meaning.
//
// How time is translated. Today: the statement is asserted, a plain triple
// pattern. Any other time: a reifier of the statement, with its dates, which
// are compared as text, so that days, months and years mix: ISO text sorts by
// time, and a year or month sorts before the days in it. So the first day of a
// statement is compared as it is, its last day after being filled up to ten
// characters with nines; what is only known to the year counts as possible
// throughout that year. A statement without a first day has always held.
type translator struct {
	lexicon *Lexicon
	used    map[algebra.Var]int
	columns []Column
	// extra are the columns beside the first, with how they are merged when a
	// thing occurs more than once.
	extra []extraColumn
	order algebra.Var
	year  algebra.Var // of the row, for moments of each year
	// notes says that columns for people are wanted too; values is what the
	// values of measures were taken from, by their variable.
	notes  bool
	values map[algebra.Var][]measured
	common algebra.Var // the year of which latest values are taken, if of one
}

type extraColumn struct {
	v      algebra.Var
	header string
	unit   string
	merge  string // MIN, MAX
	plain  bool
	date   bool
	note   algebra.Var
}

func newTranslator(l *Lexicon) *translator {
	return &translator{lexicon: l, used: map[algebra.Var]int{}, values: map[algebra.Var][]measured{}}
}

// variable makes a fresh variable named after words: "defence spending" gives
// defenceSpending, then defenceSpending2.
func (t *translator) variable(words string) algebra.Var {
	var b strings.Builder
	up := false
	for _, c := range words {
		switch {
		case !(unicode.IsLetter(c) || unicode.IsDigit(c)) || c > 0x7f:
			up = b.Len() > 0
		case up:
			b.WriteRune(unicode.ToUpper(c))
			up = false
		case b.Len() == 0:
			b.WriteRune(unicode.ToLower(c))
		default:
			b.WriteRune(c)
		}
	}
	name := b.String()
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		name = "v" + name
	}
	v := algebra.Var(name)
	t.used[v]++
	if n := t.used[v]; n > 1 {
		v = algebra.Var(name + strconv.Itoa(n))
	}
	return v
}

func (t *translator) column(v algebra.Var, header string) {
	t.columns = append(t.columns, Column{Var: v, Header: header})
}

// measureColumn names a column of the values of a measure.
func (t *translator) measureColumn(v algebra.Var, header string, p *property) {
	t.columns = append(t.columns, Column{Var: v, Header: header, Unit: p.unit(), Plain: p.plain()})
}

// query translates a meaning.
func (t *translator) query(m *meaning) *algebra.Query {
	q := &algebra.Query{Form: algebra.Select}
	switch m.kind {
	case askCheck:
		q.Form = algebra.Ask
		q.Root = t.check(m)
		return q
	case askSet:
		q.Root = t.sets(m)
	case askCount:
		q.Root = t.count(m)
	case askAttributes:
		q.Root = t.attributes(m)
	case askWhen:
		q.Root = t.whens(m)
	case askCombine:
		q.Root = t.combine(m)
	case askDescribe:
		q.Root = t.describe(m)
	case askDefine:
		q.Root = t.define(m)
	case askCompare:
		q.Root = t.compare(m)
	case askConnect:
		q.Root = t.connect(m)
	case askShare:
		q.Root = t.share(m)
	case askGrowth:
		q.Root = t.growth(m)
	case askWhy:
		q.Root = t.why(m)
	case askSource:
		q.Root = t.source(m)
	case askKinds, askRelations:
		q.Root = t.kinds(m)
	}
	if !t.notes {
		t.columns = slices.DeleteFunc(t.columns, func(c Column) bool { return c.Note != "" })
	}
	for _, c := range t.columns {
		q.Vars = append(q.Vars, c.Var)
	}
	q.Root = &algebra.Project{Input: q.Root, Vars: q.Vars}
	if m.kind != askCount && m.kind != askCombine && !grouped(q.Root) {
		q.Root = &algebra.Distinct{Input: q.Root}
	}
	if m.limit > 0 && !m.ties && m.kind != askAttributes {
		q.Root = &algebra.Slice{Input: q.Root, Offset: int64(m.skip), Limit: int64(m.limit)}
	}
	return q
}

// grouped reports whether rows are already distinct because they are groups.
func grouped(o algebra.Op) bool {
	switch x := o.(type) {
	case *algebra.Project:
		return grouped(x.Input)
	case *algebra.OrderBy:
		return grouped(x.Input)
	case *algebra.Extend:
		return grouped(x.Input)
	case *algebra.Group:
		return true
	}
	return false
}

// thing makes the variable of the things asked for.
func (t *translator) thing(s *set) algebra.Var {
	noun := s.noun
	if noun == "" {
		noun = t.lexicon.nounFor(s)
	}
	return t.variable(noun)
}

// nounFor names what a set without a noun asks for.
func (l *Lexicon) nounFor(s *set) string {
	in := &interpreter{Lexicon: l}
	if r, ok := simple(allOf(s.conds)).(relates); ok && r.rel.noun(false) != "" {
		return r.rel.noun(false)
	}
	for _, iri := range append([]string{subjectOf(allOf(s.conds))}, in.domains(allOf(s.conds))...) {
		if c := l.classOf(iri); c != nil && !strings.Contains(c.Noun, " ") {
			return c.Noun
		}
	}
	return "thing"
}

// connect lists the ties between two things: direct ones, and things that both
// are tied to in the same way.
func (t *translator) connect(m *meaning) algebra.Op {
	tie, via := t.variable("tie"), t.variable("via")
	t.column(tie, "tie")
	t.column(via, "through")
	// A symmetric tie is stated in both directions and read in one.
	table := func(symmetric bool) *algebra.Table {
		out := &algebra.Table{Vars: []algebra.Var{tie}}
		declared := false
		for _, p := range t.lexicon.order {
			declared = declared || p.Tie
		}
		for _, p := range t.lexicon.order {
			if p.Kind == valueThing && !isMeta(p.IRI) && (p.Tie || !declared) && (symmetric || !p.Symmetric) {
				out.Rows = append(out.Rows, []graph.Term{graph.IRI(p.IRI)})
			}
		}
		return out
	}
	a, b := iriNode(m.things[0]), iriNode(m.things[1])
	branch := func(symmetric bool, patterns ...algebra.TriplePattern) algebra.Op {
		return &algebra.Join{Left: table(symmetric), Right: &algebra.BGP{Patterns: patterns}}
	}
	tp := func(s, o algebra.Node) algebra.TriplePattern {
		return algebra.TriplePattern{Subject: s, Predicate: algebra.VarNode(tie), Object: o}
	}
	v := algebra.VarNode(via)
	// Ties of the two come first, then what they share, then neighbours and allies in
	// common, then chains.
	place := t.variable("place")
	placed := func(in algebra.Op, at algebra.Expr) algebra.Op {
		return &algebra.Extend{Input: in, Var: place, Expr: at}
	}
	shares := algebra.Expr(constant(integer(1)))
	for _, p := range t.lexicon.order {
		if p.Symmetric && p.Kind == valueThing {
			shares = call("IF", call("=", varExpr(tie), constant(graph.IRI(p.IRI))), constant(integer(2)), shares)
		}
	}
	u := &algebra.Union{}
	if m.through == nil {
		u.Branches = append(u.Branches,
			placed(&algebra.Extend{Input: branch(true, tp(a, b)), Var: via, Expr: constant(graph.IRI(m.things[1]))}, constant(integer(0))),
			placed(&algebra.Extend{Input: branch(false, tp(b, a)), Var: via, Expr: constant(graph.IRI(m.things[0]))}, constant(integer(0))))
	}
	if m.steps != 1 {
		for _, shared := range []algebra.Op{branch(true, tp(a, v), tp(b, v)), branch(false, tp(v, a), tp(v, b))} {
			if m.through != nil {
				of := &group{ops: []algebra.Op{shared}}
				t.class(of, v, m.through)
				t.cond(of, v, allOf(m.kinds), false)
				shared = of.op()
			}
			u.Branches = append(u.Branches, placed(shared, shares))
		}
	}
	if m.steps == 3 {
		u.Branches = append(u.Branches, placed(t.chain(a, b, tie, via), constant(integer(3))))
	}
	return &algebra.OrderBy{Input: u, Keys: []algebra.OrderKey{{Expr: varExpr(place)}, {Expr: varExpr(tie)}, {Expr: varExpr(via)}}}
}
