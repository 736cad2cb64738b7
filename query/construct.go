package query

import (
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/eval"
	"github.com/ententedb/entente/query/internal/exec"
)

// tripleBatch is a piece of a graph: columns of subjects, predicates, objects.
type tripleBatch [3][]encoded.Term

func (b *tripleBatch) len() int { return len(b[0]) }

func (b *tripleBatch) add(t [3]encoded.Term) {
	for i := range b {
		b[i] = append(b[i], t[i])
	}
}

func (b *tripleBatch) reset() {
	for i := range b {
		b[i] = b[i][:0]
	}
}

// tripleSet delivers triples in batches, each triple once. What it remembers
// counts against the memory of the query.
type tripleSet struct {
	run   *run
	seen  map[[3]encoded.Term]struct{}
	batch tripleBatch
	held  int64
	emit  func(*tripleBatch) (more bool, err error)
	done  bool
}

func (s *tripleSet) add(t [3]encoded.Term) (isNew bool, err error) {
	if _, ok := s.seen[t]; ok {
		return false, nil
	}
	if s.seen == nil {
		s.seen = map[[3]encoded.Term]struct{}{}
	}
	const perTriple = 64 // 24 bytes in a map that is half full
	if err := s.run.env.Budget.Charge(perTriple); err != nil {
		return false, err
	}
	s.held += perTriple
	s.seen[t] = struct{}{}
	s.batch.add(t)
	if s.batch.len() >= exec.BatchSize {
		return true, s.flush()
	}
	return true, nil
}

func (s *tripleSet) flush() error {
	if s.batch.len() == 0 || s.done {
		return nil
	}
	more, err := s.emit(&s.batch)
	s.done = !more
	s.batch.reset()
	return err
}

// close gives the memory back.
func (s *tripleSet) close() { s.run.env.Budget.Release(s.held) }

// construct fills the template for each solution (16.2). A triple with an unbound variable, or
// with a term in a place where it may not stand, is left out.
func (r *run) construct(emit func(*tripleBatch) (bool, error)) error {
	set := &tripleSet{run: r, emit: emit}
	defer set.close()
	t, err := newTemplate(r.terms, r.terms.NewBlank, r.query.Template, r.root.Schema())
	if err != nil {
		return err
	}
	for !set.done {
		b, err := r.next()
		if err != nil {
			return err
		}
		if b == nil {
			return set.flush()
		}
		for i := range b.Len {
			err := t.fill(b.Columns, i, func(_ int, q encoded.Pattern) error {
				_, err := set.add([3]encoded.Term{q[encoded.Subject], q[encoded.Predicate], q[encoded.Object]})
				return err
			})
			if err != nil {
				return err
			}
			if set.done {
				return nil
			}
		}
	}
	return nil
}

// template makes triples or quads out of solutions.
type template struct {
	terms    *eval.Terms
	newBlank func() (encoded.Term, error)
	patterns [][4]slot
	fresh    []encoded.Term // blank nodes of the solution at hand, by number
	used     []bool
}

// slot is one place of a template: a constant, a column, a blank node that is
// fresh for each solution, or a triple term of slots.
type slot struct {
	term   encoded.Term
	column int // -1: none
	blank  int // -1: none
	triple *[3]slot
}

// newTemplate prepares triples for solutions of this schema. Hidden variables
// that the schema lacks are blank nodes; other variables it lacks are unbound.
func newTemplate(terms *eval.Terms, newBlank func() (encoded.Term, error), triples []algebra.TriplePattern, schema []algebra.Var) (*template, error) {
	quads := make([]algebra.QuadPattern, len(triples))
	for i, tp := range triples {
		quads[i].Triple = tp
	}
	return newQuadTemplate(terms, newBlank, quads, encoded.DefaultGraph, schema)
}

// newQuadTemplate is newTemplate for quads; those without a graph are in this one.
func newQuadTemplate(terms *eval.Terms, newBlank func() (encoded.Term, error), quads []algebra.QuadPattern, def encoded.Term, schema []algebra.Var) (*template, error) {
	t := &template{terms: terms, newBlank: newBlank}
	blanks := map[algebra.Var]int{}
	var place func(n algebra.Node) (slot, error)
	place = func(n algebra.Node) (slot, error) {
		s := slot{column: -1, blank: -1}
		switch {
		case n.Triple != nil:
			s.triple = &[3]slot{}
			for i, m := range []algebra.Node{n.Triple.Subject, n.Triple.Predicate, n.Triple.Object} {
				var err error
				if s.triple[i], err = place(m); err != nil {
					return s, err
				}
			}
			return s, nil
		case n.IsVar():
			for i, v := range schema {
				if v == n.Var {
					s.column = i
					return s, nil
				}
			}
			if n.Var.Hidden() {
				if _, ok := blanks[n.Var]; !ok {
					blanks[n.Var] = len(blanks)
				}
				s.blank = blanks[n.Var]
			}
			return s, nil
		}
		var err error
		s.term, err = terms.Encode(n.Term)
		return s, err
	}
	for _, q := range quads {
		var p [4]slot
		for i, n := range []algebra.Node{q.Triple.Subject, q.Triple.Predicate, q.Triple.Object} {
			var err error
			if p[i], err = place(n); err != nil {
				return nil, err
			}
		}
		p[encoded.Graph] = slot{term: def, column: -1, blank: -1}
		if q.Graph.IsVar() || !q.Graph.Term.IsZero() {
			var err error
			if p[encoded.Graph], err = place(q.Graph); err != nil {
				return nil, err
			}
		}
		t.patterns = append(t.patterns, p)
	}
	t.fresh, t.used = make([]encoded.Term, len(blanks)), make([]bool, len(blanks))
	return t, nil
}

// fill calls add, with the number of the pattern, for each quad that row i of
// the columns makes.
func (t *template) fill(cols [][]encoded.Term, i int, add func(pattern int, q encoded.Pattern) error) error {
	clear(t.used)
	for n, p := range t.patterns {
		var q encoded.Pattern
		ok := true
		for pos := range p {
			var err error
			if q[pos], err = t.value(&p[pos], cols, i); err != nil {
				return err
			}
			if !t.fits(encoded.Position(pos), q[pos]) {
				ok = false
				break
			}
		}
		if ok {
			if err := add(n, q); err != nil {
				return err
			}
		}
	}
	return nil
}

// fits reports whether a term may stand at a position of a quad.
func (t *template) fits(pos encoded.Position, id encoded.Term) bool {
	if id == encoded.DefaultGraph {
		return pos == encoded.Graph
	}
	kind := t.terms.Kind(id)
	switch pos {
	case encoded.Subject, encoded.Graph:
		return kind == graph.KindIRI || kind == graph.KindBlank
	case encoded.Predicate:
		return kind == graph.KindIRI
	}
	return kind != graph.KindNone
}

func (t *template) value(s *slot, cols [][]encoded.Term, i int) (encoded.Term, error) {
	switch {
	case s.triple != nil:
		var c [3]encoded.Term
		for k := range c {
			var err error
			if c[k], err = t.value(&s.triple[k], cols, i); err != nil {
				return 0, err
			}
			if !t.fits(encoded.Position(k), c[k]) {
				return encoded.Undefined, nil
			}
		}
		return t.terms.Triple(c[0], c[1], c[2])
	case s.column >= 0:
		if cols[s.column] == nil {
			return encoded.Undefined, nil
		}
		return cols[s.column][i], nil
	case s.blank >= 0:
		if !t.used[s.blank] {
			b, err := t.newBlank()
			if err != nil {
				return 0, err
			}
			t.fresh[s.blank], t.used[s.blank] = b, true
		}
		return t.fresh[s.blank], nil
	}
	return s.term, nil
}
