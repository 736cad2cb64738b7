package question_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/ententedb/entente/datasets/partnerships"
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/question"
	"github.com/ententedb/entente/storage"
)

const pk = "https://ententedb.org/pk/"

// world is a graph with its lexicon.
type world struct {
	ds      query.Dataset
	lexicon *question.Lexicon
	labels  map[string]string
}

// flagship is the embedded partnership graph, with the lexicon as it stands in
// the source tree.
var flagship = sync.OnceValues(func() (*world, error) {
	store, err := partnerships.Open()
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	err = store.Update(func(tx *storage.Tx) error {
		_, err := query.Update(ctx, tx, `DELETE { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(STRSTARTS(STR(?p), "`+question.Namespace+`")) }`)
		return err
	})
	if err != nil {
		return nil, err
	}
	f, err := os.Open("../../datasets/partnerships/lexicon.ttl")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if _, err := store.Load(ctx, f, rdfio.Turtle, nil); err != nil {
		return nil, err
	}
	return newWorld(store)
})

// newWorld takes a snapshot that lives as long as the test process.
func newWorld(store *storage.Store) (*world, error) {
	tx, err := store.Snapshot()
	if err != nil {
		return nil, err
	}
	w := &world{ds: tx, labels: map[string]string{}}
	if w.lexicon, err = question.LoadLexicon(context.Background(), tx); err != nil {
		return nil, err
	}
	labels, err := query.Run(context.Background(), tx, "SELECT ?x ?l { ?x <"+graph.RDFSLabel+"> ?l }")
	if err != nil {
		return nil, err
	}
	for row, err := range labels.Rows() {
		if err != nil {
			return nil, err
		}
		w.labels[row.Get("x").Value()] = row.Get("l").Value()
	}
	return w, labels.Close()
}

func theFlagship(t testing.TB) *world {
	t.Helper()
	w, err := flagship()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// answer is what a query gives, in a form that can be compared.
type answer struct {
	ask  bool
	yes  bool
	rows [][]string // in the sequence of the query
}

func (w *world) run(q *query.Results) (answer, error) {
	if q.Form() == query.FormAsk {
		return answer{ask: true, yes: q.Boolean()}, q.Close()
	}
	var a answer
	for row, err := range q.Rows() {
		if err != nil {
			return a, err
		}
		var cells []string
		for _, t := range row.Terms() {
			cells = append(cells, short(t))
		}
		a.rows = append(a.rows, cells)
	}
	return a, q.Close()
}

// short writes a term without what is the same everywhere.
func short(t graph.Term) string {
	switch {
	case t.IsIRI():
		return strings.TrimPrefix(strings.TrimPrefix(t.Value(), pk), "https://ententedb.org/")
	case t.IsLiteral():
		if f, err := strconv.ParseFloat(t.Value(), 64); err == nil && strings.Contains(t.Value(), ".") {
			return strconv.FormatFloat(f, 'f', 2, 64)
		}
		return t.Value()
	}
	return t.String()
}

// ask answers a question.
func (w *world) ask(text string) (*question.Question, answer, error) {
	q, err := question.Parse(w.lexicon, text, nil)
	if err != nil {
		return nil, answer{}, err
	}
	a, err := w.answer(q)
	return q, a, err
}

func (w *world) answer(q *question.Question) (answer, error) {
	res, err := query.RunQuery(context.Background(), w.ds, q.Query)
	if err != nil {
		return answer{}, err
	}
	return w.run(res)
}

func (w *world) sparql(text string) (answer, error) {
	const prefixes = `PREFIX pk: <https://ententedb.org/pk/> PREFIX src: <https://ententedb.org/source/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
`
	res, err := query.Run(context.Background(), w.ds, prefixes+text)
	if err != nil {
		return answer{}, err
	}
	return w.run(res)
}

// first cuts rows to their first n columns.
func (a answer) first(n int) [][]string {
	var out [][]string
	for _, r := range a.rows {
		out = append(out, r[:min(n, len(r))])
	}
	return out
}

func sorted(rows [][]string) [][]string {
	out := slices.Clone(rows)
	slices.SortFunc(out, slices.Compare)
	return out
}

func sameRows(a, b [][]string, ordered bool) bool {
	if !ordered {
		a, b = sorted(a), sorted(b)
	}
	return slices.EqualFunc(a, b, slices.Equal[[]string])
}

// brief writes an answer in one line.
func (a answer) brief(ordered bool) string {
	if a.ask {
		return map[bool]string{true: "yes", false: "no"}[a.yes]
	}
	rows := a.rows
	if !ordered {
		rows = sorted(rows)
	}
	var cells []string
	for i, r := range rows {
		if i == 12 {
			cells = append(cells, "…")
			break
		}
		cells = append(cells, strings.Join(r, " "))
	}
	if len(rows) == 1 {
		return cells[0]
	}
	return fmt.Sprintf("%d rows: %s", len(rows), strings.Join(cells, " · "))
}

// TestQuestions runs the text tests. A case is a question and, after it, a
// query in SPARQL written by hand; both must have the same answer, and so must
// the paraphrase asked as a question. The query may have fewer columns than the
// question's answer; the first ones are compared. "list" compares the
// sequence too.
func TestQuestions(t *testing.T) {
	w := theFlagship(t)
	datadriven.Walk(t, "testdata/answers", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			text, query, _ := strings.Cut(d.Input, "\n")
			q, got, err := w.ask(text)
			if err != nil {
				d.Fatalf(t, "%s: %v", text, err)
			}
			ordered := d.Cmd == "list"
			want, err := w.sparql(query)
			if err != nil {
				d.Fatalf(t, "%s: %v", text, err)
			}
			columns := 1
			if len(want.rows) > 0 {
				columns = len(want.rows[0])
			}
			if got.ask != want.ask || got.yes != want.yes || !sameRows(got.first(columns), want.rows, ordered) {
				t.Errorf("%s\nunderstood as %s\ngives %s\nthe query gives %s", text, q.Understood, got.brief(ordered), want.brief(ordered))
			}
			again, err := question.Parse(w.lexicon, q.Understood, nil)
			same := got
			if err == nil && algebra.Print(again.Query.Root) != algebra.Print(q.Query.Root) {
				same, err = w.answer(again)
			}
			if err != nil {
				t.Errorf("%s\nunderstood as %s\nwhich is not understood: %v", text, q.Understood, err)
			} else if got.ask != same.ask || got.yes != same.yes || !sameRows(got.rows, same.rows, ordered) {
				t.Errorf("%s\nunderstood as %s\nthen as        %s\ngives %s, then %s", text, q.Understood, again.Understood, got.brief(ordered), same.brief(ordered))
			}
			// The answer is written down for the reader; what checks it is the query,
			// so that it may change with the data.
			if said, _, _ := strings.Cut(d.Expected, "\n"); said == q.Understood && !d.Rewrite {
				return d.Expected
			}
			return q.Understood + "\n" + got.brief(ordered) + "\n"
		})
	})
}

// TestRewordings asks groups of questions that mean the same; the first of each
// group gives the answer that the others must have.
func TestRewordings(t *testing.T) {
	w := theFlagship(t)
	f, err := os.Open("testdata/rewordings.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var want answer
	var first string
	asked, same := 0, 0
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		line := strings.TrimSpace(sc.Text())
		switch {
		case line == "":
			first = ""
			continue
		case strings.HasPrefix(line, "#"):
			continue
		}
		_, got, err := w.ask(line)
		if first == "" {
			if err != nil {
				t.Errorf("%s: %v", line, err)
			}
			first, want = line, got
			continue
		}
		asked++
		switch {
		case err != nil:
			t.Logf("%s: %v", line, err)
		case got.ask != want.ask || got.yes != want.yes || !sameRows(got.first(1), want.first(1), false):
			t.Errorf("%q gives %s, but %q %s", line, got.brief(false), first, want.brief(false))
		default:
			same++
		}
	}
	t.Logf("%d of %d rewordings have the same answer", same, asked)
	if same*100 < asked*95 {
		t.Errorf("only %d of %d rewordings are understood", same, asked)
	}
}

// TestPublicQuestions asks the public questions and compares with the answers
// given there.
func TestPublicQuestions(t *testing.T) {
	f, err := os.Open(filepath.FromSlash("../../../shared/questions/public.jsonl"))
	if err != nil {
		t.Skip("the public questions are not beside the repository: ", err)
	}
	defer f.Close()
	w := theFlagship(t)
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		var x struct {
			Q, Kind string
			Expect  any
		}
		if err := json.Unmarshal(sc.Bytes(), &x); err != nil {
			t.Fatal(err)
		}
		t.Run(x.Q, func(t *testing.T) {
			q, got, err := w.ask(x.Q)
			var refusal *question.Refusal
			if x.Kind == "suggest" || x.Kind == "ambiguous" {
				if !errors.As(err, &refusal) {
					t.Fatalf("not refused: %v", err)
				}
				for _, want := range x.Expect.([]any) {
					if !strings.Contains(refusal.Error(), want.(string)) {
						t.Errorf("%v does not name %s", refusal, want)
					}
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var first []string
			for _, r := range got.rows {
				first = append(first, w.code(r[0]))
			}
			switch x.Kind {
			case "set", "list":
				var want []string
				for _, v := range x.Expect.([]any) {
					want = append(want, v.(string))
				}
				if x.Kind == "set" {
					slices.Sort(want)
					slices.Sort(first)
				}
				if !slices.Equal(first, want) {
					t.Errorf("understood as %s\n got %v\nwant %v", q.Understood, first, want)
				}
			case "count":
				if len(got.rows) != 1 || got.rows[0][0] != fmt.Sprint(x.Expect) {
					t.Errorf("got %v, want %v", got.rows, x.Expect)
				}
			case "yesno":
				if got.yes != x.Expect.(bool) {
					t.Errorf("got %v, want %v", got.yes, x.Expect)
				}
			case "value":
				if len(got.rows) != 1 || w.label(got.rows[0][0]) != fmt.Sprint(x.Expect) {
					t.Errorf("got %v, want %v", got.rows, x.Expect)
				}
			case "contains":
				var all strings.Builder
				for _, r := range got.rows {
					for _, c := range r {
						all.WriteString(w.label(c) + "\n")
					}
				}
				for _, want := range x.Expect.([]any) {
					if !strings.Contains(all.String(), want.(string)) {
						t.Errorf("%s is not in\n%s", want, all.String())
					}
				}
			}
		})
	}
}

func (w *world) label(cell string) string {
	if l, ok := w.labels[pk+cell]; ok {
		return l
	}
	return cell
}

// code is the ISO code of an entity in the form of the public questions.
func (w *world) code(cell string) string {
	if cell == "EU" {
		return "EUU"
	}
	return cell
}
