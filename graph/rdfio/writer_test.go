package rdfio

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/ententedb/entente/graph"
	"pgregory.net/rapid"
)

// anyQuads draws small datasets in which nodes are used often enough for lists, nesting
// and annotations to come up. rich adds what JSON-LD cannot hold; xml leaves out
// what XML cannot.
func anyQuads(rich, xml, graphs bool) *rapid.Generator[[]graph.Quad] {
	iris := []string{"http://example.org/a", "http://example.org/b", "http://example.org/ns#c.d", "http://example.org/ns#", "http://example.org/é",
		graph.RDFNil, "urn:x:y", "http://example.org/a%20b", "http://example.org/1-a", "http://example.org/a."}
	predicates := []string{"http://example.org/p", "http://example.org/ns#q", graph.RDFType, graph.RDFFirst, graph.RDFRest, graph.RDFReifies}
	labels := []string{"x", "y", "z", "1", "anon1", "_a"}
	alphabet := []rune("ab \n\r\t\"'\\<>&é日🙂@^")
	if !xml {
		alphabet = append(alphabet, 0, 0x7f, 0xfffe)
	}
	iri := rapid.Map(rapid.SampledFrom(iris), graph.IRI)
	predicate := rapid.Map(rapid.SampledFrom(predicates), graph.IRI)
	node := rapid.OneOf(iri, rapid.Map(rapid.SampledFrom(labels), graph.Blank))
	literal := rapid.Custom(func(t *rapid.T) graph.Term {
		text := rapid.StringOf(rapid.RuneFrom(alphabet)).Draw(t, "text")
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			return graph.LangString(text, "en-gb")
		case 1:
			return graph.Literal(text, "http://example.org/type")
		case 2:
			return graph.Literal(rapid.SampledFrom([]string{"1", "-1.50", "1e0", "1.", ".5", "+3", "true", "false", "x", "1.5E-3"}).Draw(t, "lexical"),
				rapid.SampledFrom([]string{graph.XSDInteger, graph.XSDDecimal, graph.XSDDouble, graph.XSDBoolean}).Draw(t, "datatype"))
		case 3:
			if rich {
				return graph.DirLangString(text, "ar", graph.RTL)
			}
		}
		return graph.String(text)
	})
	var object func(depth int) *rapid.Generator[graph.Term]
	object = func(depth int) *rapid.Generator[graph.Term] {
		if !rich || depth > 2 {
			return rapid.OneOf(node, node, literal)
		}
		return rapid.OneOf(node, node, literal, rapid.Custom(func(t *rapid.T) graph.Term {
			return graph.TripleTerm(node.Draw(t, "s"), predicate.Draw(t, "p"), object(depth+1).Draw(t, "o"))
		}))
	}
	return rapid.Custom(func(t *rapid.T) []graph.Quad {
		quads := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) graph.Quad {
			q := graph.Quad{Subject: node.Draw(t, "subject"), Predicate: predicate.Draw(t, "predicate"), Object: object(0).Draw(t, "object")}
			if graphs && rapid.Bool().Draw(t, "named") {
				q.Graph = node.Draw(t, "graph")
			}
			return q
		}), 0, 8).Draw(t, "quads")
		// Lists and annotated triples, which chance alone would seldom make.
		if n := len(quads); n > 0 && rich {
			q := quads[rapid.IntRange(0, n-1).Draw(t, "annotated")]
			quads = append(quads, graph.Quad{Subject: node.Draw(t, "reifier"), Predicate: graph.IRI(graph.RDFReifies),
				Object: graph.TripleTerm(q.Subject, q.Predicate, q.Object), Graph: q.Graph})
		}
		if rapid.Bool().Draw(t, "list") {
			cells := rapid.Permutation(labels).Draw(t, "cells")[:rapid.IntRange(1, 4).Draw(t, "length")]
			g := graph.Term{}
			for i, c := range cells {
				rest := graph.IRI(graph.RDFNil)
				if i+1 < len(cells) {
					rest = graph.Blank(cells[i+1])
				}
				quads = append(quads, graph.Quad{Subject: graph.Blank(c), Predicate: graph.IRI(graph.RDFFirst), Object: object(1).Draw(t, "item"), Graph: g},
					graph.Quad{Subject: graph.Blank(c), Predicate: graph.IRI(graph.RDFRest), Object: rest, Graph: g})
			}
			quads = append(quads, graph.Quad{Subject: node.Draw(t, "owner"), Predicate: predicate.Draw(t, "predicate"), Object: graph.Blank(cells[0]), Graph: g})
		}
		return quads
	})
}

func write(f Format, opts *WriterOptions, quads []graph.Quad) (string, error) {
	var out strings.Builder
	w := NewWriter(&out, f, opts)
	for _, q := range quads {
		if err := w.Write(q); err != nil {
			return "", err
		}
	}
	err := w.Close()
	return out.String(), err
}

// What a writer writes, its reader reads back as an isomorphic dataset.
func TestWriter_RoundTrip(t *testing.T) {
	opts := &WriterOptions{Prefixes: map[string]string{"": "http://example.org/", "ns": "http://example.org/ns#", "rdf": graph.RDF, "xsd": graph.XSD}}
	for _, f := range Formats() {
		t.Run(f.Name(), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				quads := anyQuads(f != JSONLD, f == RDFXML, f.HasGraphs()).Draw(t, "quads")
				text, err := write(f, opts, quads)
				if err != nil {
					t.Fatal(err)
				}
				got, err := ReadAll(strings.NewReader(text), f, nil)
				if err != nil {
					t.Fatalf("%v\n%s", err, text)
				}
				if !graph.Isomorphic(quads, got) {
					t.Fatalf("wrote\n%s\n%s\nread\n%s", nquads(quads), text, nquads(got))
				}
			})
		})
	}
}

func TestWriter_Unsupported(t *testing.T) {
	a := graph.IRI("http://example.org/a")
	triple := graph.Quad{Subject: a, Predicate: a, Object: graph.TripleTerm(a, a, a)}
	named := graph.Quad{Subject: a, Predicate: a, Object: a, Graph: a}
	for _, c := range []struct {
		f Format
		q graph.Quad
	}{
		{NTriples, named}, {Turtle, named}, {RDFXML, named}, {JSONLD, triple},
		{RDFXML, graph.Quad{Subject: a, Predicate: graph.IRI("http://example.org/1"), Object: a}},
		{RDFXML, graph.Quad{Subject: a, Predicate: a, Object: graph.String("\x01")}},
	} {
		if _, err := write(c.f, nil, []graph.Quad{c.q}); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%v: %v: %v", c.f, c.q, err)
		}
	}
}

// A document too large to be kept is written as it comes.
func TestTurtleWriter_Streaming(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		quads := anyQuads(true, false, true).Draw(t, "quads")
		var out strings.Builder
		w := newTurtleWriter(&out, true, map[string]string{"": "http://example.org/", "rdf": graph.RDF})
		w.limit = rapid.IntRange(1, 5).Draw(t, "limit")
		for _, q := range quads {
			if err := w.write(q); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.close(); err != nil {
			t.Fatal(err)
		}
		got, err := ReadAll(strings.NewReader(out.String()), TriG, nil)
		if err != nil {
			t.Fatalf("%v\n%s", err, out.String())
		}
		if !graph.Isomorphic(quads, got) {
			t.Fatalf("wrote\n%s\n%s\nread\n%s", nquads(quads), out.String(), nquads(got))
		}
	})
}

// Nesting is cut before a reader's limit.
func TestTurtleWriter_DeepChain(t *testing.T) {
	var quads []graph.Quad
	for i := range 5000 {
		quads = append(quads, graph.Quad{Subject: graph.Blank(strconv.Itoa(i)), Predicate: graph.IRI("http://example.org/p"), Object: graph.Blank(strconv.Itoa(i + 1))})
	}
	text, err := write(Turtle, nil, quads)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadAll(strings.NewReader(text), Turtle, nil)
	if err != nil || len(got) != len(quads) {
		t.Error(len(got), err)
	}
}

// TestText reads Turtle or TriG and writes it in the format that the command names.
// A mistake is shown as its error.
func TestText(t *testing.T) {
	datadriven.Walk(t, "testdata/text", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			f, ok := FormatByName(d.Cmd)
			if !ok {
				t.Fatal("no such format: ", d.Cmd)
			}
			from := TriG
			if d.HasArg("read") {
				from = f
			}
			r := NewReader(strings.NewReader(d.Input), from, nil)
			var quads []graph.Quad
			for q, err := range r.All() {
				if err != nil {
					return err.Error()
				}
				quads = append(quads, q)
			}
			text, err := write(f, &WriterOptions{Prefixes: r.Prefixes()}, quads)
			if err != nil {
				return err.Error()
			}
			return text
		})
	})
}

// fuzz reads any bytes, and what could be read must survive being written as N-Quads.
func fuzz(f *testing.F, format Format, seeds ...string) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		quads, err := ReadAll(strings.NewReader(text), format, &ReaderOptions{Base: "http://example.org/base"})
		if err != nil {
			var e *SyntaxError
			if !errors.As(err, &e) {
				t.Fatalf("not a syntax error: %v", err)
			}
			return
		}
		if format == JSONLD || format == RDFXML {
			return // their blank node labels and IRIs are checked less
		}
		out, err := write(format, nil, quads)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ReadAll(strings.NewReader(out), format, nil)
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if len(quads) < 50 && !graph.Isomorphic(quads, got) {
			t.Fatalf("read\n%s\nwrote\n%s\nread\n%s", nquads(quads), out, nquads(got))
		}
	})
}

const (
	seedLines  = "VERSION \"1.2\"\n<a:b> <a:c> \"x\\u00e9\\n\"@en-GB--ltr . # end\n_:a.b <a:c> <<( _:c <a:d> \"1\"^^<a:t> )>> ."
	seedTurtle = "@prefix : <a:> . BASE <http://x/>\n:s a :t , [ :p ( 1 2.5 -1e3 true '''x\ny''' ) ] {| :q \"z\"@en--rtl |} ~ :r ; <../r> << :a :b :c ~ _:x >> . :\\~%41.b :c <<( :d :e :f )>> ."
)

func FuzzParseLines_NQuads(f *testing.F) {
	fuzz(f, NQuads, seedLines, "<a:b> <a:c> <a:d> _:g .\r<a:b> <a:c> _:d .")
}
func FuzzReader_Turtle(f *testing.F) { fuzz(f, Turtle, seedLines, seedTurtle) }
func FuzzReader_TriG(f *testing.F) {
	fuzz(f, TriG, seedTurtle, "PREFIX : <a:> GRAPH :g { :s :p :o } _:g { [] :p [] . } { (1) :p 2 }")
}
func FuzzReader_RDFXML(f *testing.F) {
	fuzz(f, RDFXML, `<!DOCTYPE r [<!ENTITY e "http://e/">]><rdf:RDF xmlns:rdf="`+graph.RDF+`" xmlns:a="&e;" rdf:version="1.2"><a:T rdf:ID="i" a:p="q"><a:r rdf:parseType="Literal"><b>&lt;</b></a:r><rdf:li rdf:nodeID="n"/><a:l rdf:parseType="Collection"><a:U/></a:l><a:t rdf:annotation="x" rdf:parseType="Triple"><a:V/></a:t></a:T></rdf:RDF>`)
}
func FuzzReader_JSONLD(f *testing.F) {
	fuzz(f, JSONLD, `{"@context":{"e":"http://e/","@vocab":"http://v/"},"@id":"e:s","p":[1,"x",{"@value":"y","@language":"en"},{"@list":[1,2]}],"@graph":[{"@id":"_:b","@type":"e:T"}]}`)
}

func BenchmarkReader_Turtle(b *testing.B) {
	text := "@prefix ex: <http://example.org/> .\n" + strings.Repeat("ex:subject a ex:Class ;\n    ex:label \"a label of some length\"@en ;\n    ex:value 42 , 3.5 ;\n    ex:see <http://example.org/elsewhere> .\n", 2000)
	b.SetBytes(int64(len(text)))
	n := 0
	for b.Loop() {
		for _, err := range NewReader(strings.NewReader(text), Turtle, nil).All() {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "triples/s")
}
