package question

import (
	"slices"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

func (in *interpreter) connectQuestion(q *connectQuestion) *meaning {
	m := &meaning{kind: askConnect, things: in.names(tokensOf(q.Tokens, className), nil)}
	if q.Through != nil {
		through := in.noun(*q.Through)
		m.through, m.kinds = through.class, through.conds
	}
	if q.Steps != nil {
		m.steps = in.integer(*q.Steps)
		if m.steps < 1 || m.steps > 3 {
			in.refuse(*q.Steps, "connections are followed for 1, 2 or 3 steps")
		}
	}
	return m
}

// chain is a connection of three steps along symmetric ties, such as alliances
// and borders: through two things, which are columns.
func (t *translator) chain(a, b algebra.Node, tie, via algebra.Var) algebra.Op {
	g := &group{}
	second, tie2, tie3 := t.variable("then"), t.variable("tie"), t.variable("tie")
	t.column(tie2, "tie of these")
	t.column(second, "then through")
	t.column(tie3, "last tie")
	var rows [][]graph.Term
	for _, p := range t.lexicon.order {
		if p.Symmetric && p.Tie {
			rows = append(rows, []graph.Term{graph.IRI(p.IRI)})
		}
	}
	for _, v := range []algebra.Var{tie, tie2, tie3} {
		g.ops = append(g.ops, &algebra.Table{Vars: []algebra.Var{v}, Rows: slices.Clone(rows)})
	}
	v, w := algebra.VarNode(via), algebra.VarNode(second)
	g.bgp = append(g.bgp,
		algebra.TriplePattern{Subject: a, Predicate: algebra.VarNode(tie), Object: v},
		algebra.TriplePattern{Subject: v, Predicate: algebra.VarNode(tie2), Object: w},
		algebra.TriplePattern{Subject: w, Predicate: algebra.VarNode(tie3), Object: b})
	for _, other := range []algebra.Expr{call("!=", varExpr(via), nodeExpr(b)), call("!=", varExpr(second), nodeExpr(a)), call("!=", varExpr(via), varExpr(second))} {
		g.filter(other)
	}
	return g.op()
}

// similarQuestion ranks things by how many of a kind they have in common with
// one: "which countries share the most organisations with India".
func (in *interpreter) similarQuestion(q *similarQuestion) *meaning {
	m := &meaning{kind: askSet}
	var subject *class
	plural := false
	if q.Class != nil {
		s := in.reading(*q.Class).senses[0]
		subject, plural = s.of, s.plural
	}
	if q.Number != nil {
		m.limit = in.integer(*q.Number)
	}
	in.first(m, plural)
	what := in.whole(q.What)
	for _, w := range in.words["in"] {
		rel := w.relation
		if w.class != classPreposition || len(rel.to()) == 0 || !in.related(what, rel.to()) || !in.related(subject, rel.from()) || !in.fits(q.With, rel.from()) {
			continue
		}
		other := in.name(q.With, rel.from())
		if subject == nil {
			subject = in.bearer(rel.property)
		}
		m.set = &set{class: subject, conds: []cond{not{same{other}}}}
		if subject != nil {
			m.set.noun = subject.Noun
		}
		common := &set{class: what, noun: what.Noun, conds: []cond{relates{rel.flip(), target{iri: other}, moment{}}}}
		m.order = in.counting(rel, common, paraphraser{in.Lexicon}.set(common))
		return m
	}
	in.refuse(q.What, "it is not clear how %s are shared", what.Plural)
	return m
}
