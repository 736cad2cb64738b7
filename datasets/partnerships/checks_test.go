package partnerships_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ententedb/entente/datasets/partnerships/tables"
	"github.com/ententedb/entente/graph"
)

// A check returns what is wrong with a graph.
type graphCheck struct {
	name string
	find func(*testing.T, []graph.Quad) []string
	// plant makes a graph in which the check has something to find: it changes
	// one statement of the graph, and the change must be found.
	plant func(graph.Quad) (graph.Quad, bool)
}

var graphChecks = []graphCheck{
	{"every relation has a source", unsourced, drop("source")},
	{"every end is later than its beginning", backwards, func(q graph.Quad) (graph.Quad, bool) {
		if short(q.Predicate) != "until" || q.Object.Datatype() != graph.XSDDate {
			return q, false
		}
		q.Object = graph.Literal("1815-01-01", graph.XSDDate)
		return q, true
	}},
	{"every IRI is declared with a label", unlabelled, drop("http://www.w3.org/2000/01/rdf-schema#label")},
	{"the shapes hold", violations, drop("purpose")},
	{"the shapes hold for classes of objects", violations, func(q graph.Quad) (graph.Quad, bool) {
		if short(q.Predicate) != "memberOf" || short(q.Object) != "NATO" {
			return q, false
		}
		q.Object = graph.IRI(tables.PK + "JPN")
		return q, true
	}},
}

// drop plants by leaving out the first statement with a property.
func drop(property string) func(graph.Quad) (graph.Quad, bool) {
	return func(q graph.Quad) (graph.Quad, bool) {
		return graph.Quad{}, short(q.Predicate) == property && (q.Subject.IsBlank() || strings.HasPrefix(q.Subject.Value(), tables.PK))
	}
}

func TestGraph(t *testing.T) {
	quads, err := built()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range graphChecks {
		t.Run(c.name, func(t *testing.T) {
			problems := c.find(t, quads)
			for _, p := range problems[:min(len(problems), 20)] {
				t.Error(p)
			}
			mutant := slices.Clone(quads)
			i := slices.IndexFunc(mutant, func(q graph.Quad) bool { _, ok := c.plant(q); return ok })
			if i < 0 {
				t.Fatal("no statement to change")
			}
			if q, _ := c.plant(mutant[i]); q.Predicate.IsIRI() {
				mutant[i] = q
			} else {
				mutant = slices.Delete(mutant, i, i+1)
			}
			if found := len(c.find(t, mutant)) - len(problems); found < 1 {
				t.Errorf("%v was changed, and not found", quads[i])
			}
		})
	}
}

// relations are who is bound to whom and by what; each statement of one has a
// source of its own, except that the parties of the thousands of treaties
// between two countries have that of the treaty.
const relations = `memberOf associateOf observerOf partnerOf candidateFor suspendedFrom invitedTo foundedBy party signatory ratifiedBy
	alliedWith sanctions borders uses successorOf exportPartner mainExportPartner importPartner mainImportPartner
	population gdp militaryExpenditure militaryExpenditureShare defenceSpendingShare armedForcesShare unIdealPoint controlOfCorruption
	oilProduction gasProduction coalProduction uraniumProduction rareEarthProduction lithiumProduction`

// unsourced returns the statements about partnerships without a source, those
// asserted and those only reified.
func unsourced(t *testing.T, quads []graph.Quad) (problems []string) {
	isRelation, sourced := map[string]bool{}, map[[3]string]bool{}
	for _, p := range strings.Fields(relations) {
		isRelation[p] = true
	}
	reified, hasSource := map[graph.Term]graph.Triple{}, map[graph.Term]bool{}
	for _, q := range quads {
		switch {
		case q.Predicate.Value() == graph.RDFReifies:
			reified[q.Subject] = q.Object.Triple()
		case short(q.Predicate) == "source", short(q.Predicate) == "http://purl.org/dc/terms/source":
			hasSource[q.Subject] = true
		}
	}
	for node, tr := range reified {
		k := [3]string{short(tr.Subject), short(tr.Predicate), short(tr.Object)}
		if !hasSource[node] {
			problems = append(problems, fmt.Sprint(k, ": reified without a source"))
			continue
		}
		sourced[k] = true
	}
	for _, q := range quads {
		k := [3]string{short(q.Subject), short(q.Predicate), short(q.Object)}
		light := strings.HasPrefix(k[0], "BIT-") || strings.HasPrefix(k[0], "TAX-")
		if isRelation[k[1]] && !sourced[k] && !(light && hasSource[q.Subject]) {
			problems = append(problems, fmt.Sprint(k, ": asserted without a source"))
		}
	}
	return problems
}

// order holds pairs of properties of which the second is later than the first.
// A treaty may end before it entered into force only if it never did, and
// enter into force on the day it was signed, or be applied before.
var order = [][2]string{{"since", "until"}, {"inForce", "ended"}, {"founded", "dissolved"}, {"existedFrom", "existedUntil"}, {"pledged", "dueBy"}}

// backwards returns what ends before, or when, it begins.
func backwards(t *testing.T, quads []graph.Quad) (problems []string) {
	type of struct {
		s graph.Term
		p string
	}
	dates := map[of]string{}
	for _, q := range quads {
		if q.Object.IsLiteral() {
			dates[of{q.Subject, short(q.Predicate)}] = q.Object.Value()
		}
	}
	for k, from := range dates {
		for _, o := range order {
			to := dates[of{k.s, o[1]}]
			if k.p != o[0] || to == "" {
				continue
			}
			// Of two dates that are the same as far as both are known, the finer
			// one decides nothing.
			if n := min(len(from), len(to)); to[:n] < from[:n] || to == from {
				problems = append(problems, fmt.Sprintf("%s: %s %s, %s %s", k.s.Value(), o[0], from, o[1], to))
			}
		}
	}
	return problems
}

// unlabelled returns the IRIs of ours that are used and not declared with a
// label, and properties of any vocabulary.
func unlabelled(t *testing.T, quads []graph.Quad) (problems []string) {
	labelled, reported := map[graph.Term]bool{}, map[graph.Term]bool{}
	for _, q := range quads {
		if q.Predicate.Value() == graph.RDFSLabel {
			labelled[q.Subject] = true
		}
	}
	check := func(term graph.Term, predicate bool) {
		ours := strings.HasPrefix(term.Value(), tables.PK) || strings.HasPrefix(term.Value(), tables.Source)
		predicate = predicate && !strings.HasPrefix(term.Value(), "https://ententedb.org/lexicon#") // explained in package question
		if term.IsIRI() && (ours || predicate) && !labelled[term] && !reported[term] {
			reported[term] = true
			problems = append(problems, term.Value()+" has no label")
		}
	}
	for _, q := range quads {
		check(q.Subject, false)
		check(q.Predicate, true)
		check(q.Object, false)
		if q.Object.IsTriple() {
			tr := q.Object.Triple()
			check(tr.Subject, false)
			check(tr.Predicate, true)
			check(tr.Object, false)
		}
	}
	return problems
}
