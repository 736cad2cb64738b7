package query

import (
	"context"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

// Labels finds the names by which people know IRIs: rdfs:label, else
// skos:prefLabel, an English or untagged one before others. It remembers what
// it found, belongs to one snapshot and is used by one goroutine at a time.
type Labels struct {
	ctx        context.Context
	ds         Dataset
	predicates []encoded.Term
	known      map[string]string
}

// mostLabels bounds what is remembered.
const mostLabels = 1 << 16

// NewLabels returns the labels of a snapshot.
func NewLabels(ctx context.Context, ds Dataset) (*Labels, error) {
	l := &Labels{ctx: ctx, ds: ds, known: map[string]string{}}
	for _, iri := range []string{graph.RDFSLabel, graph.SKOSPrefLabel} {
		p, ok, err := ds.Encode(graph.IRI(iri))
		if err != nil {
			return nil, err
		}
		if ok {
			l.predicates = append(l.predicates, p)
		}
	}
	return l, nil
}

// Of returns the label of an IRI, "" if it has none or t is no IRI.
func (l *Labels) Of(t graph.Term) (string, error) {
	if !t.IsIRI() || len(l.predicates) == 0 {
		return "", nil
	}
	if label, ok := l.known[t.Value()]; ok {
		return label, nil
	}
	s, ok, err := l.ds.Encode(t)
	if err != nil || !ok {
		return "", err
	}
	best := graph.Term{}
	for _, p := range l.predicates {
		found, err := l.objects(s, p)
		if err != nil {
			return "", err
		}
		for _, o := range found {
			if o.IsLiteral() && (best.IsZero() || rank(o) < rank(best)) {
				best = o
			}
		}
		if !best.IsZero() {
			break
		}
	}
	if len(l.known) >= mostLabels {
		clear(l.known)
	}
	l.known[t.Value()] = best.Value()
	return best.Value(), nil
}

// rank orders labels: English, then untagged, then the rest.
func rank(o graph.Term) int {
	switch {
	case o.Lang() == "en":
		return 0
	case o.Lang() == "":
		return 1
	case strings.HasPrefix(o.Lang(), "en-"):
		return 2
	}
	return 3
}

func (l *Labels) objects(s, p encoded.Term) ([]graph.Term, error) {
	it, err := l.ds.Scan(l.ctx, encoded.Scan{
		Order: encoded.SPO, Scope: encoded.ScopeUnion, Columns: encoded.Positions(0).With(encoded.Object),
		Pattern: encoded.Pattern{encoded.Subject: s, encoded.Predicate: p},
	})
	if err != nil {
		return nil, err
	}
	defer it.Close()
	var found []graph.Term
	var b encoded.Batch
	for {
		more, err := it.Next(&b)
		if err != nil || !more {
			return found, err
		}
		terms := make([]graph.Term, b.Len)
		if err := l.ds.Decode(b.Columns[encoded.Object][:b.Len], terms); err != nil {
			return nil, err
		}
		found = append(found, terms...)
	}
}
