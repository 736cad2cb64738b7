package eval

import (
	"context"
	"slices"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/graph/xsd"
)

// chunk is how many rows are computed at once: few enough for the columns of a
// deep expression to stay in the cache, and for cancellation to be prompt.
const chunk = 1024

// frame is the state of one expression at work: the columns of the current chunk and
// the terms made in it.
//
// A term that a function makes and that has no inline form gets a scratch id,
// valid until the end of the chunk and known to this frame only. So CONTAINS(STR(?x), "a")
// looks nothing up in the dictionary for the strings that STR makes; only what
// leaves the expression is encoded for good. Two different scratch ids may
// be the same term; see frame.same.
type frame struct {
	ctx   context.Context
	env   *Env
	terms *Terms
	cols  [][]encoded.Term
	n     int
	seq   uint64 // of the chunk

	scratch []scratchTerm
	// made counts the bytes of text in scratch; charged are those that the
	// budget was asked for.
	made, charged int64
	// text holds the terms fetched for this chunk; see prefetch.
	text    map[encoded.Term]graph.Term
	pending []encoded.Term
	fetched []graph.Term

	// emptyString is the id of "" in the dictionary.
	emptyString encoded.Term
	// err is the first input or output error; computation goes on with
	// Undefined, and the chunk's result is thrown away.
	err error
}

// scratchTerm is a term, or, with a zero term, a decimal or double, which is
// written out only if asked.
type scratchTerm struct {
	term graph.Term
	n    number
}

func isScratch(id encoded.Term) bool { return id >= encoded.MakeSecond(encoded.TagLocal, 0) }

// newTerm returns an id for a term that a function made.
func (f *frame) newTerm(t graph.Term) encoded.Term {
	if id, ok := encoded.Inline(t); ok {
		return id
	}
	if !f.charge(len(t.Value())) {
		return encoded.Undefined
	}
	return f.newScratch(scratchTerm{term: t})
}

func (f *frame) newScratch(s scratchTerm) encoded.Term {
	f.scratch = append(f.scratch, s)
	return encoded.MakeSecond(encoded.TagLocal, uint64(len(f.scratch)-1))
}

func (f *frame) newString(s string) encoded.Term {
	if !f.charge(len(s)) {
		return encoded.Undefined
	}
	return f.newScratch(scratchTerm{term: graph.String(s)})
}

func (f *frame) fail(err error) {
	if f.err == nil {
		f.err = err
	}
}

// term returns the term of any id; the zero Term if it is undefined.
func (f *frame) term(id encoded.Term) graph.Term {
	switch {
	case id == encoded.Undefined:
		return graph.Term{}
	case id.IsInline():
		return id.Inline()
	case isScratch(id):
		s := &f.scratch[id.Payload()&^(1<<59)]
		if s.term.IsZero() {
			s.term = s.n.term()
		}
		return s.term
	case id.InDictionary():
		if t, ok := f.text[id]; ok {
			return t
		}
	}
	t, err := f.terms.Term(id)
	if err != nil {
		f.fail(err)
	}
	return t
}

// kind returns the kind of any id.
func (f *frame) kind(id encoded.Term) graph.Kind {
	if isScratch(id) {
		if t := f.scratch[id.Payload()&^(1<<59)].term; !t.IsZero() {
			return t.Kind()
		}
		return graph.KindLiteral
	}
	return f.terms.Kind(id)
}

// same reports whether two ids are the same term.
func (f *frame) same(a, b encoded.Term) bool {
	if a == b {
		return true
	}
	if !isScratch(a) && !isScratch(b) || a.IsInline() || b.IsInline() {
		return false
	}
	return f.term(a).Equal(f.term(b))
}

// encode turns an id of this frame into one of the query.
func (f *frame) encode(id encoded.Term) encoded.Term {
	if !isScratch(id) {
		return id
	}
	id, err := f.terms.Encode(f.term(id))
	if err != nil {
		f.fail(err)
	}
	return id
}

// maxText bounds how many fetched terms are kept from chunk to chunk.
const maxText = chunk

// prefetch fetches the dictionary terms of a column in one go, in ascending
// order, each once.
func (f *frame) prefetch(rows []int32, columns ...[]encoded.Term) {
	f.pending = f.pending[:0]
	for _, col := range columns {
		last := encoded.Undefined
		for _, i := range rows {
			id := col[i]
			if id == last || !id.InDictionary() {
				continue
			}
			last = id
			if _, ok := f.text[id]; !ok {
				f.pending = append(f.pending, id)
			}
		}
	}
	if len(f.pending) < 2 { // term will fetch one
		return
	}
	slices.Sort(f.pending)
	f.pending = slices.Compact(f.pending)
	f.fetched = slices.Grow(f.fetched[:0], fetchSize)[:fetchSize]
	for from := 0; from < len(f.pending); from += fetchSize {
		ids := f.pending[from:min(from+fetchSize, len(f.pending))]
		if err := f.terms.Decode(ids, f.fetched[:len(ids)]); err != nil {
			f.fail(err)
			return
		}
		size := 0
		for i, id := range ids {
			f.text[id] = f.fetched[i]
			size += len(f.fetched[i].Value())
		}
		if !f.charge(size) || size > largeText && f.canceled() {
			return
		}
	}
}

// fetchSize is the number of terms that are fetched before their texts are charged.
const fetchSize = 128

// tri is a truth value of SPARQL's three-valued logic (17.2).
type tri uint8

const (
	no tri = iota
	yes
	unknown // an error
)

func triOf(b bool) tri {
	if b {
		return yes
	}
	return no
}

// idOf returns the boolean's id, Undefined for an error.
func (t tri) id() encoded.Term {
	if t == unknown {
		return encoded.Undefined
	}
	return encoded.InlineBool(t == yes)
}

func (t tri) not() tri {
	switch t {
	case no:
		return yes
	case yes:
		return no
	}
	return unknown
}

func boolean(b bool) encoded.Term { return encoded.InlineBool(b) }

// ebv is the effective boolean value (17.2.2).
func (f *frame) ebv(id encoded.Term) tri {
	switch id.Tag() {
	case encoded.TagBoolean:
		return tri(id.Payload())
	case encoded.TagInteger, encoded.TagDerived:
		n, _ := id.Integer()
		return triOf(n != 0)
	case encoded.TagString:
		return triOf(id != f.emptyString)
	case encoded.TagDecimal, encoded.TagDouble, encoded.TagFloat, encoded.TagTyped, encoded.TagLocal:
		t := f.term(id)
		if t.IsSimple() {
			return triOf(t.Value() != "")
		}
		if t.Datatype() == graph.XSDBoolean {
			b, err := xsd.ParseBoolean(t.Value())
			if err != nil {
				return unknown
			}
			return triOf(b)
		}
		n := f.number(id)
		switch n.kind {
		case notNumber:
			return unknown
		case floatNumber, doubleNumber:
			return triOf(n.f != 0 && n.f == n.f)
		}
		return triOf(n.decimal().Sign() != 0)
	}
	return unknown
}
