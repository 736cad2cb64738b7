package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/graph/rdfio"
)

// randomQuads returns N-Quads with all kinds of terms, many of them repeated.
func randomQuads(r *rand.Rand, n int) string {
	var b bytes.Buffer
	for range n {
		s := graph.IRI(fmt.Sprintf("http://example.org/s%d", r.IntN(n/3+1)))
		if r.IntN(10) == 0 {
			s = graph.Blank(fmt.Sprintf("n%d", r.IntN(20)))
		}
		p := graph.IRI(fmt.Sprintf("http://example.org/p%d", r.IntN(9)))
		var o graph.Term
		switch r.IntN(7) {
		case 0:
			o = graph.IRI(fmt.Sprintf("http://example.org/s%d", r.IntN(n)))
		case 1:
			o = graph.String(fmt.Sprintf("text %d", r.IntN(n)))
		case 2:
			o = graph.LangString(fmt.Sprintf("text %d", r.IntN(n)), []string{"en", "de"}[r.IntN(2)])
		case 3:
			o = graph.Literal(fmt.Sprint(r.IntN(100)), graph.XSDInteger)
		case 4:
			o = graph.Literal(fmt.Sprint(r.IntN(100)), "http://example.org/type")
		case 5:
			o = graph.TripleTerm(s, p, graph.IRI(fmt.Sprintf("http://example.org/s%d", r.IntN(30))))
			for r.IntN(3) == 0 {
				o = graph.TripleTerm(graph.IRI(fmt.Sprintf("http://example.org/s%d", r.IntN(10))), p, o)
			}
		case 6:
			o = graph.Blank(fmt.Sprintf("n%d", r.IntN(20)))
		}
		q := graph.Quad{Subject: s, Predicate: p, Object: o}
		if r.IntN(5) == 0 {
			q.Graph = graph.IRI(fmt.Sprintf("http://example.org/g%d", r.IntN(3)))
		}
		b.WriteString(q.String())
		b.WriteByte('\n')
	}
	return b.String()
}

// contents returns the quads of a store as N-Quads lines. Blank nodes are
// written as one name, because their labels are the store's.
func contents(t testing.TB, s *Store) map[string]int {
	t.Helper()
	lines := map[string]int{}
	must(t, s.View(func(tx *Tx) error {
		for _, scope := range []encoded.GraphScope{encoded.ScopeDefault, encoded.ScopeNamed} {
			rows, _ := readScan(t, tx, encoded.Scan{Order: encoded.SPO, Scope: scope, Columns: 15}, nil)
			for _, r := range rows {
				var out [4]graph.Term
				must(t, tx.Decode(r[:], out[:]))
				lines[plainBlanks(graph.Quad{Subject: out[0], Predicate: out[1], Object: out[2], Graph: out[3]})]++
			}
		}
		return nil
	}))
	return lines
}

func plainBlanks(q graph.Quad) string {
	var plain func(t graph.Term) graph.Term
	plain = func(t graph.Term) graph.Term {
		switch t.Kind() {
		case graph.KindBlank:
			return graph.Blank("x")
		case graph.KindTriple:
			c := t.Triple()
			return graph.TripleTerm(plain(c.Subject), c.Predicate, plain(c.Object))
		}
		return t
	}
	return graph.Quad{Subject: plain(q.Subject), Predicate: q.Predicate, Object: plain(q.Object), Graph: q.Graph}.String()
}

// wantContents is the same from the text.
func wantContents(t testing.TB, documents ...string) map[string]int {
	t.Helper()
	lines := map[string]int{}
	for i, text := range documents {
		seen := map[string]bool{}
		must(t, rdfio.ParseLines(text, 1, rdfio.NQuads, func(q graph.Quad) error {
			key := q.String()
			if !strings.Contains(key, "_:") {
				key = "0" + key // the same quad in all documents
			} else {
				key = fmt.Sprint(i+1, key)
			}
			if !seen[key] {
				seen[key] = true
				lines[plainBlanks(q)]++
				if key[0] == '0' {
					lines[plainBlanks(q)] = 1
				}
			}
			return nil
		}))
	}
	return lines
}

func compareContents(t testing.TB, got, want map[string]int) {
	t.Helper()
	for k, n := range want {
		if got[k] != n {
			t.Fatalf("%d times in the store, want %d: %s", got[k], n, k)
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%d different quads, want %d", len(got), len(want))
	}
}

// TestStore_Load_AnyBudget loads into an empty and then into a full store, with
// budgets that spill nothing, parts, and parts and pieces.
func TestStore_Load_AnyBudget(t *testing.T) {
	for _, memory := range []int64{1 << 30, 3 << 20, 1 << 19} {
		for _, path := range []string{"", t.TempDir()} {
			t.Run(fmt.Sprint(memory, path != ""), func(t *testing.T) {
				r := rand.New(rand.NewPCG(7, uint64(memory)))
				a, b := randomQuads(r, 9000), randomQuads(r, 5000)
				s := openTest(t, path, nil)
				ctx := context.Background()
				o := &LoadOptions{Memory: memory}
				report, err := s.Load(ctx, strings.NewReader(a), rdfio.NQuads, o)
				must(t, err)
				if report.Quads != 9000 {
					t.Errorf("read %d quads", report.Quads)
				}
				compareContents(t, contents(t, s), wantContents(t, a))
				_, err = s.LoadInputs(ctx, []Input{{Reader: strings.NewReader(b), Format: rdfio.NQuads}, {Reader: strings.NewReader(a), Format: rdfio.NQuads}}, o)
				must(t, err)
				compareContents(t, contents(t, s), wantContents(t, a, b, a))
				if left, _ := filepath.Glob(filepath.Join(path, "load-*")); path != "" && len(left) > 0 {
					t.Errorf("left behind: %v", left)
				}
			})
		}
	}
}

// TestStore_Load_KeepsToItsBudget loads much more than fits, once many different
// texts, once mostly triple terms.
func TestStore_Load_KeepsToItsBudget(t *testing.T) {
	const memory = 24 << 20
	for name, reify := range map[string]bool{"texts": false, "triple terms": true} {
		t.Run(name, func(t *testing.T) {
			s := openTest(t, t.TempDir(), nil)
			for round := range uint64(2) { // into an empty store, and a full one
				var text strings.Builder
				writeGenerated(&text, 200_000, reify, round)
				report, err := s.Load(t.Context(), strings.NewReader(text.String()), rdfio.NTriples, &LoadOptions{Memory: memory})
				must(t, err)
				if report.Memory > memory || report.Memory < memory/10 {
					t.Errorf("the budget is %d bytes, used were %d", memory, report.Memory)
				}
				if report.Added == 0 || round > 0 && report.Added == report.Quads {
					t.Errorf("%d of %d quads were new", report.Added, report.Quads)
				}
			}
		})
	}
}

func TestStore_Load_BadLineKeepsNothing(t *testing.T) {
	s := openTest(t, t.TempDir(), nil)
	text := strings.Repeat("<http://a> <http://b> \"x\" .\n", 40000) + "<http://a> <http://b> oops .\n<http://a> <http://b> \"y\" .\n"
	_, err := s.LoadInputs(context.Background(), []Input{{Reader: strings.NewReader(text), Format: rdfio.NTriples, File: "bad.nt"}}, nil)
	var bad *rdfio.SyntaxError
	if !errors.As(err, &bad) || bad.Line != 40001 || bad.Column != 23 || !strings.Contains(err.Error(), "bad.nt:40001:23") {
		t.Fatalf("error: %v", err)
	}
	if n := len(contents(t, s)); n != 0 {
		t.Fatalf("%d quads were kept", n)
	}
	var skipped []error
	report, err := s.Load(context.Background(), strings.NewReader(text), rdfio.NTriples, &LoadOptions{Skip: func(err error) { skipped = append(skipped, err) }})
	must(t, err)
	if len(skipped) != 1 || report.Skipped != 1 || report.Quads != 40001 || report.Added != 2 {
		t.Fatalf("skipped %v, report %+v", skipped, report)
	}
}

func TestStore_Load_TargetGraph(t *testing.T) {
	s := openTest(t, "", nil)
	_, err := s.LoadInputs(context.Background(), []Input{{Reader: strings.NewReader("<a> <b> <c> ."), Format: rdfio.Turtle, Base: "http://x/", Graph: graph.IRI("http://g")}}, nil)
	must(t, err)
	compareContents(t, contents(t, s), map[string]int{"<http://x/a> <http://x/b> <http://x/c> <http://g> .": 1})
}

// TestStore_LongLiterals loads and interns literals that no single value of the
// engine can hold.
func TestStore_LongLiterals(t *testing.T) {
	for _, path := range []string{"", t.TempDir()} {
		s := openTest(t, path, nil)
		texts := []string{strings.Repeat("0123456789abcdef", 400_000), strings.Repeat("fedcba9876543210", 500_001)}
		_, err := s.Load(t.Context(), strings.NewReader("<http://a> <http://b> \""+texts[0]+"\" ."), rdfio.NTriples, nil)
		must(t, err)
		must(t, s.Update(func(tx *Tx) error {
			e, err := tx.Intern(graph.String(texts[1]))
			must(t, err)
			p, err := tx.Intern(graph.IRI("http://b"))
			must(t, err)
			return tx.Insert([]encoded.Pattern{{p, p, e, encoded.DefaultGraph}})
		}))
		must(t, s.View(func(tx *Tx) error {
			for _, text := range texts {
				e, ok, err := tx.Encode(graph.String(text))
				must(t, err)
				out := make([]graph.Term, 1)
				must(t, tx.Decode([]encoded.Term{e}, out))
				if !ok || out[0].Value() != text {
					t.Error("another text came back")
				}
			}
			return nil
		}))
	}
}

func TestStore_Info_AddsUp(t *testing.T) {
	s := openTest(t, t.TempDir(), &Options{KeepHistory: 2})
	for i := range 4 {
		_, err := s.Load(t.Context(), strings.NewReader(randomQuads(rand.New(rand.NewPCG(1, uint64(i))), 5000)), rdfio.NQuads, nil)
		must(t, err)
	}
	i, err := s.Info()
	must(t, err)
	if i.Commit != 4 || i.KeptCommits != 3 || i.OnDisk == 0 || len(i.Runs) == 0 || i.Orders[encoded.SPO] == 0 || i.Terms[encoded.TagIRI] == 0 {
		t.Errorf("%+v", i)
	}
	log, err := s.Log()
	must(t, err)
	sum := uint64(0)
	for k, e := range log {
		sum += e.Added - e.Removed
		if e.Commit != uint64(k+1) || e.Kept != (k > 0) {
			t.Errorf("log entry %d: %+v", k, e)
		}
		if !e.Kept {
			continue
		}
		must(t, s.ViewAt(e.Commit, func(tx *Tx) error {
			totals, err := tx.Totals()
			if err != nil || totals.Quads != sum {
				t.Errorf("commit %d holds %d quads, want %d, %v", e.Commit, totals.Quads, sum, err)
			}
			return nil
		}))
	}
	if err := s.ViewAt(1, func(*Tx) error { return nil }); !errors.Is(err, ErrNoSuchCommit) {
		t.Errorf("commit 1: %v", err)
	}
}
