package plan_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/memory"
	"github.com/ententedb/entente/query/internal/plan"
	"github.com/ententedb/entente/query/sparql"
)

const prologue = "PREFIX : <http://x/>\nPREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>\nPREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"

// TestPlans shows plans as text. Commands of testdata/*:
//
//	data            Turtle or TriG that the following commands are planned for
//	data generate   a table: predicate, subjects, objects per subject, distinct objects
//	plan            the whole optimiser; with "trace", each rule that changed the tree
func TestPlans(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		var ds *memory.Dataset
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			switch d.Cmd {
			case "data":
				var quads []graph.Quad
				if d.HasArg("generate") {
					quads = generate(t, d.Input)
				} else {
					var err error
					quads, err = rdfio.ReadAll(strings.NewReader(prologue+d.Input), rdfio.TriG, nil)
					if err != nil {
						return err.Error() + "\n"
					}
				}
				ds = memory.New(quads)
				return fmt.Sprintf("%d quads\n", len(quads))
			case "plan":
				return planText(t, ds, d)
			}
			t.Fatalf("%s: unknown command %s", d.Pos, d.Cmd)
			return ""
		})
	})
}

func planText(t *testing.T, ds *memory.Dataset, d *datadriven.TestData) string {
	q, err := sparql.Parse(prologue+d.Input, nil)
	if err != nil {
		return err.Error() + "\n"
	}
	var b strings.Builder
	before := algebra.Print(q.Root)
	vars := visible(q.Root)
	opts := plan.Options{Dataset: q.Dataset, Union: d.HasArg("union")}
	opts.Trace = func(rule string, root algebra.Op) {
		if now := visible(root); !slices.Equal(now, vars) {
			t.Errorf("%s: rule %q changed the visible variables from %v to %v", d.Pos, rule, vars, now)
		}
		after := algebra.Print(root)
		if after != before && d.HasArg("trace") {
			fmt.Fprintf(&b, "-- %s\n%s\n", rule, after)
		}
		before = after
	}
	root, err := plan.Optimize(context.Background(), q.Root, ds, opts)
	if err != nil {
		return err.Error() + "\n"
	}
	if !d.HasArg("trace") {
		b.WriteString(strings.TrimRight(algebra.Print(root), "\n") + "\n")
	}
	return strings.ReplaceAll(b.String(), "<http://x/", "<:")
}

// visible returns the variables that a query can name.
func visible(op algebra.Op) []algebra.Var {
	vars := slices.DeleteFunc(algebra.Vars(op), algebra.Var.Hidden)
	slices.Sort(vars)
	return vars
}

// generate makes quads from lines "predicate subjects objects-per-subject distinct-objects":
// subjects are :s0 …, objects :o0 … (or :s0 … for predicates that start with "link").
func generate(t *testing.T, text string) []graph.Quad {
	var out []graph.Quad
	r := rand.New(rand.NewPCG(1, 2))
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		var p string
		var subjects, each, distinct int
		if _, err := fmt.Sscan(line, &p, &subjects, &each, &distinct); err != nil {
			t.Fatal(err)
		}
		kind := "o"
		if strings.HasPrefix(p, "link") {
			kind = "s"
		}
		for s := range subjects {
			for range each {
				out = append(out, graph.Quad{Subject: graph.IRI(fmt.Sprint("http://x/s", s)), Predicate: graph.IRI("http://x/" + p),
					Object: graph.IRI(fmt.Sprint("http://x/", kind, r.IntN(distinct)))})
			}
		}
	}
	return out
}

// TestOptimize_PatternOrder checks that the written order of patterns and
// groups does not matter: permuted queries give the same plan.
func TestOptimize_PatternOrder(t *testing.T) {
	ds := memory.New(generate(t, "type 2000 1 5\nbig 1500 3 40\nsmall 20 1 10\nlink 800 2 500\nname 2000 1 2000"))
	patterns := [][]string{
		{"?a :type :o1 .", "?a :big ?x .", "?a :small ?y ."},
		{"?a :link ?b .", "?b :link ?c .", "?c :small ?y .", "?a :type :o2 .", "FILTER(?a != ?c)"},
		{"?a :link ?b .", "?b :link ?c .", "?c :link ?a .", "?a :name ?n ."},
		{"?a :type ?t .", "?a :name ?n .", "{ ?a :small ?s } UNION { ?a :big ?s }", "?a :link ?b ."},
		{"?a :link ?b .", "?b :name ?n .", "VALUES ?n { :o1 :o2 }", "?a :big ?g ."},
		{"?a :big ?b .", "?c :big ?b .", "?c :small ?d .", "?e :small ?d .", "?e :name ?f .", "?a :type ?t .", "?c :type ?t ."},
	}
	for _, ps := range patterns {
		want := ""
		for n := range 12 {
			r := rand.New(rand.NewPCG(uint64(n), 1))
			shuffled := slices.Clone(ps)
			r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			text := "SELECT (COUNT(*) AS ?count) { " + strings.Join(shuffled, "\n") + " }"
			q, err := sparql.Parse(prologue+text, nil)
			if err != nil {
				t.Fatal(err)
			}
			root, err := plan.Optimize(context.Background(), q.Root, ds, plan.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := algebra.Print(root)
			if want == "" {
				want = got
			}
			if got != want {
				t.Errorf("%s\nplanned as\n%s\nbut another order of the same as\n%s", text, got, want)
				break
			}
		}
	}
}

// BenchmarkOptimize measures planning of a star and of a chain of so many patterns.
func BenchmarkOptimize(b *testing.B) {
	for _, n := range []int{1, 4, 8, 12, 20} {
		for _, shape := range []string{"star", "chain"} {
			var text strings.Builder
			text.WriteString("SELECT * {")
			for i := range n {
				if shape == "star" {
					fmt.Fprintf(&text, "?s :p%d ?o%d . ", i, i)
				} else {
					fmt.Fprintf(&text, "?v%d :p%d ?v%d . ", i, i, i+1)
				}
			}
			q, err := sparql.Parse(prologue+text.String()+"}", nil)
			if err != nil {
				b.Fatal(err)
			}
			full := benchData(n)
			b.Run(fmt.Sprintf("%s-%d", shape, n), func(b *testing.B) {
				for b.Loop() {
					if _, err := plan.Optimize(context.Background(), algebra.Clone(q.Root), full, plan.Options{}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func benchData(n int) *memory.Dataset {
	var quads []graph.Quad
	for i := range n {
		for s := range 10 + i {
			quads = append(quads, graph.Quad{Subject: graph.IRI(fmt.Sprint("http://x/s", s)), Predicate: graph.IRI(fmt.Sprint("http://x/p", i)), Object: graph.IRI(fmt.Sprint("http://x/s", s+1))})
		}
	}
	return memory.New(quads)
}
