package plan

import (
	"slices"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// star says that a relation joins patterns (?s p ?o) of one subject variable,
// each with a predicate of its own. How many subjects have all of these
// predicates is known from the characteristic sets (Neumann and Moerkotte,
// Characteristic Sets: Accurate Cardinality Estimation for RDF Queries with Multiple
// Joins, ICDE 2011), and the estimate does not depend on the sequence of the joins.
type star struct {
	subject    algebra.Var
	predicates []encoded.Term // ascending
	// share is the part of the star's rows that objects and filters leave, subjects
	// that of its subjects.
	share, subjects float64
}

// maxStar is the number of predicates up to which stars are estimated as such.
const maxStar = 16

// leafStar returns the star of one pattern, nil if it is none.
func (p *planner) leafStar(r *relation) (*star, error) {
	l := r.leaf
	predicate := l.scan.Pattern[encoded.Predicate]
	if l.triples || l.repeated || !l.pattern.Subject.IsVar() || predicate == encoded.Undefined || r.rows == 0 {
		return nil, nil
	}
	st, err := p.predicate(predicate)
	if err != nil || st.Triples == 0 || st.Subjects == 0 {
		return nil, err
	}
	v := l.pattern.Subject.Var
	return &star{v, []encoded.Term{predicate}, r.rows / float64(st.Triples), r.distinctOf(v) / float64(st.Subjects)}, nil
}

// scaled returns the star after a filter keeps this part of r's rows.
func (s *star) scaled(part float64, r *relation) *star {
	if s == nil {
		return nil
	}
	c := *s
	c.share *= part
	c.subjects *= r.scaled(part)[s.subject] / r.distinctOf(s.subject)
	return &c
}

// starOf returns the star that the join of l and r is, with its rows and subjects; nil if it is none.
func (p *planner) starOf(l, r *relation) (s *star, rows, subjects float64) {
	a, b := l.star, r.star
	if a == nil || b == nil || a.subject != b.subject || len(a.predicates)+len(b.predicates) > maxStar || p.sets == nil {
		return nil, 0, 0
	}
	for v := range l.visible {
		if v != a.subject && r.visible[v] {
			return nil, 0, 0
		}
	}
	s = &star{subject: a.subject, share: a.share * b.share, subjects: a.subjects * b.subjects}
	s.predicates = append(append(s.predicates, a.predicates...), b.predicates...)
	slices.Sort(s.predicates)
	if len(slices.Compact(slices.Clone(s.predicates))) < len(s.predicates) {
		return nil, 0, 0 // two patterns of one predicate
	}
	subjects, rows = p.sets.Star(s.predicates...)
	return s, rows * s.share, subjects * s.subjects
}
