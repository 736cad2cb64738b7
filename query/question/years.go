package question

import (
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

// Things counted by year: "number of NATO members by year". A year is a row if
// something joined or left in it; what held at the end of the year counts, so
// that the last row has those of today.

// eachYear makes the one dated relation of a set hold in the year of each row.
func (in *interpreter) eachYear(s *set) bool {
	found := false
	for i, c := range s.conds {
		switch x := c.(type) {
		case relates:
			if !x.rel.Reified || in.timeFor(x.rel, moment{kind: ever}) == (moment{}) {
				continue
			}
			if found || x.to.iri == "" || x.when.kind != today && x.when.kind != ever {
				return false
			}
			x.when = moment{kind: during, each: true}
			s.conds[i] = x
			found = true
		case ofClass, flagged:
		default:
			return false
		}
	}
	return found && in.model.Since != "" && in.model.Until != ""
}

// years lists the years in which something changed in what is counted, and
// names the variable of the year.
func (t *translator) years(s *set) algebra.Op {
	for _, c := range s.conds {
		r, ok := c.(relates)
		if !ok || !r.when.each {
			continue
		}
		st, date := algebra.VarNode(t.variable("statement")), t.variable("date")
		t.year = t.variable("year")
		p := pattern(algebra.VarNode(t.variable("anything")), r.rel, iriNode(r.to.iri))
		u := &algebra.Union{}
		for _, property := range []string{t.lexicon.model.Since, t.lexicon.model.Until} {
			g := &group{}
			g.triple(st, graph.RDFReifies, algebra.Node{Triple: &p})
			g.triple(st, property, algebra.VarNode(date))
			u.Branches = append(u.Branches, g.op())
		}
		year := call("STRDT", call("SUBSTR", call("STR", varExpr(date)), constant(integer(1)), constant(integer(4))), constant(graph.IRI(graph.XSDGYear)))
		return &algebra.Distinct{Input: &algebra.Project{Input: &algebra.Extend{Input: u, Var: t.year, Expr: year}, Vars: []algebra.Var{t.year}}}
	}
	return algebra.Unit()
}

// inYear keeps what held at the end of the year of the row: what ended within it, by a
// date known to the day or only to the year, does not.
func (t *translator) inYear(g *group, since, until algebra.Var) {
	day := func(rest string) algebra.Expr { return call("CONCAT", call("STR", varExpr(t.year)), text(rest)) }
	g.filter(call("||", call("!", call("BOUND", varExpr(since))), call("<=", call("STR", varExpr(since)), day("-12-31"))))
	g.filter(call("||", call("!", call("BOUND", varExpr(until))), call(">", call("STR", varExpr(until)), day("-12-31"))))
}
