package conformance

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"
)

// Options say how tests are run. The zero value runs all ways.
type Options struct {
	// Quick runs each test in memory only, optimised and not.
	Quick bool
	// Progress, if set, is called after each test.
	Progress func(Outcome)
}

// Outcome is what became of one test.
type Outcome struct {
	Test *Test
	// Failures is empty if the test passed all ways.
	Failures []Failure
	// LeftOut is the reason why the test was not run; "" if it was.
	LeftOut  string
	Duration time.Duration
}

// Passed reports whether the test was run and passed all ways.
func (o Outcome) Passed() bool { return o.LeftOut == "" && len(o.Failures) == 0 }

// Failure is a way in which a test failed.
type Failure struct {
	Way string
	Err error
}

// wrongAnswer is the error of a result that is not the expected one.
type wrongAnswer struct {
	query, want, got string
}

func (w *wrongAnswer) Error() string {
	return fmt.Sprintf("wrong result\n--- query\n%s\n--- expected\n%s--- got\n%s", strings.TrimSpace(w.query), w.want, w.got)
}

// leftOut returns the reason for not running a test, "" to run it. Entente
// answers under simple entailment only and claims no other regime.
func leftOut(t *Test) string {
	switch {
	case t.Type == "PositiveEntailmentTest" || t.Type == "NegativeEntailmentTest":
		return "tests entailment between graphs (RDF, RDFS, datatypes), which is not claimed: a query sees what was stated"
	case strings.HasSuffix(t.Suite, "/entailment") || t.Suite == "entailment":
		return "needs an entailment regime (RDF, RDFS, D, OWL, RIF), which is not claimed: queries are answered under simple entailment"
	}
	return ""
}

// runner runs tests one after the other.
type runner struct {
	options Options
	stores  stores
}

// Run runs tests. It stops only when ctx is done or no temporary folder can be
// made; whatever else goes wrong is the failure of a test.
func Run(ctx context.Context, tests []*Test, options Options) ([]Outcome, error) {
	dir, err := os.MkdirTemp("", "conformance")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	r := &runner{options: options, stores: stores{dir: dir}}
	defer r.stores.close()
	var out []Outcome
	for _, t := range tests {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		start := time.Now()
		o := Outcome{Test: t, LeftOut: leftOut(t)}
		if o.LeftOut == "" {
			o.Failures = r.run(ctx, t)
		}
		o.Duration = time.Since(start)
		out = append(out, o)
		if options.Progress != nil {
			options.Progress(o)
		}
	}
	return out, nil
}

// maxTest is the time that one test may take in one way.
const maxTest = 30 * time.Second

// run runs one test all ways. A panic is a failure too.
func (r *runner) run(ctx context.Context, t *Test) (failures []Failure) {
	attempt := func(name string, f func(ctx context.Context) error) {
		ctx, cancel := context.WithTimeout(ctx, maxTest)
		defer cancel()
		err := func() (err error) {
			defer func() {
				if p := recover(); p != nil {
					err = fmt.Errorf("panic: %v", p)
				}
			}()
			return f(ctx)
		}()
		if err != nil {
			failures = append(failures, Failure{name, err})
		}
	}
	switch t.Type {
	case "QueryEvaluationTest", "CSVResultFormatTest":
		q, err := newQueryTest(t)
		if err != nil {
			return []Failure{{"reading the test", err}}
		}
		for _, w := range r.ways() {
			attempt(w.String(), func(ctx context.Context) error { return r.query(ctx, q, w) })
		}
	case "UpdateEvaluationTest":
		for _, w := range r.ways() {
			attempt(w.String(), func(ctx context.Context) error { return r.update(ctx, t, w) })
		}
	case "ProtocolTest", "GraphStoreProtocolTest", "ServiceDescriptionTest":
		for _, p := range r.places() {
			attempt("over HTTP, "+p.String(), func(ctx context.Context) error { return r.protocol(ctx, t, p) })
		}
	default:
		switch {
		case strings.Contains(t.Type, "Syntax") && !strings.HasPrefix(t.Type, "Test"):
			attempt("parser", func(context.Context) error { return sparqlSyntax(t) })
		case strings.HasSuffix(t.Type, "Eval"):
			attempt("parser", func(context.Context) error { return rdfEval(t) })
			for _, p := range r.places() {
				attempt("through the store, "+p.String(), func(ctx context.Context) error { return r.rdfStored(ctx, t, p) })
			}
		case strings.HasSuffix(t.Type, "C14N"):
			attempt("writer", func(context.Context) error { return rdfCanonical(t) })
		case strings.HasPrefix(t.Type, "Test") && strings.HasSuffix(t.Type, "Syntax"):
			attempt("parser", func(context.Context) error { return rdfSyntax(t) })
		default:
			return []Failure{{"reading the test", fmt.Errorf("unknown kind of test %q", t.Type)}}
		}
	}
	return failures
}

func (r *runner) places() []place {
	if r.options.Quick {
		return []place{inMemory}
	}
	return []place{inMemory, onDisk, reopened}
}

func (r *runner) ways() (out []way) {
	for _, p := range r.places() {
		out = append(out, way{p, true}, way{p, false})
	}
	return out
}
