package storage

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
)

// The characteristic sets of a run of inserts are written with it. What is kept
// is bounded: the sets of the most subjects, up to maxSets of them and
// maxSetPredicates predicates in them all; sets of more than maxSetWidth
// predicates belong to the rest. While they are counted there may be four
// times as many; beyond that the rarest are given up, and if one of these comes
// again it is counted too low, so that the sets are no longer exact. These limits
// are part of the format: Check counts anew and compares.
const (
	maxSets          = 4096
	maxSetPredicates = 64 << 10
	maxSetWidth      = 1024
)

// setsBuilder gathers characteristic sets from rows in the order SPO.
type setsBuilder struct {
	sets       encoded.CharacteristicSets
	bySet      map[string]int // index in sets, by the predicates' bytes
	held       int            // predicates in all sets
	subject    encoded.Term
	predicates []encoded.Term // of the subject
	triples    []uint64
	last       int // index of the set of the subject before
	key        []byte
}

func newSetsBuilder() *setsBuilder {
	b := &setsBuilder{bySet: map[string]int{}}
	b.sets.Exact, b.sets.Rest = true, map[encoded.Term]encoded.PredicateStats{}
	return b
}

func (b *setsBuilder) add(r *row) {
	if r[0] != b.subject {
		b.endSubject()
		b.subject = r[0]
	}
	if n := len(b.predicates) - 1; n >= 0 && b.predicates[n] == r[1] {
		b.triples[n]++
		return
	}
	b.predicates, b.triples = append(b.predicates, r[1]), append(b.triples, 1)
}

func (b *setsBuilder) endSubject() {
	if len(b.predicates) > 0 {
		b.addSet(b.predicates, b.triples, 1)
	}
	b.predicates, b.triples = b.predicates[:0], b.triples[:0]
}

// addSet adds subjects that have a set, which is copied if it is kept.
func (b *setsBuilder) addSet(predicates []encoded.Term, triples []uint64, subjects uint64) {
	if len(predicates) > maxSetWidth {
		b.fold(&encoded.CharacteristicSet{Predicates: predicates, Triples: triples, Subjects: subjects})
		return
	}
	// Subjects of one kind often come in a row.
	if b.last >= len(b.sets.Sets) || !slices.Equal(b.sets.Sets[b.last].Predicates, predicates) {
		b.setKey(predicates)
		n, ok := b.bySet[string(b.key)]
		if !ok {
			if len(b.sets.Sets) >= 4*maxSets || b.held+len(predicates) > 4*maxSetPredicates {
				b.sets.Exact = false
				b.keep(2*maxSets, 2*maxSetPredicates)
			}
			n = len(b.sets.Sets)
			b.bySet[string(b.key)] = n
			b.held += len(predicates)
			b.sets.Sets = append(b.sets.Sets, encoded.CharacteristicSet{Predicates: slices.Clone(predicates), Triples: make([]uint64, len(predicates))})
		}
		b.last = n
	}
	set := &b.sets.Sets[b.last]
	set.Subjects += subjects
	for i, n := range triples {
		set.Triples[i] += n
	}
}

// setKey makes b.key the key of a set in bySet.
func (b *setsBuilder) setKey(predicates []encoded.Term) {
	b.key = b.key[:0]
	for _, p := range predicates {
		b.key = binary.LittleEndian.AppendUint64(b.key, uint64(p))
	}
}

// fold adds a set to the rest.
func (b *setsBuilder) fold(set *encoded.CharacteristicSet) {
	b.sets.RestSubjects += set.Subjects
	for i, p := range set.Predicates {
		b.addRest(p, set.Subjects, set.Triples[i])
	}
}

// addRest adds to what the rest has of a predicate.
func (b *setsBuilder) addRest(p encoded.Term, subjects, triples uint64) {
	v := b.sets.Rest[p]
	v.Subjects += subjects
	v.Triples += triples
	b.sets.Rest[p] = v
}

// keep sorts the sets and folds all but the most frequent into the rest.
func (b *setsBuilder) keep(sets, predicates int) {
	all := b.sets.Sets
	slices.SortFunc(all, func(a, b encoded.CharacteristicSet) int {
		return cmp.Or(cmp.Compare(b.Subjects, a.Subjects), slices.Compare(a.Predicates, b.Predicates))
	})
	n := 0
	for b.held = 0; n < min(sets, len(all)) && b.held+len(all[n].Predicates) <= predicates; n++ {
		b.held += len(all[n].Predicates)
	}
	for i := range all[n:] {
		b.fold(&all[n+i])
	}
	clear(all[n:])
	b.sets.Sets = all[:n]
	clear(b.bySet)
	for i := range b.sets.Sets {
		b.setKey(b.sets.Sets[i].Predicates)
		b.bySet[string(b.key)] = i
	}
}

// finish returns the sets; the builder must not be used any more.
func (b *setsBuilder) finish() *encoded.CharacteristicSets {
	b.endSubject()
	b.keep(maxSets, maxSetPredicates)
	return &b.sets
}

// encodeSets returns the stored form: whether the numbers are exact; the
// predicates; per set its subjects and size and, per predicate, its number in the
// list and its triples; then the rest's subjects and, per predicate of the list,
// subjects and triples.
func encodeSets(c *encoded.CharacteristicSets) []byte {
	seen := map[encoded.Term]bool{}
	var predicates []encoded.Term
	add := func(p encoded.Term) {
		if !seen[p] {
			seen[p] = true
			predicates = append(predicates, p)
		}
	}
	for i := range c.Sets {
		for _, p := range c.Sets[i].Predicates {
			add(p)
		}
	}
	for p := range c.Rest {
		add(p)
	}
	slices.Sort(predicates)
	exact := byte(0)
	if c.Exact {
		exact = 1
	}
	b := binary.AppendUvarint([]byte{exact}, uint64(len(predicates)))
	for _, p := range predicates {
		b = binary.AppendUvarint(b, uint64(p))
	}
	b = binary.AppendUvarint(b, uint64(len(c.Sets)))
	for i := range c.Sets {
		s := &c.Sets[i]
		b = binary.AppendUvarint(b, s.Subjects)
		b = binary.AppendUvarint(b, uint64(len(s.Predicates)))
		for j, p := range s.Predicates {
			n, _ := slices.BinarySearch(predicates, p)
			b = binary.AppendUvarint(b, uint64(n))
			b = binary.AppendUvarint(b, s.Triples[j])
		}
	}
	b = binary.AppendUvarint(b, c.RestSubjects)
	for _, p := range predicates {
		if c.RestSubjects > 0 {
			b = binary.AppendUvarint(b, c.Rest[p].Subjects)
			b = binary.AppendUvarint(b, c.Rest[p].Triples)
		}
	}
	return seal(b)
}

func decodeSets(value []byte) (*encoded.CharacteristicSets, error) {
	body, err := unseal(value)
	if err != nil {
		return nil, err
	}
	r := &reader{b: body}
	c := &encoded.CharacteristicSets{Exact: r.byte() == 1, Rest: map[encoded.Term]encoded.PredicateStats{}}
	predicates := make([]encoded.Term, r.count())
	for i := range predicates {
		predicates[i] = encoded.Term(r.uint())
	}
	c.Sets = make([]encoded.CharacteristicSet, r.count())
	for i := range c.Sets {
		s := &c.Sets[i]
		s.Subjects = r.uint()
		n := r.count()
		s.Predicates, s.Triples = make([]encoded.Term, n), make([]uint64, n)
		for j := range n {
			p := r.uint()
			if p >= uint64(len(predicates)) {
				r.fail()
				break
			}
			s.Predicates[j], s.Triples[j] = predicates[p], r.uint()
		}
	}
	if c.RestSubjects = r.uint(); c.RestSubjects > 0 {
		for _, p := range predicates {
			if v := (encoded.PredicateStats{Subjects: r.uint(), Triples: r.uint()}); v.Subjects > 0 {
				c.Rest[p] = v
			}
		}
	}
	return c, r.err
}

// characteristicSets returns the run's sets, nil if they are not known.
func (r *run) characteristicSets(sn *snapshot) (*encoded.CharacteristicSets, error) {
	if c := r.sets.Load(); c != nil {
		return c, nil
	}
	var c *encoded.CharacteristicSets
	if r.small {
		r.mu.Lock()
		rows, err := r.smallRows(sn)
		r.mu.Unlock()
		if err != nil {
			return nil, err
		}
		b := newSetsBuilder()
		for i := range rows {
			b.add(&rows[i])
		}
		c = b.finish()
	} else {
		value, err := sn.get(partKey(r.id, partSets))
		if err == errNotFound {
			return nil, nil // it was written before there were any
		}
		if err == nil {
			c, err = decodeSets(value)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: run %d, characteristic sets: %w", ErrCorrupt, r.id, err)
		}
	}
	r.sets.Store(c)
	return c, nil
}

// CharacteristicSets returns the characteristic sets of the subjects; see
// query.Dataset. They are exact where all quads are in one run; otherwise the
// sets of the runs are added up, as if no subject were in two of them and nothing
// were deleted.
func (tx *Tx) CharacteristicSets() (*encoded.CharacteristicSets, error) {
	if tx.closed.Load() {
		return nil, ErrClosed
	}
	runs := tx.quadRuns()
	if len(runs) == 1 {
		return runs[0].characteristicSets(tx.snapshotOf(runs[0]))
	}
	if c := tx.st.sets.Load(); c != nil && tx.w == nil {
		return c, nil
	}
	all := newSetsBuilder()
	for _, r := range runs {
		if r.kind == runDeletes {
			continue
		}
		c, err := r.characteristicSets(tx.snapshotOf(r))
		if err != nil || c == nil {
			return nil, err
		}
		for i := range c.Sets {
			all.addSet(c.Sets[i].Predicates, c.Sets[i].Triples, c.Sets[i].Subjects)
		}
		all.sets.RestSubjects += c.RestSubjects
		for p, v := range c.Rest {
			all.addRest(p, v.Subjects, v.Triples)
		}
	}
	all.sets.Exact = len(runs) == 0
	c := all.finish()
	if tx.w == nil {
		tx.st.sets.Store(c)
	}
	return c, nil
}
