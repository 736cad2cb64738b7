package results

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/rdfio"
	"pgregory.net/rapid"
)

var prefixes = map[string]string{"": "http://example.org/", "xsd": graph.XSD}

// TestText draws results given as lines of terms in Turtle ("-" is unbound), the
// first line naming the variables. Commands: json, xml, csv, tsv, table.
func TestText(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			var out strings.Builder
			var w Writer
			if d.Cmd == "table" {
				opts := TableOptions{Color: d.HasArg("color"), Names: func(iri graph.Term) string {
					if local, ok := strings.CutPrefix(iri.Value(), "http://example.org/"); ok {
						return ":" + local
					}
					return ""
				}}
				d.MaybeScanArgs(t, "width", &opts.Width)
				d.MaybeScanArgs(t, "rows", &opts.MaxRows)
				w = NewTable(&out, &opts)
			} else {
				f, ok := FormatByName(d.Cmd)
				if !ok {
					t.Fatal("no such format: ", d.Cmd)
				}
				opts := Options{}
				if d.HasArg("label") {
					opts.Label = func(iri graph.Term) string { return strings.TrimPrefix(iri.Value(), "http://example.org/") }
				}
				w = NewWriter(&out, f, &opts)
			}
			if err := feed(w, d.Input); err != nil {
				return "error: " + err.Error()
			}
			return strings.ReplaceAll(out.String(), "\r\n", "\\r\n")
		})
	})
}

func feed(w Writer, input string) error {
	lines := strings.Split(input, "\n")
	if lines[0] == "true" || lines[0] == "false" {
		return errors.Join(w.Boolean(lines[0] == "true"), w.Close())
	}
	if err := w.Head(strings.Fields(lines[0])); err != nil {
		return err
	}
	for _, line := range lines[1:] {
		var row []graph.Term
		for _, cell := range strings.Split(line, " | ") {
			if cell == "-" {
				row = append(row, graph.Term{})
				continue
			}
			term, err := rdfio.ParseTerm(cell, prefixes)
			if err != nil {
				return err
			}
			row = append(row, term)
		}
		if err := w.Row(row); err != nil {
			return err
		}
	}
	return w.Close()
}

// readAll reads a whole result as text, a line for a row.
func readAll(r io.Reader, f Format) (string, error) {
	rd, err := NewReader(r, f)
	if err != nil {
		return "", err
	}
	if value, ok := rd.Boolean(); ok {
		return fmt.Sprint(value), nil
	}
	lines := []string{}
	for {
		row, err := rd.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", err
		}
		cells := []string{}
		for i, term := range row {
			cells = append(cells, rd.Vars()[i]+"="+term.String())
		}
		slices.Sort(cells)
		lines = append(lines, strings.Join(cells, " "))
	}
	return strings.Join(lines, "\n"), nil
}

func anyTerm() *rapid.Generator[graph.Term] {
	simple := rapid.Custom(func(t *rapid.T) graph.Term {
		text := rapid.StringOf(rapid.RuneFrom([]rune("ab \t\n\r\"'\\,<>&é日🙂?_:1.e-"))).Draw(t, "text")
		switch rapid.IntRange(0, 6).Draw(t, "kind") {
		case 0:
			return graph.IRI("http://example.org/" + rapid.StringMatching(`[a-z&é']*`).Draw(t, "iri"))
		case 1:
			return graph.Blank(rapid.StringMatching(`[a-z][a-z0-9]*`).Draw(t, "label"))
		case 2:
			return graph.Literal(text, "http://example.org/type")
		case 3:
			return graph.DirLangString(text, "en-gb", rapid.SampledFrom([]graph.Direction{graph.NoDirection, graph.LTR, graph.RTL}).Draw(t, "dir"))
		case 4:
			return graph.Literal(rapid.StringMatching(`[+-]?[0-9]{0,3}(\.[0-9]{0,2})?([eE]-?[0-9])?`).Draw(t, "number"),
				rapid.SampledFrom([]string{graph.XSDInteger, graph.XSDDecimal, graph.XSDDouble}).Draw(t, "datatype"))
		}
		return graph.String(text)
	})
	return rapid.Custom(func(t *rapid.T) graph.Term {
		switch rapid.IntRange(0, 5).Draw(t, "shape") {
		case 0:
			return graph.Term{}
		case 1:
			return graph.TripleTerm(graph.IRI("http://example.org/s"), graph.IRI("http://example.org/p"), simple.Draw(t, "object"))
		}
		return simple.Draw(t, "term")
	})
}

// What JSON, XML and TSV write, they read back as the same terms; CSV keeps the
// lexical forms.
func TestWriter_RoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom(Formats()).Draw(t, "format")
		vars := []string{"a", "b", "c"}[:rapid.IntRange(0, 3).Draw(t, "vars")]
		rows := rapid.SliceOfN(rapid.SliceOfN(anyTerm(), len(vars), len(vars)), 0, 4).Draw(t, "rows")
		var out strings.Builder
		w := NewWriter(&out, f, nil)
		err := w.Head(vars)
		for _, row := range rows {
			err = errors.Join(err, w.Row(row))
		}
		if err := errors.Join(err, w.Close()); err != nil {
			t.Fatal(err)
		}
		r, err := NewReader(strings.NewReader(out.String()), f)
		if err != nil {
			t.Fatalf("%v\n%s", err, out.String())
		}
		if !slices.Equal(r.Vars(), vars) {
			t.Fatalf("variables %q", r.Vars())
		}
		for _, row := range rows {
			got, err := r.Read()
			if err != nil {
				t.Fatalf("%v\n%s", err, out.String())
			}
			for i, term := range row {
				if f == CSV {
					if term.IsLiteral() && term.Value() != got[i].Value() {
						t.Fatalf("%q became %q", term.Value(), got[i].Value())
					}
				} else if !term.Equal(got[i]) {
					t.Fatalf("%v became %v\n%s", term, got[i], out.String())
				}
			}
		}
		if _, err := r.Read(); err != io.EOF {
			t.Fatal("not at the end: ", err)
		}
	})
}

func TestReader_CutOff(t *testing.T) {
	for _, f := range []Format{JSON, XML} {
		var out strings.Builder
		if err := feed(NewWriter(&out, f, nil), "a b\n:x | 1\n:y | \"z\"@en--ltr"); err != nil {
			t.Fatal(err)
		}
		text := strings.TrimSpace(out.String())
		for n := range text {
			if _, err := readAll(strings.NewReader(text[:n]), f); err == nil {
				t.Errorf("%v cut at %d of %d: no error", f, n, len(text))
			}
		}
		if _, err := readAll(strings.NewReader(text), f); err != nil {
			t.Error(err)
		}
	}
}

func TestReader_JSONHeadLast(t *testing.T) {
	got, err := readAll(strings.NewReader(`{"results":{"bindings":[{"x":{"type":"typed-literal","value":"1","datatype":"d:t"}}]},"head":{"link":[],"vars":["x"]}}`), JSON)
	if err != nil || got != `x="1"^^<d:t>` {
		t.Error(got, err)
	}
}

// Every results file of the W3C suites is read, and read again after writing it.
func TestSuites(t *testing.T) {
	const root = "../../../shared/rdf-tests/sparql"
	if _, err := os.Stat(root); err != nil {
		t.Skip("needs the W3C suites: ", err)
	}
	files := 0
	err := filepath.WalkDir(root, func(path string, _ os.DirEntry, err error) error {
		f, ok := FormatByExtension(path)
		if err != nil || !ok || strings.HasSuffix(path, ".json") || strings.HasSuffix(path, ".xml") {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		want, err := readAll(strings.NewReader(string(text)), f)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return nil
		}
		r, err := NewReader(strings.NewReader(string(text)), f)
		if err != nil {
			return err
		}
		var out strings.Builder
		w := NewWriter(&out, f, nil)
		if value, ok := r.Boolean(); ok {
			err = w.Boolean(value)
		} else {
			err = w.Head(r.Vars())
			for row, e := r.Read(); e == nil; row, e = r.Read() {
				err = errors.Join(err, w.Row(row))
			}
		}
		if err := errors.Join(err, w.Close()); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if got, err := readAll(strings.NewReader(out.String()), f); err != nil || got != want {
			t.Errorf("%s: %v\n%s\nbecame\n%s", path, err, want, got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(files, "files")
}

func FuzzReader(f *testing.F) {
	for _, format := range Formats() {
		var out strings.Builder
		if err := feed(NewWriter(&out, format, nil), "a b\n:x | 1\n- | \"z\"@en--ltr\n<<( :s :p \"o\" )>> | _:b"); err != nil {
			f.Fatal(err)
		}
		f.Add(out.String(), uint8(format))
		out.Reset()
		if err := feed(NewWriter(&out, format, nil), "true"); err != nil {
			f.Fatal(err)
		}
		f.Add(out.String(), uint8(format))
	}
	f.Fuzz(func(t *testing.T, text string, format uint8) {
		_, _ = readAll(strings.NewReader(text), Format(format%5))
	})
}

func BenchmarkWriter(b *testing.B) {
	row := []graph.Term{
		graph.IRI("http://www4.wiwiss.fu-berlin.de/bizer/bsbm/v01/instances/dataFromProducer1/Product42"),
		graph.LangString("a product of \"some\" kind", "en"),
		graph.Literal("1234", graph.XSDInteger),
		graph.Literal("2008-05-01T00:00:00", graph.XSDDateTime),
	}
	for _, f := range Formats() {
		b.Run(f.String(), func(b *testing.B) {
			w := NewWriter(io.Discard, f, nil)
			if err := w.Head([]string{"a", "b", "c", "d"}); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := w.Row(row); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*len(row))/b.Elapsed().Seconds(), "terms/s")
		})
	}
}
