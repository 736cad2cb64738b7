package eval

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/internal/dataset"
)

// Terms is the term table of one query: the terms of the dataset, and, with
// TagLocal, those that the query made itself. As in the dataset, two ids are
// the same term exactly if they are equal. It is safe for concurrent use.
type Terms struct {
	ds dataset.Dataset

	mu    sync.RWMutex
	local []localTerm
	// byTerm finds local terms, and remembers what the dictionary answered; the
	// remembered answers are dropped when there are maxKnown of them.
	byTerm map[graph.Term]encoded.Term
	known  map[graph.Term]encoded.Term
	// byLabel finds the blank nodes of BNODE(label).
	byLabel map[blankLabel]encoded.Term
	// decoded remembers single terms; dropped when there are maxKnown.
	decoded map[encoded.Term]graph.Term
	blanks  int
	size    int64
	charged int64
	reserve func(bytes int64) error
}

type localTerm struct {
	term graph.Term
	// part are the components of a triple term, Undefined for other terms.
	part [3]encoded.Term
}

type blankLabel struct {
	label    string
	solution encoded.Term
}

// maxKnown bounds each of the two caches of a Terms; longer texts than maxKnownText
// are not remembered.
const (
	maxKnown     = 1 << 14
	maxKnownText = 1 << 10
)

// Terms of the dataset are parts of pages of its dictionary, of some KiB each. Those that are
// kept are cloned, and so are those of one call of Decode whose ids are on average more than sparse apart:
// else a few thousand short texts keep as many pages in memory.
const sparse = 16

// NewTerms returns the table of a query over ds. A nil dataset is an empty one.
func NewTerms(ds dataset.Dataset) *Terms {
	return &Terms{
		ds:      ds,
		byTerm:  map[graph.Term]encoded.Term{},
		known:   map[graph.Term]encoded.Term{},
		byLabel: map[blankLabel]encoded.Term{},
		decoded: map[encoded.Term]graph.Term{},
	}
}

// chargeStep is the number of bytes by which a table asks for more.
const chargeStep = 64 << 10

// Charge makes the table call reserve before it grows by so many more bytes; an error
// of reserve is that of the method that would have grown it. A negative number
// gives bytes back. Charge is called before the table is used.
func (t *Terms) Charge(reserve func(bytes int64) error) { t.reserve = reserve }

// Decode writes the terms of ids to out; Undefined and DefaultGraph give the
// zero Term. Ids may repeat and stand in any order; ascending is fastest.
func (t *Terms) Decode(ids []encoded.Term, out []graph.Term) error {
	for start := 0; start < len(ids); {
		// Runs of local terms are answered here, the others in one call.
		end := start
		for end < len(ids) && ids[end].Tag() != encoded.TagLocal {
			end++
		}
		if end > start {
			if t.ds != nil {
				if err := t.decode(ids[start:end], out[start:end]); err != nil {
					return err
				}
			} else {
				for i := start; i < end; i++ {
					out[i] = ids[i].Inline()
				}
			}
		}
		if end < len(ids) {
			t.mu.RLock()
			for ; end < len(ids) && ids[end].Tag() == encoded.TagLocal; end++ {
				var err error
				if out[end], err = t.localTerm(ids[end]); err != nil {
					t.mu.RUnlock()
					return err
				}
			}
			t.mu.RUnlock()
		}
		start = end
	}
	return nil
}

// decode decodes ids of the dataset.
func (t *Terms) decode(ids []encoded.Term, out []graph.Term) error {
	for len(ids) > 0 {
		n := min(len(ids), fetchSize)
		if err := t.ds.Decode(ids[:n], out[:n]); err != nil {
			return err
		}
		if first, last := ids[0], ids[n-1]; n > 1 && last > first && uint64(last-first) > sparse*uint64(n) {
			for i, id := range ids[:n] {
				if id.InDictionary() && len(out[i].Value()) <= maxKnownText {
					out[i] = out[i].Clone()
				}
			}
		}
		ids, out = ids[n:], out[n:]
	}
	return nil
}

// Term returns the term of one id.
func (t *Terms) Term(id encoded.Term) (graph.Term, error) {
	switch {
	case id.IsInline():
		return id.Inline(), nil
	case id.Tag() == encoded.TagLocal:
		t.mu.RLock()
		defer t.mu.RUnlock()
		return t.localTerm(id)
	case !id.InDictionary():
		return t.decodeOne(id)
	}
	t.mu.RLock()
	term, ok := t.decoded[id]
	t.mu.RUnlock()
	if ok {
		return term, nil
	}
	term, err := t.decodeOne(id)
	if err == nil && len(term.Value()) <= maxKnownText {
		term = term.Clone()
		t.mu.Lock()
		if len(t.decoded) >= maxKnown {
			clear(t.decoded)
		}
		t.decoded[id] = term
		t.mu.Unlock()
	}
	return term, err
}

func (t *Terms) decodeOne(id encoded.Term) (graph.Term, error) {
	var out [1]graph.Term
	err := t.Decode([]encoded.Term{id}, out[:])
	return out[0], err
}

// localTerm returns a local term; the lock is held.
func (t *Terms) localTerm(id encoded.Term) (graph.Term, error) {
	p := id.Payload()
	if p >= uint64(len(t.local)) {
		return graph.Term{}, fmt.Errorf("no local term %d", p)
	}
	return t.local[p].term, nil
}

// Encode returns the id of a term: its inline form, the dictionary's, or one
// of this table. The zero Term is Undefined. A blank node is found by the
// label that Decode gave it; one with another label is a new local term, so
// blank nodes from elsewhere must first be replaced by those of NewBlank.
func (t *Terms) Encode(term graph.Term) (encoded.Term, error) {
	if term.IsZero() {
		return encoded.Undefined, nil
	}
	if id, ok := encoded.Inline(term); ok {
		return id, nil
	}
	key := term.Key()
	t.mu.RLock()
	id, ok := t.byTerm[key]
	if !ok {
		id, ok = t.known[key]
	}
	t.mu.RUnlock()
	if ok {
		return id, nil
	}
	if t.ds != nil {
		id, ok, err := t.ds.Encode(term)
		if err != nil {
			return encoded.Undefined, err
		}
		if ok {
			if len(term.Value()) > maxKnownText {
				return id, nil
			}
			t.mu.Lock()
			if len(t.known) >= maxKnown {
				clear(t.known)
			}
			t.known[key.Clone()] = id
			t.mu.Unlock()
			return id, nil
		}
	}
	var part [3]encoded.Term
	if term.IsTriple() {
		for i, c := range parts(term) {
			var err error
			if part[i], err = t.Encode(c); err != nil {
				return encoded.Undefined, err
			}
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if id, ok := t.byTerm[key]; ok { // another goroutine was first
		return id, nil
	}
	return t.add(key, localTerm{term, part})
}

// add enters a new local term; the lock is held.
func (t *Terms) add(key graph.Term, l localTerm) (encoded.Term, error) {
	id := encoded.Make(encoded.TagLocal, uint64(len(t.local)))
	size := int64(len(key.Value())) + 288
	if err := t.charge(size); err != nil {
		return encoded.Undefined, err
	}
	if len(key.Value()) <= maxKnownText {
		key = key.Clone()
		if !l.term.IsTriple() { // else the key is another term
			l.term = key
		}
	}
	t.local = append(t.local, l)
	t.byTerm[key] = id
	t.size += size
	return id, nil
}

// charge asks for room for more bytes; the lock is held.
func (t *Terms) charge(bytes int64) error {
	if t.reserve == nil || t.size+bytes <= t.charged {
		return nil
	}
	more := t.size + bytes - t.charged
	if t.charged > 0 || more > chargeStep/8 { // small tables ask for little
		more = max(more, chargeStep)
	} else {
		more = chargeStep / 8
	}
	if err := t.reserve(more); err != nil {
		return err
	}
	t.charged += more
	return nil
}

// fits returns an error if the budget does not allow n more bytes now.
func (t *Terms) fits(n int64) error {
	if t.reserve == nil {
		return nil
	}
	if err := t.reserve(n); err != nil {
		return err
	}
	return t.reserve(-n)
}

func parts(term graph.Term) [3]graph.Term {
	c := term.Triple()
	return [3]graph.Term{c.Subject, c.Predicate, c.Object}
}

// Triple returns the id of the triple term (s, p, o).
func (t *Terms) Triple(s, p, o encoded.Term) (encoded.Term, error) {
	var terms [3]graph.Term
	for i, id := range [3]encoded.Term{s, p, o} {
		var err error
		if terms[i], err = t.Term(id); err != nil {
			return encoded.Undefined, err
		}
	}
	return t.Encode(graph.TripleTerm(terms[0], terms[1], terms[2]))
}

// Components returns subject, predicate and object of a triple term; ok is
// false if id is none.
func (t *Terms) Components(id encoded.Term) (s, p, o encoded.Term, ok bool, err error) {
	switch id.Tag() {
	case encoded.TagLocal:
		t.mu.RLock()
		defer t.mu.RUnlock()
		if n := id.Payload(); n < uint64(len(t.local)) && t.local[n].term.IsTriple() {
			c := t.local[n].part
			return c[0], c[1], c[2], true, nil
		}
		return
	case encoded.TagTriple:
	default:
		return
	}
	it, err := t.ds.Scan(context.Background(), encoded.Scan{
		Order:   encoded.TTSPO,
		Pattern: encoded.Pattern{encoded.Graph: id},
		Columns: encoded.Positions(0).With(encoded.Subject).With(encoded.Predicate).With(encoded.Object),
	})
	if err != nil {
		return
	}
	defer it.Close()
	var b encoded.Batch
	if ok, err = it.Next(&b); ok && b.Len > 0 {
		return b.Columns[encoded.Subject][0], b.Columns[encoded.Predicate][0], b.Columns[encoded.Object][0], true, nil
	}
	return 0, 0, 0, false, err
}

// NewBlank returns a blank node that occurs nowhere else.
func (t *Terms) NewBlank() (encoded.Term, error) {
	for {
		t.mu.Lock()
		t.blanks++
		term := graph.Blank("new" + strconv.Itoa(t.blanks))
		_, taken := t.byTerm[term]
		t.mu.Unlock()
		if !taken && t.ds != nil {
			var err error
			if _, taken, err = t.ds.Encode(term); err != nil {
				return encoded.Undefined, err
			}
		}
		if !taken {
			t.mu.Lock()
			defer t.mu.Unlock()
			return t.add(term, localTerm{term: term})
		}
	}
}

// blankFor returns the blank node of BNODE(label) in one solution.
func (t *Terms) blankFor(label string, solution encoded.Term) (encoded.Term, error) {
	key := blankLabel{label, solution}
	t.mu.RLock()
	id, ok := t.byLabel[key]
	t.mu.RUnlock()
	if ok {
		return id, nil
	}
	id, err := t.NewBlank()
	if err != nil {
		return id, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if first, ok := t.byLabel[key]; ok {
		return first, nil
	}
	size := int64(len(label)) + 64
	if err := t.charge(size); err != nil {
		return encoded.Undefined, err
	}
	t.byLabel[key] = id
	t.size += size
	return id, nil
}

// String returns the lexical form of a literal, the text of an IRI; "" for
// other terms.
func (t *Terms) String(id encoded.Term) (string, error) {
	term, err := t.Term(id)
	if err != nil || !term.IsIRI() && !term.IsLiteral() {
		return "", err
	}
	return term.Value(), nil
}

// Kind says what id is.
func (t *Terms) Kind(id encoded.Term) graph.Kind {
	switch id.Tag() {
	case encoded.TagNone:
		return graph.KindNone
	case encoded.TagBlank:
		return graph.KindBlank
	case encoded.TagIRI:
		return graph.KindIRI
	case encoded.TagTriple:
		return graph.KindTriple
	case encoded.TagLocal:
		t.mu.RLock()
		defer t.mu.RUnlock()
		if n := id.Payload(); n < uint64(len(t.local)) {
			return t.local[n].term.Kind()
		}
		return graph.KindNone
	}
	return graph.KindLiteral
}

// Size returns the approximate number of bytes that the table holds.
func (t *Terms) Size() int64 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.size
}
