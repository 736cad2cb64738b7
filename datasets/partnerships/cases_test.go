package partnerships_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/ententedb/entente/datasets/partnerships"
	"github.com/ententedb/entente/datasets/partnerships/tables"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/script"
	"github.com/ententedb/entente/storage"
)

// viewer lets scripts read a store.
type viewer struct{ *storage.Store }

func (v viewer) View(f func(query.Dataset) error) error {
	return v.Store.View(func(tx *storage.Tx) error { return f(tx) })
}

var errReadOnly = errors.New("case studies only read")

func (viewer) Update(func(query.Writer) error) error { return errReadOnly }

func (viewer) Load(context.Context, []string) (uint64, error) { return 0, errReadOnly }

var prefixes = []query.Prefix{
	{Name: "pk", IRI: tables.PK},
	{Name: "rdf", IRI: "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
	{Name: "rdfs", IRI: "http://www.w3.org/2000/01/rdf-schema#"},
	{Name: "dcterms", IRI: "http://purl.org/dc/terms/"},
	{Name: "skos", IRI: "http://www.w3.org/2004/02/skos/core#"},
	{Name: "xsd", IRI: "http://www.w3.org/2001/XMLSchema#"},
}

// TestCaseStudies runs every script of cases and checks on the embedded graph;
// their expect lines are the checks.
func TestCaseStudies(t *testing.T) {
	store, err := partnerships.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	files, err := filepath.Glob("c*s/*.ent") // cases, checks
	if err != nil || len(files) < 8 {
		t.Fatalf("%d scripts, want seven case studies and the checks (%v)", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			session := &script.Session{Store: viewer{store}, Out: io.Discard, Format: script.Table, Prefixes: prefixes}
			if err := session.Run(context.Background(), file, string(text), true); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestEveryConceptIsMeasured runs the query of every concept; each answers
// with at least one row.
func TestEveryConceptIsMeasured(t *testing.T) {
	store, err := partnerships.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	quads, err := built()
	if err != nil {
		t.Fatal(err)
	}
	declared := ""
	for _, p := range prefixes {
		declared += "PREFIX " + p.Name + ": <" + p.IRI + "> "
	}
	concepts := 0
	err = store.View(func(tx *storage.Tx) error {
		for _, q := range quads {
			if short(q.Predicate) != "query" {
				continue
			}
			concepts++
			res, err := query.Run(context.Background(), tx, declared+q.Object.Value())
			if err != nil {
				t.Errorf("%s: %v", short(q.Subject), err)
				continue
			}
			rows := 0
			for _, err := range res.Rows() {
				if err != nil {
					t.Errorf("%s: %v", short(q.Subject), err)
					break
				}
				rows++
			}
			if rows == 0 {
				t.Errorf("%s: no answer", short(q.Subject))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if concepts < 30 {
		t.Errorf("%d concepts are measured, want at least 30", concepts)
	}
}
