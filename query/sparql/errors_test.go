package sparql

import (
	"errors"
	"slices"
	"testing"

	"github.com/cockroachdb/datadriven"
)

func TestSyntaxError_Detail(t *testing.T) {
	datadriven.RunTest(t, "testdata/errors", func(t *testing.T, d *datadriven.TestData) string {
		var err error
		if d.Cmd == "update" {
			_, err = ParseUpdate(d.Input, nil)
		} else {
			_, err = Parse(d.Input, nil)
		}
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Fatalf("%s: error is %v", d.Pos, err)
		}
		return syntax.Detail()
	})
}

func TestExpected_AtTheEnd(t *testing.T) {
	for _, test := range []struct {
		text   string
		update bool
		has    []string
		not    []string
	}{
		{"", false, []string{"SELECT", "PREFIX"}, []string{"INSERT", "a variable"}},
		{"", true, []string{"INSERT", "LOAD"}, []string{"SELECT"}},
		{"SELECT ?s WHERE { ?s ", false, []string{"a variable", "an IRI", "a"}, []string{"'}'", "FILTER"}},
		{"SELECT ?s WHERE { ?s ?p ?o . ", false, []string{"OPTIONAL", "'}'", "a variable"}, []string{"'.'", "GROUP"}},
		{"SELECT ?s WHERE { ?s ?p ?o } ORDER ", false, []string{"BY"}, []string{"LIMIT"}},
		{"SELECT } ", false, nil, []string{"SELECT"}},
	} {
		got := Expected(test.text, test.update)
		for _, w := range test.has {
			if !slices.Contains(got, w) {
				t.Errorf("%q: %q is missing in %q", test.text, w, got)
			}
		}
		for _, w := range test.not {
			if slices.Contains(got, w) {
				t.Errorf("%q: %q is in %q", test.text, w, got)
			}
		}
	}
}

func TestParse_TextMustBeUTF8(t *testing.T) {
	_, err := Parse("SELECT * {\n ?s ?p \"é\xff\" }", nil)
	var syntax *SyntaxError
	if !errors.As(err, &syntax) || syntax.Line != 2 || syntax.Column != 10 {
		t.Errorf("got %v", err)
	}
}
