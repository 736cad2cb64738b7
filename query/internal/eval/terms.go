package eval

import (
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/internal/dataset"
)

// Terms is the term table of one query: the terms of the dataset, and, with
// TagLocal, those that the query made itself. As in the dataset, two ids are
// the same term exactly if they are equal. It is safe for concurrent use.
type Terms struct{ ds dataset.Dataset }

// NewTerms returns the table of a query over ds. A nil dataset is an empty one.
func NewTerms(ds dataset.Dataset) *Terms { return &Terms{ds: ds} }

// Decode writes the terms of ids to out; Undefined and DefaultGraph give the
// zero Term. Ids may repeat and stand in any order.
func (t *Terms) Decode(ids []encoded.Term, out []graph.Term) error { panic("not yet") }

// Term returns the term of one id.
func (t *Terms) Term(id encoded.Term) (graph.Term, error) { panic("not yet") }

// Encode returns the id of a term: its inline form, the dictionary's, or one
// of this table. The zero Term is Undefined.
func (t *Terms) Encode(term graph.Term) (encoded.Term, error) { panic("not yet") }

// Triple returns the id of the triple term (s, p, o).
func (t *Terms) Triple(s, p, o encoded.Term) (encoded.Term, error) { panic("not yet") }

// Components returns subject, predicate and object of a triple term; ok is
// false if id is none.
func (t *Terms) Components(id encoded.Term) (s, p, o encoded.Term, ok bool, err error) {
	panic("not yet")
}

// NewBlank returns a blank node that occurs nowhere else.
func (t *Terms) NewBlank() encoded.Term { panic("not yet") }

// String returns the lexical form of a literal, the text of an IRI; "" for
// other terms.
func (t *Terms) String(id encoded.Term) (string, error) { panic("not yet") }

// Kind says what id is.
func (t *Terms) Kind(id encoded.Term) graph.Kind { panic("not yet") }

// Size returns the approximate number of bytes that the table holds.
func (t *Terms) Size() int64 { panic("not yet") }
