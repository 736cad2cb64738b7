package sparql

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ententedb/entente/query/algebra"
)

const suites = "../../../shared/rdf-tests/sparql"

// syntaxTest is one syntax test of a manifest.
type syntaxTest struct {
	name, file       string
	update, positive bool
}

var (
	entryPattern  = regexp.MustCompile(`(?:rdf:type|\ba)\s+mf:(Positive|Negative)(Update)?SyntaxTest(?:11|12)?\b`)
	actionPattern = regexp.MustCompile(`mf:action\s+<([^>]+)>`)
)

// syntaxTests reads the syntax tests of every manifest below the suites'
// directory. Manifests are split by regular expression, so that this test
// stands on nothing but the parser.
func syntaxTests(t *testing.T) (tests []syntaxTest) {
	t.Helper()
	if _, err := os.Stat(suites); err != nil {
		t.Skip("the W3C test suites are not at " + suites)
	}
	err := filepath.WalkDir(suites, func(path string, _ os.DirEntry, err error) error {
		if err != nil || filepath.Base(path) != "manifest.ttl" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text := string(data)
		found := entryPattern.FindAllStringSubmatchIndex(text, -1)
		for i, m := range found {
			end := len(text)
			if i+1 < len(found) {
				end = found[i+1][0]
			}
			action := actionPattern.FindStringSubmatch(text[m[0]:end])
			if action == nil {
				continue
			}
			file := filepath.Join(filepath.Dir(path), action[1])
			rel, _ := filepath.Rel(suites, file)
			tests = append(tests, syntaxTest{name: rel, file: file, update: m[4] >= 0, positive: text[m[2]:m[3]] == "Positive"})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tests
}

func TestParse_SyntaxSuites(t *testing.T) {
	passed, total := 0, 0
	for _, test := range syntaxTests(t) {
		data, err := os.ReadFile(test.file)
		if err != nil {
			t.Error(err)
			continue
		}
		total++
		opts := &Options{Base: "http://example.org/" + filepath.ToSlash(test.name)}
		var root string
		if test.update {
			_, err = ParseUpdate(string(data), opts)
		} else {
			var q *algebra.Query
			if q, err = Parse(string(data), opts); err == nil {
				root = algebra.Print(q.Root)
			}
		}
		switch {
		case test.positive && err != nil:
			t.Errorf("%s: %v", test.name, err)
		case !test.positive && err == nil:
			t.Errorf("%s: a negative test was accepted:\n%s\n%s", test.name, strings.TrimSpace(string(data)), root)
		default:
			passed++
		}
	}
	t.Logf("%d of %d syntax tests", passed, total)
}
