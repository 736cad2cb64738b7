package rdfio

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ententedb/entente/graph"
)

const (
	mf    = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
	suite = "../../../shared/rdf-tests/rdf"
)

// suiteTest is one entry of a W3C manifest.
type suiteTest struct {
	name, kind           string // kind such as TestTurtleEval
	action, result, base string // files, and the IRI of the action
}

func readManifest(t *testing.T, file string) []suiteTest {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Skip("needs the W3C suites: ", err)
	}
	defer f.Close()
	const doc = "manifest:/"
	quads, err := ReadAll(f, Turtle, &ReaderOptions{Base: doc, File: file})
	if err != nil {
		t.Fatal(err)
	}
	of := map[graph.Term]map[string]graph.Term{}
	for _, q := range quads {
		if of[q.Subject] == nil {
			of[q.Subject] = map[string]graph.Term{}
		}
		of[q.Subject][q.Predicate.Value()] = q.Object
	}
	var tests []suiteTest
	for _, m := range of {
		assumed := m[mf+"assumedTestBase"].Value()
		for cell := m[mf+"entries"]; cell.IsBlank(); cell = of[cell][graph.RDFRest] {
			entry := of[of[cell][graph.RDFFirst]]
			kind := entry[graph.RDFType].Value()
			test := suiteTest{name: entry[mf+"name"].Value(), kind: kind[strings.IndexByte(kind, '#')+1:]}
			path := func(p string) string { return strings.TrimPrefix(entry[mf+p].Value(), doc) }
			test.action = filepath.Join(filepath.Dir(file), path("action"))
			if _, ok := entry[mf+"result"]; ok {
				test.result = filepath.Join(filepath.Dir(file), path("result"))
			}
			test.base = assumed + path("action")
			tests = append(tests, test)
		}
	}
	return tests
}

// TestSuites runs the W3C suites of RDF 1.1 and 1.2 for one format after the other.
func TestSuites(t *testing.T) {
	for _, s := range []struct {
		format    Format
		manifests string
	}{
		{NTriples, "rdf11/rdf-n-triples rdf12/rdf-n-triples/syntax rdf12/rdf-n-triples/c14n"},
		{NQuads, "rdf11/rdf-n-quads rdf12/rdf-n-quads/syntax rdf12/rdf-n-quads/c14n"},
		{Turtle, "rdf11/rdf-turtle rdf12/rdf-turtle/syntax rdf12/rdf-turtle/eval"},
		{TriG, "rdf11/rdf-trig rdf12/rdf-trig/syntax rdf12/rdf-trig/eval"},
		{RDFXML, "rdf11/rdf-xml rdf12/rdf-xml/eval"},
	} {
		for _, dir := range strings.Fields(s.manifests) {
			t.Run(dir, func(t *testing.T) {
				tests := readManifest(t, filepath.Join(suite, dir, "manifest.ttl"))
				if len(tests) == 0 {
					t.Fatal("the manifest lists no tests")
				}
				t.Log(len(tests), "tests")
				for _, test := range tests {
					t.Run(test.name, func(t *testing.T) { runSuiteTest(t, s.format, test) })
				}
			})
		}
	}
}

func runSuiteTest(t *testing.T, f Format, test suiteTest) {
	text, err := os.ReadFile(test.action)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadAll(bytes.NewReader(text), f, &ReaderOptions{Base: test.base})
	if strings.Contains(test.kind, "Negative") {
		if err == nil {
			t.Errorf("%s: no error\n%s", test.action, text)
		} else if e, ok := err.(*SyntaxError); !ok || e.Line == 0 {
			t.Errorf("not a syntax error with a line: %v", err)
		}
		return
	}
	if err != nil {
		t.Fatalf("%s: %v\n%s", test.action, err, text)
	}
	if test.result == "" {
		return
	}
	if strings.Contains(test.kind, "C14N") {
		var out strings.Builder
		w := NewWriter(&out, f, nil)
		for _, q := range got {
			if err := w.Write(q); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(test.result)
		if err != nil {
			t.Fatal(err)
		}
		if out.String() != string(want) {
			t.Errorf("got\n%swant\n%s", out.String(), want)
		}
		return
	}
	resultFormat, ok := FormatByExtension(test.result)
	if !ok {
		t.Fatal("result of unknown format: ", test.result)
	}
	file, err := os.Open(test.result)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	want, err := ReadAll(file, resultFormat, &ReaderOptions{File: test.result, Base: test.base})
	if err != nil {
		t.Fatal(err)
	}
	if !graph.Isomorphic(got, want) {
		t.Errorf("%s\n%s\ngot\n%s\nwant\n%s", test.action, text, nquads(got), nquads(want))
	}
}

func nquads(quads []graph.Quad) string {
	var b strings.Builder
	for _, q := range quads {
		b.WriteString(q.String())
		b.WriteByte('\n')
	}
	return b.String()
}
