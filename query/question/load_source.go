package question

import (
	"context"
	"slices"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/internal/dataset"
)

// source is what a lexicon is read from.
type source interface {
	// predicates lists the predicates of the default graph.
	predicates() ([]string, error)
	// reified lists the predicates of reified triples.
	reified() (map[string]bool, error)
	// reifiedObjects counts the reified triples with a predicate by object.
	reifiedObjects(predicate string) (map[string]int, error)
	// statements calls f for the statements with this predicate, at most limit
	// of them; limit 0 is all.
	statements(predicate string, limit int, f func(s, o graph.Term)) error
}

type quadSource map[string][]graph.Quad

func (s quadSource) predicates() ([]string, error) {
	var out []string
	for p := range s {
		out = append(out, p)
	}
	slices.Sort(out)
	return out, nil
}

func (s quadSource) reified() (map[string]bool, error) {
	out := map[string]bool{}
	for _, q := range s[graph.RDFReifies] {
		if q.Object.IsTriple() {
			out[q.Object.Triple().Predicate.Value()] = true
		}
	}
	return out, nil
}

func (s quadSource) reifiedObjects(p string) (map[string]int, error) {
	out := map[string]int{}
	for _, q := range s[graph.RDFReifies] {
		if q.Object.IsTriple() && q.Object.Triple().Predicate.Value() == p {
			out[q.Object.Triple().Object.Value()]++
		}
	}
	return out, nil
}

func (s quadSource) statements(p string, limit int, f func(s, o graph.Term)) error {
	for i, q := range s[p] {
		if limit > 0 && i >= limit {
			break
		}
		f(q.Subject, q.Object)
	}
	return nil
}

type datasetSource struct {
	ctx               context.Context
	ds                dataset.Dataset
	subjects, objects []graph.Term // room for decoding one batch
}

// grouped lists the different terms in one column of a scan.
func (s *datasetSource) grouped(order encoded.Order, column encoded.Position, pattern encoded.Pattern) ([]string, error) {
	it, err := s.ds.Scan(s.ctx, encoded.Scan{Order: order, Pattern: pattern, Columns: encoded.Positions(0).With(column), Grouped: true})
	if err != nil {
		return nil, err
	}
	defer it.Close()
	var ids []encoded.Term
	var b encoded.Batch
	for {
		ok, err := it.Next(&b)
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		for _, id := range b.Columns[column][:b.Len] {
			if len(ids) == 0 || ids[len(ids)-1] != id {
				ids = append(ids, id)
			}
		}
	}
	terms := make([]graph.Term, len(ids))
	if err := s.ds.Decode(ids, terms); err != nil {
		return nil, err
	}
	out := make([]string, len(terms))
	for i, t := range terms {
		out[i] = t.Value()
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func (s *datasetSource) predicates() ([]string, error) {
	return s.grouped(encoded.PSO, encoded.Predicate, encoded.Pattern{})
}

func (s *datasetSource) reifiedObjects(p string) (map[string]int, error) {
	id, ok, err := s.ds.Encode(graph.IRI(p))
	if err != nil || !ok {
		return nil, err
	}
	scan := encoded.Scan{Order: encoded.TPOS, Columns: encoded.Positions(0).With(encoded.Object)}
	scan.Pattern[encoded.Predicate] = id
	it, err := s.ds.Scan(s.ctx, scan)
	if err != nil {
		return nil, err
	}
	defer it.Close()
	counts := map[encoded.Term]int{}
	var ids []encoded.Term
	var b encoded.Batch
	for {
		ok, err := it.Next(&b)
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		for _, id := range b.Columns[encoded.Object][:b.Len] {
			if counts[id]++; counts[id] == 1 {
				ids = append(ids, id)
			}
		}
	}
	terms := make([]graph.Term, len(ids))
	if err := s.ds.Decode(ids, terms); err != nil {
		return nil, err
	}
	out := make(map[string]int, len(ids))
	for i, t := range terms {
		out[t.Value()] = counts[ids[i]]
	}
	return out, nil
}

func (s *datasetSource) reified() (map[string]bool, error) {
	list, err := s.grouped(encoded.TPOS, encoded.Predicate, encoded.Pattern{})
	if err != nil {
		return nil, err
	}
	out := make(map[string]bool, len(list))
	for _, p := range list {
		out[p] = true
	}
	return out, nil
}

func (s *datasetSource) statements(p string, limit int, f func(s, o graph.Term)) error {
	id, ok, err := s.ds.Encode(graph.IRI(p))
	if err != nil || !ok {
		return err
	}
	scan := encoded.Scan{Order: encoded.PSO, Columns: encoded.Positions(0).With(encoded.Subject).With(encoded.Object)}
	scan.Pattern[encoded.Predicate] = id
	it, err := s.ds.Scan(s.ctx, scan)
	if err != nil {
		return err
	}
	defer it.Close()
	var b encoded.Batch
	subjects, objects := s.subjects, s.objects
	for n := 0; limit == 0 || n < limit; {
		ok, err := it.Next(&b)
		if err != nil || !ok {
			return err
		}
		rows := b.Len
		if limit > 0 {
			rows = min(rows, limit-n)
		}
		if err := s.ds.Decode(b.Columns[encoded.Subject][:rows], subjects[:rows]); err != nil {
			return err
		}
		if err := s.ds.Decode(b.Columns[encoded.Object][:rows], objects[:rows]); err != nil {
			return err
		}
		for i := range rows {
			f(subjects[i], objects[i])
		}
		n += rows
	}
	return nil
}
