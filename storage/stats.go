package storage

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
)

// runStats are the statistics of one run, stored with it. They are exact for
// the run; they are exact for the dataset where it is the only run of quads.
type runStats struct {
	subjects, predicates, objects, graphs uint64
	byPredicate                           map[encoded.Term]encoded.PredicateStats
	// sets is stored apart (see characteristic.go), and nil but while a run of
	// inserts is written or checked.
	sets *encoded.CharacteristicSets
}

// statsBuilder gathers what one order can tell.
type statsBuilder struct {
	order   encoded.Order
	prev    row
	any     bool
	first   uint64 // distinct values of the first column
	current encoded.PredicateStats
	list    map[encoded.Term]encoded.PredicateStats
	sets    *setsBuilder // in the base order of inserts
}

func newStatsBuilder(k runKind, o encoded.Order) statsBuilder {
	b := statsBuilder{order: o}
	if k == runInserts && o == encoded.SPO {
		b.sets = newSetsBuilder()
	}
	return b
}

func (b *statsBuilder) add(r *row) {
	switch b.order {
	case encoded.PSO, encoded.POS:
		if !b.any || r[0] != b.prev[0] {
			b.endPredicate()
			b.first++
			b.current = encoded.PredicateStats{Triples: 1, Subjects: 1}
			break
		}
		b.current.Triples++
		if r[1] != b.prev[1] {
			b.current.Subjects++
		}
	default:
		if !b.any || r[0] != b.prev[0] {
			b.first++
		}
	}
	if b.sets != nil {
		b.sets.add(r)
	}
	b.prev, b.any = *r, true
}

func (b *statsBuilder) endPredicate() {
	if b.any && (b.order == encoded.PSO || b.order == encoded.POS) {
		if b.list == nil {
			b.list = map[encoded.Term]encoded.PredicateStats{}
		}
		b.list[b.prev[0]] = b.current
	}
}

func (b *statsBuilder) finish() { b.endPredicate() }

func (s *runStats) merge(b *statsBuilder) {
	if s.byPredicate == nil {
		s.byPredicate = map[encoded.Term]encoded.PredicateStats{}
	}
	switch b.order {
	case encoded.SPO:
		s.subjects = b.first
		if b.sets != nil {
			s.sets = b.sets.finish()
		}
	case encoded.OSP:
		s.objects = b.first
	case encoded.GSPO:
		s.graphs = b.first
	case encoded.PSO:
		s.predicates = b.first
		for p, v := range b.list {
			t := s.byPredicate[p]
			t.Triples, t.Subjects = v.Triples, v.Subjects
			s.byPredicate[p] = t
		}
	case encoded.POS:
		for p, v := range b.list {
			t := s.byPredicate[p]
			t.Objects = v.Subjects // the second column
			s.byPredicate[p] = t
		}
	}
}

func (s *runStats) encode() []byte {
	var b []byte
	for _, v := range []uint64{s.subjects, s.predicates, s.objects, s.graphs, uint64(len(s.byPredicate))} {
		b = binary.AppendUvarint(b, v)
	}
	keys := make([]encoded.Term, 0, len(s.byPredicate))
	for p := range s.byPredicate {
		keys = append(keys, p)
	}
	slices.Sort(keys)
	for _, p := range keys {
		v := s.byPredicate[p]
		for _, v := range []uint64{uint64(p), v.Triples, v.Subjects, v.Objects} {
			b = binary.AppendUvarint(b, v)
		}
	}
	return seal(b)
}

func decodeStats(value []byte) (*runStats, error) {
	body, err := unseal(value)
	if err != nil {
		return nil, err
	}
	r := &reader{b: body}
	s := &runStats{byPredicate: map[encoded.Term]encoded.PredicateStats{}}
	s.subjects, s.predicates, s.objects, s.graphs = r.uint(), r.uint(), r.uint(), r.uint()
	for range r.count() {
		p := encoded.Term(r.uint())
		s.byPredicate[p] = encoded.PredicateStats{Triples: r.uint(), Subjects: r.uint(), Objects: r.uint()}
	}
	return s, r.err
}

// statistics returns the run's statistics, read or made at the first call.
func (r *run) statistics(sn *snapshot) (*runStats, error) {
	if s := r.stats.Load(); s != nil {
		return s, nil
	}
	s := &runStats{}
	if r.small {
		for _, o := range []encoded.Order{encoded.SPO, encoded.PSO, encoded.POS, encoded.OSP, encoded.GSPO} {
			x, err := r.index(sn, o)
			if err != nil {
				return nil, err
			}
			b := statsBuilder{order: o}
			for i := range x.blocks {
				blk := x.blocks[i].slot.Load()
				for j := range blk.rows {
					row := blk.row(j)
					b.add(&row)
				}
			}
			b.finish()
			s.merge(&b)
		}
	} else {
		value, err := sn.get(partKey(r.id, partStats))
		if err == nil {
			s, err = decodeStats(value)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: run %d, statistics: %w", ErrCorrupt, r.id, err)
		}
	}
	r.stats.Store(s)
	return s, nil
}

// Predicate returns the statistics of one predicate; see query.Dataset.
func (tx *Tx) Predicate(p encoded.Term) (encoded.PredicateStats, error) {
	if tx.closed.Load() {
		return encoded.PredicateStats{}, ErrClosed
	}
	var total encoded.PredicateStats
	runs := 0
	for _, r := range tx.quadRuns() {
		s, err := r.statistics(tx.snapshotOf(r))
		if err != nil {
			return total, err
		}
		v, ok := s.byPredicate[p]
		if !ok {
			continue
		}
		runs++
		if r.kind == runDeletes {
			total.Triples -= v.Triples
			continue
		}
		total.Triples += v.Triples
		total.Subjects += v.Subjects
		total.Objects += v.Objects
	}
	total.Exact = runs <= 1
	total.Subjects, total.Objects = min(total.Subjects, total.Triples), min(total.Objects, total.Triples)
	return total, nil
}

// Totals returns the statistics of the whole dataset; see query.Dataset.
func (tx *Tx) Totals() (encoded.Totals, error) {
	if tx.closed.Load() {
		return encoded.Totals{}, ErrClosed
	}
	var t encoded.Totals
	predicates := map[encoded.Term]bool{}
	runs := tx.quadRuns()
	for _, r := range runs {
		s, err := r.statistics(tx.snapshotOf(r))
		if err != nil {
			return t, err
		}
		x, err := r.index(tx.snapshotOf(r), encoded.GSPO)
		if err != nil {
			return t, err
		}
		if r.kind == runDeletes {
			t.Quads -= r.rows
			t.DefaultQuads -= x.defaults
			continue
		}
		t.Quads += r.rows
		t.DefaultQuads += x.defaults
		t.Subjects += s.subjects
		t.Objects += s.objects
		t.Graphs += s.graphs
		if x.defaults > 0 {
			t.Graphs-- // named graphs only
		}
		for p := range s.byPredicate {
			predicates[p] = true
		}
	}
	for _, r := range tx.runsOf(encoded.TSPO) {
		t.Triples += r.rows
	}
	t.Predicates = uint64(len(predicates))
	t.Subjects, t.Objects = min(t.Subjects, t.Quads), min(t.Objects, t.Quads)
	t.Exact = len(runs) <= 1
	return t, nil
}
