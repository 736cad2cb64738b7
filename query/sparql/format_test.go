package sparql

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/ententedb/entente/query/algebra"
)

var hiddenPattern = regexp.MustCompile(`\?\.[a-z]+[0-9]+`)

// canonical numbers the hidden variables of a printed tree by their first occurrence.
func canonical(text string) string {
	names := map[string]string{}
	return hiddenPattern.ReplaceAllStringFunc(text, func(v string) string {
		if names[v] == "" {
			names[v] = fmt.Sprintf("?.%d", len(names))
		}
		return names[v]
	})
}

// roundTrip parses, formats and parses again; it returns the printed trees.
func roundTrip(text string, update bool, opts *Options) (formatted, first, second string, err error) {
	if update {
		u, err := ParseUpdate(text, opts)
		if err != nil {
			return "", "", "", err
		}
		formatted = FormatUpdate(u)
		v, err := ParseUpdate(formatted, nil)
		if err != nil {
			return formatted, "", "", err
		}
		return formatted, canonical(algebra.PrintUpdate(u)), canonical(algebra.PrintUpdate(v)), nil
	}
	q, err := Parse(text, opts)
	if err != nil {
		return "", "", "", err
	}
	formatted = Format(q)
	r, err := Parse(formatted, nil)
	if err != nil {
		return formatted, "", "", err
	}
	// The algebra's own text must read back too.
	if again, err := algebra.Parse(algebra.Print(q.Root)); err != nil {
		return formatted, "", "", err
	} else if !algebra.Equal(q.Root, again) {
		return formatted, algebra.Print(q.Root), algebra.Print(again), nil
	}
	return formatted, canonical(algebra.PrintQuery(q)), canonical(algebra.PrintQuery(r)), nil
}

// TestFormat_SuitesRoundTrip formats every query and update of the suites that
// parses: syntax tests and evaluation tests alike.
func TestFormat_SuitesRoundTrip(t *testing.T) {
	if _, err := os.Stat(suites); err != nil {
		t.Skip("the W3C test suites are not at " + suites)
	}
	n := 0
	err := filepath.WalkDir(suites, func(path string, _ os.DirEntry, err error) error {
		ext := filepath.Ext(path)
		if err != nil || ext != ".rq" && ext != ".ru" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		update := ext == ".ru"
		opts := &Options{Base: "http://example.org/" + filepath.Base(path)}
		formatted, first, second, err := roundTrip(string(data), update, opts)
		if formatted == "" {
			return nil // a negative test
		}
		n++
		if err != nil {
			t.Errorf("%s: %v\n%s\n--- formatted\n%s", path, err, data, formatted)
		} else if first != second {
			t.Errorf("%s:\n%s\n--- formatted\n%s\n--- algebra\n%s\n--- again\n%s", path, data, formatted, first, second)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d texts", n)
}

func TestFormat_SparqloscopeRoundTrip(t *testing.T) {
	for _, q := range sparqloscope(t) {
		formatted, first, second, err := roundTrip(q[1], false, nil)
		if err != nil {
			t.Errorf("%s: %v", q[0], err)
		} else if first != second {
			t.Errorf("%s:\n%s\n--- formatted\n%s\n--- algebra\n%s\n--- again\n%s", q[0], q[1], formatted, first, second)
		}
	}
}
