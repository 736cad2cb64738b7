package script

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/storage"
)

func TestSplit(t *testing.T) {
	datadriven.RunTest(t, "testdata/split", func(t *testing.T, d *datadriven.TestData) string {
		names := map[Kind]string{Question: "question", SPARQL: "sparql", Command: "command", Expect: "expect"}
		var b strings.Builder
		for _, st := range Split(d.Input) {
			fmt.Fprintf(&b, "%d %s: %s\n", st.Line, names[st.Kind], strings.ReplaceAll(st.Text, "\n", " ⏎ "))
		}
		return b.String()
	})
}

func TestIsSPARQL(t *testing.T) {
	for text, want := range map[string]bool{
		"SELECT * { ?s ?p ?o }":       true,
		"select ?x where {":           true,
		"PREFIX pk: <http://x/>":      true,
		"SELECT":                      true,
		"ASK { ?s ?p ?o }":            true,
		"DESCRIBE pk:FIN":             true,
		"describe <http://x/y>":       true,
		"describe Finland":            false,
		"Describe the EU":             false,
		"ask who joined NATO":         false,
		"add up the population":       false,
		"which WTO members are in EU": false,
		"CLEAR ALL":                   true,
		"describe AUKUS?":             false,
		"SELEC ?x { ?x ?p ?o }":       true,
		"{":                           false,
		"":                            false,
	} {
		if got := IsSPARQL(text); got != want {
			t.Errorf("IsSPARQL(%q) = %v", text, got)
		}
	}
}

func TestIsUpdate(t *testing.T) {
	for text, want := range map[string]bool{
		"INSERT DATA {}": true,
		"# note\nPREFIX a: <b> \n delete where {}":      true,
		"BASE <http://x/> PREFIX : <y#> SELECT * {}":    false,
		"VERSION \"1.2\" LOAD <http://x/>":              true,
		"SELECT * { ?insert ?p ?o }":                    false,
		"PREFIX insert: <http://x/> ASK { insert:a a 1": false,
	} {
		if got := IsUpdate(text); got != want {
			t.Errorf("IsUpdate(%q) = %v", text, got)
		}
	}
}

func TestBalanced(t *testing.T) {
	for text, want := range map[string]bool{
		`SELECT * { ?s ?p "}" }`:        true,
		`SELECT * { ?s ?p "{" `:         false,
		`{ FILTER(?a < 3 && ?b > 4) }`:  true,
		"{ # }\n":                       false,
		`{ <http://x/{> }`:              false,
		`{ """ " } """ }`:               true,
		`{ ?s ?p 'it\'s }' }`:           true,
		`INSERT DATA { <a> <b> "open }`: false,
	} {
		if got := balanced(text); got != want {
			t.Errorf("balanced(%q) = %v", text, got)
		}
	}
}

func TestOneLine(t *testing.T) {
	for text, want := range map[string]string{
		"SELECT * {\n  ?s ?p ?o # all\n}\nLIMIT 3": "SELECT * { ?s ?p ?o } LIMIT 3",
		"# why\nASK { <a#b> ?p 'it''s  #1' }":      "ASK { <a#b> ?p 'it''s  #1' }",
		"ASK { ?s ?p \"\"\"a\n b\"\"\" }":          `ASK { ?s ?p """a\n b""" }`,
		"ASK {} # last":                            "ASK {}",
		"which  WTO members":                       "which  WTO members",
	} {
		if got := OneLine(text); got != want {
			t.Errorf("OneLine(%q) = %q", text, got)
		}
	}
}

func TestComplete(t *testing.T) {
	for _, c := range []struct {
		lines []string
		want  bool
	}{
		{[]string{"SELECT * { ?s ?p ?o }"}, true},
		{[]string{"SELECT * {"}, false},
		{[]string{"SELECT * {", "}"}, false},
		{[]string{"SELECT * {", "}", ""}, true},
		{[]string{"SELECT * {", "} LIMIT 3;"}, true},
		{[]string{"PREFIX a: <b>"}, false},
		{[]string{"DESCRIBE pk:FIN"}, true},
		{[]string{"SELECT * {", ""}, false},
	} {
		if got := Complete(c.lines); got != c.want {
			t.Errorf("Complete(%q) = %v", c.lines, got)
		}
	}
}

func TestCheck(t *testing.T) {
	rows := Outcome{Rows: [][]string{{"Austria", "AUT"}, {"Cyprus", "CYP"}}}
	for _, c := range []struct {
		expect  string
		outcome Outcome
		want    string // the error, "" for none
	}{
		{"2 rows", rows, ""},
		{"3 rows", rows, "expected 3 rows, got 2"},
		{"no rows", Outcome{}, ""},
		{"yes", Outcome{IsBoolean: true, Boolean: true}, ""},
		{"no", Outcome{IsBoolean: true, Boolean: true}, "expected no, got yes"},
		{"value 5", Outcome{Rows: [][]string{{"5"}}}, ""},
		{"value 5", rows, `expected the value "5", got 2 rows`},
		{"error budget", Outcome{Err: errors.New("memory budget passed")}, ""},
		{"error", rows, "expected an error, got an answer"},
		{"2 rows", Outcome{Err: errors.New("boom")}, "expected 2 rows, got an error: boom"},
		{"{\n Cyprus\n Austria\n}", rows, ""},
		{"{\n Austria | AUT\n Cyprus | CYP\n}", rows, ""},
		{"ordered {\n Cyprus\n Austria\n}", rows, "the rows differ (- expected, + answered):\n- Cyprus\n"},
		{"{\n Austria\n Malta\n}", rows, "the rows differ (- expected, + answered):\n- Malta\n+ Cyprus"},
		{"soon", rows, "expect \"soon\": expected"},
	} {
		err := Check(c.expect, c.outcome)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.expect, err)
		case c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)):
			t.Errorf("%s: got %v, want %s", c.expect, err, c.want)
		}
	}
}

// store is a Store of a few triples, in memory.
type store struct{ *storage.Store }

func (s store) View(f func(query.Dataset) error) error {
	return s.Store.View(func(tx *storage.Tx) error { return f(tx) })
}

func (s store) Update(f func(query.Writer) error) error {
	return s.Store.Update(func(tx *storage.Tx) error { return f(tx) })
}

func (s store) Load(context.Context, []string) (uint64, error) {
	return 0, errors.New("no files here")
}

const family = `
@prefix : <http://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:ann rdfs:label "Ann" ; :parentOf :bob ; :born 1950 . :bob rdfs:label "Bob" ; :parentOf :cid ; :born 1975 . :cid rdfs:label "Cid" .`

func newSession(t *testing.T) (*Session, *strings.Builder) {
	t.Helper()
	s, err := storage.Open("", &storage.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		report, err := s.Check(context.Background())
		if err != nil || len(report.Problems) > 0 {
			t.Errorf("check: %v %v", err, report.Problems)
		}
		s.Close()
	})
	if _, err := s.Load(context.Background(), strings.NewReader(family), rdfio.Turtle, nil); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	return &Session{Store: store{s}, Out: &out, Format: Table,
		Prefixes: append(DefaultPrefixes(), query.Prefix{Name: "", IRI: "http://example.org/"})}, &out
}

func TestSession_Run(t *testing.T) {
	datadriven.RunTest(t, "testdata/run", func(t *testing.T, d *datadriven.TestData) string {
		s, out := newSession(t)
		err := s.Run(context.Background(), "script", d.Input, d.HasArg("keep-going"))
		text := out.String()
		if err != nil {
			text += "failed: " + err.Error() + "\n"
		}
		return text
	})
}

func TestSession_Complete(t *testing.T) {
	s, _ := newSession(t)
	if err := s.Do(t.Context(), Statement{Kind: SPARQL, Text: `INSERT DATA {
		:ann a :Person . :bob a :Person . :rex a :Dog ; rdfs:label "Rex the dog" ; :barks true .
		:ann :owns :rex {| :since 2020 |} }`}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ typed, words string }{
		{"SELECT * { ?x :", ":barks|:born|:owns|:parentOf|:since"},
		{"SELECT * { ?x a :Dog ; :", ":barks"},
		{"SELECT * { ?x a :Dog . ?y :parentOf ?z ; :", ":born|:owns|:parentOf"},
		{"SELECT * { ?x :barks true . OPTIONAL { ?x ", ":barks|rdf:type|rdfs:label"},
		{"SELECT * { ?x a ", ":Dog|:Person"},
		{"SELECT * { ?x a :D", ":Dog"},
		{"SELECT * { ?x :parentOf :", ":bob|:cid"},
		{"SELECT * { ?x :barks ?b ; a ", ":Dog"},
		{"SELECT * { ?x :owns :", ":rex"},
		{"SELECT * { ?x :owns re", ":rex"}, // by its label
		{"SELECT * { ?x :parentOf re", ""},
		{"SELECT * { ?x :owns ?dog {| ", ":since|rdf:reifies"},
		{"SELECT * { ?x :owns ?dog {| :since ?when |} ; :p", ":parentOf"},
		{"SELECT * { ?x :owns ?dog } ORDER BY ?dog ", ""},
		{"SELECT * { :re", ":rex"},
		{"SELECT * { ?person :born ?y FILTER(?per", "?person"},
		{"SEL", "SELECT"},
		{"in", "INSERT|in|increase|information"},
		{".he", ".help"},
	} {
		_, words := s.Complete(t.Context(), nil, c.typed)
		for i := range words {
			words[i] = strings.TrimSpace(words[i])
		}
		slices.Sort(words)
		if got := strings.Join(words, "|"); got != c.words {
			t.Errorf("%s\ngot  %s\nwant %s", c.typed, got, c.words)
		}
	}
}
