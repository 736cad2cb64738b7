// Package memory is a small in-memory dataset for the tests of the query
// engine. It keeps every relation as one sorted slice and answers every scan
// by filtering, sorting and counting rows in the plainest way, so that it is
// obviously right rather than fast. It is not meant for users: they have
// storage.Open with storage.InMemory.
package memory

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/internal/dataset"
)

// Dataset implements [dataset.Dataset] and [dataset.Writer].
//
// Invariants: terms given to New are in the sorted zone of the dictionary, those
// interned later in the second zone; triple terms are always in the second.
// Blank nodes keep the labels they came with. The slices in sorted are never
// changed once made, so that iterators may keep them.
type Dataset struct {
	mu      sync.Mutex
	ids     map[graph.Term]encoded.Term // by Term.Key
	terms   map[encoded.Term]graph.Term
	first   [encoded.TagTriple + 1][]encoded.Term // ids of the sorted zone, in order, by tag
	next    [encoded.TagTriple + 1]uint64         // numbers given out so far, by tag
	second  [encoded.TagTriple + 1]bool           // the second zone holds terms of this tag
	quads   map[encoded.Pattern]bool
	triples []encoded.Pattern // Graph holds the triple term
	sorted  [encoded.OrderCount][]encoded.Pattern
	pending []change
	version uint64
}

type change struct {
	quads  []encoded.Pattern
	remove bool
}

var _ dataset.Writer = (*Dataset)(nil)

// New returns a dataset that holds the quads; a zero Graph is the default graph.
func New(quads []graph.Quad) *Dataset {
	d := &Dataset{
		ids:   map[graph.Term]encoded.Term{},
		terms: map[encoded.Term]graph.Term{},
		quads: map[encoded.Pattern]bool{},
	}
	var all []graph.Term
	var collect func(t graph.Term)
	collect = func(t graph.Term) {
		if t.IsTriple() {
			tt := t.Triple()
			collect(tt.Subject)
			collect(tt.Predicate)
			collect(tt.Object)
			return
		}
		all = append(all, t)
	}
	for _, q := range quads {
		for _, t := range []graph.Term{q.Subject, q.Predicate, q.Object, q.Graph} {
			collect(t)
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return less(all[i], all[j]) })
	for _, t := range all {
		d.intern(t, false)
	}
	for tag := range d.next {
		d.next[tag]++ // so that no number stands in both zones: easier to read in failures
	}
	for _, q := range quads {
		p := encoded.Pattern{d.intern(q.Subject, true), d.intern(q.Predicate, true), d.intern(q.Object, true), d.intern(q.Graph, true)}
		d.quads[p] = true
	}
	return d
}

// less orders dictionary terms by their strings.
func less(a, b graph.Term) bool {
	if c := strings.Compare(a.Value(), b.Value()); c != 0 {
		return c < 0
	}
	return a.String() < b.String()
}

func tagOf(t graph.Term) encoded.Tag {
	switch {
	case t.IsBlank():
		return encoded.TagBlank
	case t.IsIRI():
		return encoded.TagIRI
	case t.IsTriple():
		return encoded.TagTriple
	case t.IsSimple():
		return encoded.TagString
	case t.Lang() != "":
		return encoded.TagLang
	}
	return encoded.TagTyped
}

// intern finds or enters a term. The zero Term is the default graph.
func (d *Dataset) intern(t graph.Term, second bool) encoded.Term {
	if t.IsZero() {
		return encoded.DefaultGraph
	}
	if e, ok := encoded.Inline(t); ok {
		return e
	}
	key := t.Key()
	if e, ok := d.ids[key]; ok {
		return e
	}
	tag := tagOf(t)
	d.next[tag]++
	e := encoded.Make(tag, d.next[tag])
	if second {
		e = encoded.MakeSecond(tag, d.next[tag])
		d.second[tag] = true
	} else {
		d.first[tag] = append(d.first[tag], e)
	}
	d.ids[key] = e
	d.terms[e] = t
	if t.IsTriple() {
		tt := t.Triple()
		d.triples = append(d.triples, encoded.Pattern{d.intern(tt.Subject, true), d.intern(tt.Predicate, true), d.intern(tt.Object, true), e})
		for o := encoded.TSPO; o < encoded.OrderCount; o++ {
			d.sorted[o] = nil
		}
	}
	return e
}

// Compare compares two rows in the sequence of an order.
func compare(o encoded.Order, a, b encoded.Pattern) int {
	for _, p := range o.Sequence() {
		if a[p] != b[p] {
			if a[p] < b[p] {
				return -1
			}
			return 1
		}
	}
	return 0
}

// rows returns all rows of the order's relation, sorted.
func (d *Dataset) rows(o encoded.Order) []encoded.Pattern {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.sorted[o] == nil {
		rows := []encoded.Pattern{}
		if o.OfTriples() {
			rows = append(rows, d.triples...)
		} else {
			for q := range d.quads {
				rows = append(rows, q)
			}
		}
		slices.SortFunc(rows, func(a, b encoded.Pattern) int { return compare(o, a, b) })
		d.sorted[o] = rows
	}
	return d.sorted[o]
}

// Encode implements [dataset.Dataset].
func (d *Dataset) Encode(t graph.Term) (encoded.Term, bool, error) {
	if t.IsZero() {
		return encoded.Undefined, false, nil
	}
	if e, ok := encoded.Inline(t); ok {
		return e, true, nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	e, ok := d.ids[t.Key()]
	return e, ok, nil
}

// Decode implements [dataset.Dataset].
func (d *Dataset) Decode(ids []encoded.Term, out []graph.Term) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, id := range ids {
		switch {
		case id == encoded.Undefined || id == encoded.DefaultGraph:
			out[i] = graph.Term{}
		case id.IsInline():
			out[i] = id.Inline()
		default:
			t, ok := d.terms[id]
			if !ok {
				return fmt.Errorf("memory: no term %v", id)
			}
			out[i] = t
		}
	}
	return nil
}

// Count implements [dataset.Dataset].
func (d *Dataset) Count(s encoded.Scan) (uint64, bool, error) {
	s.Columns, s.Grouped = 0, false
	rows, _, err := d.match(context.Background(), s)
	return uint64(len(rows)), true, err
}

// Sample implements [dataset.Dataset].
func (d *Dataset) Sample(s encoded.Scan, n int) ([]encoded.Pattern, error) {
	rows, _, err := d.match(context.Background(), s)
	if err != nil {
		return nil, err
	}
	n = min(n, len(rows))
	out := make([]encoded.Pattern, n)
	for i := range n {
		out[i] = rows[(2*i+1)*len(rows)/(2*n)]
	}
	return out, nil
}

// Predicate implements [dataset.Dataset].
func (d *Dataset) Predicate(p encoded.Term) (encoded.PredicateStats, error) {
	subjects, objects := map[encoded.Term]bool{}, map[encoded.Term]bool{}
	st := encoded.PredicateStats{Exact: true}
	for _, q := range d.rows(encoded.PSO) {
		if q[encoded.Predicate] == p {
			st.Triples++
			subjects[q[encoded.Subject]] = true
			objects[q[encoded.Object]] = true
		}
	}
	st.Subjects, st.Objects = uint64(len(subjects)), uint64(len(objects))
	return st, nil
}

// CharacteristicSets implements [dataset.Dataset].
func (d *Dataset) CharacteristicSets() (*encoded.CharacteristicSets, error) {
	c := &encoded.CharacteristicSets{Exact: true}
	bySubject := map[encoded.Term]*encoded.CharacteristicSet{}
	for _, q := range d.rows(encoded.SPO) {
		s := bySubject[q[encoded.Subject]]
		if s == nil {
			s = &encoded.CharacteristicSet{Subjects: 1}
			bySubject[q[encoded.Subject]] = s
		}
		if n := len(s.Predicates) - 1; n >= 0 && s.Predicates[n] == q[encoded.Predicate] {
			s.Triples[n]++
			continue
		}
		s.Predicates, s.Triples = append(s.Predicates, q[encoded.Predicate]), append(s.Triples, 1)
	}
	bySet := map[string]*encoded.CharacteristicSet{}
	for _, s := range bySubject {
		t := bySet[fmt.Sprint(s.Predicates)]
		if t == nil {
			bySet[fmt.Sprint(s.Predicates)] = s
			continue
		}
		t.Subjects++
		for i, n := range s.Triples {
			t.Triples[i] += n
		}
	}
	for _, s := range bySet {
		c.Sets = append(c.Sets, *s)
	}
	slices.SortFunc(c.Sets, func(a, b encoded.CharacteristicSet) int {
		return cmp.Or(cmp.Compare(b.Subjects, a.Subjects), slices.Compare(a.Predicates, b.Predicates))
	})
	return c, nil
}

// Totals implements [dataset.Dataset].
func (d *Dataset) Totals() (encoded.Totals, error) {
	var distinct [4]map[encoded.Term]bool
	for i := range distinct {
		distinct[i] = map[encoded.Term]bool{}
	}
	t := encoded.Totals{Exact: true}
	for _, q := range d.rows(encoded.SPO) {
		t.Quads++
		if q[encoded.Graph] == encoded.DefaultGraph {
			t.DefaultQuads++
		} else {
			distinct[encoded.Graph][q[encoded.Graph]] = true
		}
		for p := encoded.Subject; p <= encoded.Object; p++ {
			distinct[p][q[p]] = true
		}
	}
	t.Subjects = uint64(len(distinct[encoded.Subject]))
	t.Predicates = uint64(len(distinct[encoded.Predicate]))
	t.Objects = uint64(len(distinct[encoded.Object]))
	t.Graphs = uint64(len(distinct[encoded.Graph]))
	t.Triples = uint64(len(d.rows(encoded.TSPO)))
	return t, nil
}

// PrefixRanges implements [dataset.Dataset].
func (d *Dataset) PrefixRanges(tag encoded.Tag, prefix string) ([]encoded.Range, bool, error) {
	if tag < encoded.TagIRI || tag > encoded.TagTyped {
		return nil, false, fmt.Errorf("memory: terms with tag %d have no prefixes", tag)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	var ranges []encoded.Range
	ids := d.first[tag]
	low := sort.Search(len(ids), func(i int) bool { return d.terms[ids[i]].Value() >= prefix })
	high := low
	for high < len(ids) && strings.HasPrefix(d.terms[ids[high]].Value(), prefix) {
		high++
	}
	if low < high {
		ranges = append(ranges, encoded.Range{Low: ids[low], High: ids[high-1]})
	}
	if d.second[tag] {
		ranges = append(ranges, encoded.Range{Low: encoded.MakeSecond(tag, 0), High: encoded.TagRange(tag).High})
	}
	return ranges, !d.second[tag], nil
}

// Version implements [dataset.Dataset].
func (d *Dataset) Version() uint64 { return d.version }

// Intern implements [dataset.Writer].
func (d *Dataset) Intern(t graph.Term) (encoded.Term, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.known(t); err != nil {
		return 0, err
	}
	return d.intern(t, true), nil
}

// known returns an error if t is or contains a blank node never seen.
func (d *Dataset) known(t graph.Term) error {
	switch {
	case t.IsBlank():
		if _, ok := d.ids[t.Key()]; !ok {
			return fmt.Errorf("memory: unknown blank node %v", t)
		}
	case t.IsTriple():
		tt := t.Triple()
		for _, c := range []graph.Term{tt.Subject, tt.Predicate, tt.Object} {
			if err := d.known(c); err != nil {
				return err
			}
		}
	}
	return nil
}

// NewBlank implements [dataset.Writer].
func (d *Dataset) NewBlank() (encoded.Term, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := len(d.ids); ; i++ {
		t := graph.Blank("new" + strconv.Itoa(i))
		if _, ok := d.ids[t]; !ok {
			return d.intern(t, true), nil
		}
	}
}

// Insert implements [dataset.Writer].
func (d *Dataset) Insert(quads []encoded.Pattern) error {
	d.pending = append(d.pending, change{quads: slices.Clone(quads)})
	return nil
}

// Delete implements [dataset.Writer].
func (d *Dataset) Delete(quads []encoded.Pattern) error {
	d.pending = append(d.pending, change{quads: slices.Clone(quads), remove: true})
	return nil
}

// Flush implements [dataset.Writer].
func (d *Dataset) Flush() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.pending {
		for _, q := range c.quads {
			if c.remove {
				delete(d.quads, q)
			} else {
				d.quads[q] = true
			}
		}
	}
	if len(d.pending) > 0 {
		d.version++
		d.pending = nil
		clear(d.sorted[:encoded.TSPO])
	}
	return nil
}
