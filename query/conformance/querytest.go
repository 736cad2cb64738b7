package conformance

import (
	"context"
	"fmt"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/results"
	"github.com/ententedb/entente/query/sparql"
	"github.com/ententedb/entente/storage"
)

// queryTest is a QueryEvaluationTest, read.
type queryTest struct {
	*Test
	text, base string
	sources    []source
	endpoints  map[string][]source // of SERVICE
	want       *answer
	comparison
	format results.Format // of the expected result, 0 if it is a graph
}

func newQueryTest(t *Test) (*queryTest, error) {
	action := t.property(mf + "action")
	q := &queryTest{Test: t, endpoints: map[string][]source{}}
	file := t.g.object(action, qt+"query")
	if file.IsZero() {
		file = action // the action is the query itself
	}
	var err error
	if q.text, err = readText(file.Value()); err != nil {
		return nil, err
	}
	q.base = file.Value()
	parsed, err := sparql.Parse(q.text, &sparql.Options{Base: q.base})
	if err != nil {
		return nil, err
	}
	q.sources = t.documents(action, qt)
	for _, s := range t.g.objects(action, qt+"serviceData") {
		endpoint := t.g.object(s, qt+"endpoint").Value()
		q.endpoints[endpoint] = append(q.endpoints[endpoint], t.documents(s, qt)...)
	}
	// Documents that FROM and FROM NAMED name are graphs of the store.
	have := map[string]bool{}
	for _, s := range q.sources {
		have[s.graph.Value()] = true
	}
	for _, g := range append(parsed.Dataset.Default, parsed.Dataset.Named...) {
		if strings.HasPrefix(g.Value(), "file:") && !have[g.Value()] {
			have[g.Value()] = true
			q.sources = append(q.sources, source{g.Value(), g})
		}
	}
	result := t.property(mf + "result").Value()
	if q.want, err = readAnswer(result, parsed.Form); err != nil {
		return nil, fmt.Errorf("expected result: %w", err)
	}
	q.lax = t.property(mf+"resultCardinality").Value() == mf+"LaxCardinality"
	q.format, _ = resultsFormat(result)
	q.byValue = computed(parsed.Root)
	if _, ok := errata[t.ID]; ok {
		for _, v := range parsed.Vars {
			q.byValue[string(v)] = true
		}
	}
	q.ordered = ordered(parsed.Root) && (q.format != 0 || q.want.indexed)
	return q, nil
}

// documents returns the default and named graphs that an action lists, in the vocabulary
// of query tests (qt) or update tests (ut).
func (t *Test) documents(action graph.Term, ns string) (out []source) {
	for _, d := range t.g.objects(action, ns+"data") {
		out = append(out, source{iri: d.Value()})
	}
	for _, d := range t.g.objects(action, ns+"graphData") {
		if d.IsIRI() {
			out = append(out, source{d.Value(), d})
			continue
		}
		file := t.g.object(d, ns+"graph")
		if file.IsZero() {
			file = t.g.object(d, ns+"data")
		}
		out = append(out, source{file.Value(), graph.IRI(t.g.object(d, graph.RDFSLabel).Value())})
	}
	return out
}

// ordered reports whether the sequence of the solutions is fixed by ORDER BY.
func ordered(op algebra.Op) bool {
	switch op := op.(type) {
	case *algebra.OrderBy:
		return true
	case *algebra.Project:
		return ordered(op.Input)
	case *algebra.Slice:
		return ordered(op.Input)
	case *algebra.Distinct:
		return ordered(op.Input)
	case *algebra.Reduced:
		return ordered(op.Input)
	}
	return false
}

func (r *runner) query(ctx context.Context, q *queryTest, w way) error {
	store, err := r.stores.shared(ctx, w.place, q.sources)
	if err != nil {
		return err
	}
	opts := []query.Option{query.WithBase(q.base)}
	if !w.optimizer {
		opts = append(opts, query.WithoutOptimizer())
	}
	endpoints, err := r.serve(ctx, q.endpoints)
	if err != nil {
		return err
	}
	defer endpoints.close()
	opts = append(opts, query.WithService(query.HTTPService(endpoints.client(), nil)))
	return store.View(func(tx *storage.Tx) error {
		res, err := query.Run(ctx, tx, q.text, opts...)
		if err != nil {
			return err
		}
		got, err := collect(res)
		if err != nil {
			return err
		}
		q.want.inSequence, got.inSequence = q.ordered, q.ordered
		if !q.same(q.want, got) && !(q.format == results.CSV) {
			return &wrongAnswer{q.text, q.want.String(), got.String()}
		}
		if q.format != 0 {
			back, err := got.through(q.format)
			if err != nil {
				return err
			}
			back.inSequence = q.ordered
			if !q.same(q.want, back) {
				return &wrongAnswer{q.text, q.want.String(), back.String()}
			}
		}
		return nil
	})
}

// sparqlSyntax runs a syntax test of SPARQL: whether a text parses. That the
// texts of the suites, formatted and parsed again, give the same algebra is a
// test of package sparql.
func sparqlSyntax(t *Test) error {
	action := t.property(mf + "action")
	for _, p := range []string{qt + "query", ut + "request"} {
		if f := t.g.object(action, p); !f.IsZero() {
			action = f
		}
	}
	text, err := readText(action.Value())
	if err != nil {
		return err
	}
	opts := &sparql.Options{Base: action.Value()}
	if strings.Contains(t.Type, "Update") || strings.HasSuffix(action.Value(), ".ru") {
		_, err = sparql.ParseUpdate(text, opts)
	} else {
		_, err = sparql.Parse(text, opts)
	}
	negative := strings.HasPrefix(t.Type, "Negative")
	switch {
	case negative && err == nil:
		return fmt.Errorf("it parses, but is wrong:\n%s", text)
	case !negative && err != nil:
		return fmt.Errorf("%w\n%s", err, text)
	}
	return nil
}
