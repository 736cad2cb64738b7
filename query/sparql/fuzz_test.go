package sparql

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ententedb/entente/query/algebra"
)

// addSeeds adds the texts of the suites, where they are, and a few that try the edges.
func addSeeds(f *testing.F, ext string) {
	for _, s := range []string{
		"SELECT*{}", "ASK{?s?p?o}", "BASE<0>SELECT*{<><>$0}", "PREFIX :<>SELECT$0{FILTER((:()))}", "SELECT ?x{?x <a>/^<b>|!(<c>|^<d>)* ?y}", "INSERT DATA{<a><b>\"\"\"x\"\"\"@en--ltr}",
		"SELECT(COUNT(*)AS?n){?s?p?o~?r{|a _:b|}}GROUP BY(1+1 AS?z)HAVING(?n>-1.e0)", "DELETE WHERE{GRAPH?g{[]a()}};;",
		"ASK{VALUES(){()}FILTER(<<(?a?b<<(?c?d?e)>>)>>IN())}", "ASK{FILTER NOT EXISTS{SELECT*{LATERAL{}}}}", "\\", "'", "<", "a:b.c.%", "_:a..", "@",
		"DESCRIBE<\\u0041>", "CONSTRUCT WHERE{<<<a><b><c>~_:x>><p>1.5,-2;a[]}", strings.Repeat("{", 1100),
	} {
		f.Add(s)
	}
	_ = filepath.WalkDir(suites, func(path string, _ os.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ext {
			if data, err := os.ReadFile(path); err == nil {
				f.Add(string(data))
			}
		}
		return err
	})
}

// checkError checks that an error is one a user can be shown.
func checkError(t *testing.T, text string, err error) {
	var syntax *SyntaxError
	if !errors.As(err, &syntax) {
		t.Fatalf("%q: %v is not a *SyntaxError", text, err)
	}
	if syntax.Line < 1 || syntax.Column < 1 || syntax.Offset < 0 || syntax.Offset > len(text) || syntax.Msg == "" {
		t.Fatalf("%q: the error has a wrong place: %+v", text, syntax)
	}
	_ = syntax.Detail()
	if strings.Contains(syntax.Error(), "\n") && !strings.Contains(text, "\n") {
		t.Fatalf("%q: the error is not one line: %q", text, syntax.Error())
	}
}

func FuzzParse(f *testing.F) {
	addSeeds(f, ".rq")
	f.Fuzz(func(t *testing.T, text string) {
		_, err := Parse(text, nil)
		if err != nil {
			checkError(t, text, err)
			return
		}
		formatted, first, second, err := roundTrip(text, false, nil)
		if err != nil {
			t.Fatalf("%q is formatted as\n%s\n%v", text, formatted, err)
		}
		if first != second {
			t.Fatalf("%q is formatted as\n%s\n%s\nreads back as\n%s", text, formatted, first, second)
		}
	})
}

func FuzzParseUpdate(f *testing.F) {
	addSeeds(f, ".ru")
	f.Fuzz(func(t *testing.T, text string) {
		_, err := ParseUpdate(text, nil)
		if err != nil {
			checkError(t, text, err)
			return
		}
		formatted, first, second, err := roundTrip(text, true, nil)
		if err != nil {
			t.Fatalf("%q is formatted as\n%s\n%v", text, formatted, err)
		}
		if first != second {
			t.Fatalf("%q is formatted as\n%s\n%s\nreads back as\n%s", text, formatted, first, second)
		}
	})
}

func TestParse_DeepNesting(t *testing.T) {
	for _, bracket := range [][3]string{{"ASK ", "{", "}"}, {"ASK { FILTER ", "(", ")"}, {"ASK { ?s ?p ", "(", ")"}, {"ASK { ?s ", "(", ")"},
		{"ASK { ?s ?p ", "[ <p> ", "]"}, {"ASK { ?s ?p ", "<<(?a ?b ", ")>>"}, {"SELECT * {", "{ SELECT * {", "}}"}} {
		for _, n := range []int{maxDepth / 4, 4 * maxDepth} {
			text := bracket[0] + strings.Repeat(bracket[1], n) + " 1 " + strings.Repeat(bracket[2], n) + "}"
			_, err := Parse(text, nil)
			if n > maxDepth && (err == nil || !strings.Contains(err.Error(), "nested")) {
				t.Errorf("%d times %q: %v", n, bracket[1], err)
			}
		}
	}
}

// TestParse_LongChains parses long flat texts: their trees are deep, but must not
// overflow a stack.
func TestParse_LongChains(t *testing.T) {
	for _, n := range []int{300, 5000} {
		for name, text := range map[string]string{
			"operators": "ASK { FILTER(1" + strings.Repeat(" + 1", n) + ") }",
			"optionals": "ASK { " + strings.Repeat("OPTIONAL {} ", n) + "}",
			"unions":    "ASK { {}" + strings.Repeat(" UNION {}", n) + "}",
			"path":      "ASK { ?s <p>" + strings.Repeat("/<p>", n) + " ?o }",
			"filters":   "ASK { " + strings.Repeat("FILTER(?x) ", n) + "}",
		} {
			q, err := Parse(text, nil)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			} else if n < 1000 && canonical(algebra.Print(q.Root)) != canonical(algebra.Print(reparsed(t, Format(q)).Root)) {
				t.Errorf("%s reads back different", name)
			}
		}
	}
}

func reparsed(t *testing.T, text string) *algebra.Query {
	t.Helper()
	q, err := Parse(text, nil)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return q
}
