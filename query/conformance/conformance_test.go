package conformance

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ententedb/entente/graph"
)

var manifest = flag.String("manifest", "", "run the tests of this manifest `file`, all ways, and print those that fail")

// TestManifest runs the manifest given on the command line.
func TestManifest(t *testing.T) {
	if *manifest == "" {
		t.Skip("no -manifest=FILE given")
	}
	path := *manifest
	if _, err := os.Stat(path); err != nil && !filepath.IsAbs(path) {
		// go test runs in the package's folder; the name was given from the repository's.
		path = filepath.Join("..", "..", path)
	}
	tests, err := ReadManifests(filepath.Dir(path), path)
	if err != nil {
		t.Fatal(err)
	}
	outcomes, err := Run(context.Background(), tests, Options{})
	if err != nil {
		t.Fatal(err)
	}
	WriteText(os.Stdout, outcomes)
	if _, passed, total := Suites(outcomes); passed < total {
		t.Fail()
	}
}

// TestSuites runs all W3C suites in memory; `make conformance` runs them all ways.
func TestSuites(t *testing.T) {
	dir := os.Getenv("RDF_TESTS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "rdf-tests")
	}
	roots, err := Roots(dir)
	if err != nil {
		t.Skipf("%v (set RDF_TESTS)", err)
	}
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	tests, err := ReadManifests(dir, roots...)
	if err != nil {
		t.Fatal(err)
	}
	outcomes, err := Run(context.Background(), tests, Options{Quick: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outcomes {
		if len(o.Failures) > 0 {
			var b strings.Builder
			writeFailure(&b, o)
			t.Error(b.String())
		}
	}
}

func quads(t *testing.T, lines ...string) (out [][]graph.Term) {
	t.Helper()
	for _, line := range lines {
		var tuple []graph.Term
		for _, f := range strings.Fields(line) {
			if label, ok := strings.CutPrefix(f, "_:"); ok {
				tuple = append(tuple, graph.Blank(label))
			} else {
				tuple = append(tuple, graph.IRI(f))
			}
		}
		out = append(out, tuple)
	}
	return out
}

func TestIsomorphic(t *testing.T) {
	cycle := func(labels string, sizes ...int) (lines []string) {
		n := 0
		for _, size := range sizes {
			for i := range size {
				lines = append(lines, fmt.Sprintf("_:%s%d p _:%s%d", labels, n+i, labels, n+(i+1)%size))
			}
			n += size
		}
		return lines
	}
	for _, c := range []struct {
		name string
		a, b []string
		want bool
	}{
		{"renamed", []string{"_:a p x", "_:b p y"}, []string{"_:b p x", "_:a p y"}, true},
		{"one node for two", []string{"_:a p x", "_:a p y"}, []string{"_:a p x", "_:b p y"}, false},
		{"two nodes for one", []string{"_:a p x", "_:b p y"}, []string{"_:a p x", "_:a p y"}, false},
		{"bag", []string{"x", "x", "y"}, []string{"x", "y", "y"}, false},
		{"interchangeable rows", []string{"_:a", "_:b"}, []string{"_:c", "_:d"}, true},
		{"same node twice", []string{"_:a", "_:a"}, []string{"_:c", "_:d"}, false},
		{"one cycle of six", cycle("a", 6), cycle("b", 6), true},
		{"one cycle of six, two of three", cycle("a", 6), cycle("b", 3, 3), false},
		{"cycles in another sequence", cycle("a", 3, 4, 5), cycle("b", 5, 3, 4), true},
		{"blank node and IRI", []string{"_:a p x"}, []string{"a p x"}, false},
	} {
		if got := isomorphic(quads(t, c.a...), quads(t, c.b...)); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// TestIsomorphic_Shuffled renames the blank nodes of random graphs and shuffles their triples;
// a change of one triple must be noticed.
func TestIsomorphic_Shuffled(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		n := 2 + r.IntN(8)
		var a [][]graph.Term
		for range n * 2 {
			a = append(a, []graph.Term{
				graph.Blank(fmt.Sprint(r.IntN(n))), graph.IRI(fmt.Sprint("p", r.IntN(2))),
				graph.TripleTerm(graph.Blank(fmt.Sprint(r.IntN(n))), graph.IRI("q"), graph.String(fmt.Sprint(r.IntN(2)))),
			})
		}
		names := r.Perm(n)
		rename := func(t graph.Term) graph.Term {
			var i int
			fmt.Sscan(t.Value(), &i)
			return graph.Blank(fmt.Sprint("x", names[i]))
		}
		b := make([][]graph.Term, len(a))
		for k, i := range r.Perm(len(a)) {
			c := a[i][2].Triple()
			b[k] = []graph.Term{rename(a[i][0]), a[i][1], graph.TripleTerm(rename(c.Subject), c.Predicate, c.Object)}
		}
		if !isomorphic(a, b) {
			t.Fatalf("%v\n%v", a, b)
		}
		b[0][1] = graph.IRI("other")
		if isomorphic(a, b) {
			t.Fatalf("a changed triple went unnoticed: %v\n%v", a, b)
		}
	}
}

func TestComparison_Reduced(t *testing.T) {
	row := func(s string) []graph.Term { return []graph.Term{graph.String(s)} }
	want := &answer{vars: []string{"x"}, rows: [][]graph.Term{row("a"), row("a"), row("b")}}
	lax := comparison{lax: true}
	for _, c := range []struct {
		rows [][]graph.Term
		want bool
	}{
		{[][]graph.Term{row("a"), row("b")}, true}, {[][]graph.Term{row("b"), row("a"), row("a")}, true},
		{[][]graph.Term{row("a")}, false}, {[][]graph.Term{row("a"), row("a"), row("a"), row("b")}, false},
	} {
		if got := lax.same(want, &answer{vars: []string{"x"}, rows: c.rows}); got != c.want {
			t.Errorf("%v: %v", c.rows, got)
		}
	}
}
