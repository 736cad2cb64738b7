package exec

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

func exists(p algebra.Op) algebra.Expr { return &algebra.Exists{Pattern: p} }

// names returns the local names of a variable's values, sorted.
func (f *fixture) names(rows []solution, v algebra.Var) []string {
	var out []string
	for _, s := range rows {
		t, err := f.env.Eval.Terms.Term(s[v])
		if err != nil {
			f.t.Fatal(err)
		}
		out = append(out, t.Value()[len("http://e/"):])
	}
	slices.Sort(out)
	return out
}

func TestExists_SeesTheOuterSolution(t *testing.T) {
	age := bgp(tp("?x", "age", "?n"))
	otherAge := bgp(tp("?y", "age", "?m"))
	same := &algebra.Filter{Input: otherAge, Condition: call("&&", call("=", v("n"), v("m")), call("!=", v("x"), v("y")))}
	cases := []struct {
		name    string
		pattern algebra.Op
		want    []string
	}{
		{"filter on outer variables", same, []string{"a", "c"}},
		{"only a filter", &algebra.Filter{Input: algebra.Unit(), Condition: call(">", v("n"), &algebra.Const{Term: num("26")})}, []string{"a", "c"}},
		{"nested", &algebra.Filter{Input: bgp(tp("?x", "knows", "?z")), Condition: exists(&algebra.Filter{Input: bgp(tp("?z", "age", "?k")), Condition: call("<", v("k"), v("n"))})}, []string{"a"}},
		{"optional condition", &algebra.Filter{Input: &algebra.LeftJoin{Left: bgp(tp("?x", "knows", "?z")), Right: bgp(tp("?z", "age", "?k")), Condition: call("=", v("n"), v("k"))}, Condition: call("BOUND", v("k"))}, []string{"c"}},
		{"bind", &algebra.Filter{Input: &algebra.Extend{Input: bgp(), Var: "k", Expr: call("+", v("n"), &algebra.Const{Term: num("1")})}, Condition: call("=", v("k"), &algebra.Const{Term: num("31")})}, []string{"a", "c"}},
		{"aggregate", &algebra.Filter{Input: &algebra.Group{Input: bgp(tp("?x", "knows", "?z")), Keys: []algebra.GroupKey{{Var: "x", Expr: v("x")}},
			Aggs: []algebra.Aggregation{{Var: "c", Agg: &algebra.Aggregate{Name: "COUNT"}}}}, Condition: call(">", v("c"), &algebra.Const{Term: num("1")})}, []string{"c"}},
		{"sub-select hides", &algebra.Project{Input: bgp(tp("?x", "likes", "knows")), Vars: []algebra.Var{"q"}}, []string{"a", "b", "c", "f"}},
		{"sub-select shows", &algebra.Project{Input: bgp(tp("?x", "likes", "?q")), Vars: []algebra.Var{"x"}}, []string{"a"}},
		{"limit", &algebra.Slice{Input: bgp(tp("?x", "knows", "?z")), Limit: 1}, []string{"a", "b", "c"}},
		{"graph", &algebra.Graph{Name: nd("?g"), Input: bgp(tp("?x", "knows", "?z"))}, []string{"a", "b"}},
		{"minus", &algebra.Minus{Left: bgp(tp("?x", "knows", "?z")), Right: bgp(tp("?x", "likes", "?z"))}, []string{"b", "c"}},
		{"path of length zero", &algebra.PathPattern{Subject: nd("?x"), Path: &algebra.PathRepeat{Path: &algebra.PathLink{Predicate: iri("knows")}, Max: -1}, Object: nd("d")}, []string{"a", "b", "c"}},
		{"values", &algebra.Table{Vars: []algebra.Var{"n"}, Rows: [][]graph.Term{{num("7")}, {num("25")}}}, []string{"b", "f"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := newFixture(t, sampleQuads())
			if got := f.names(f.run(&algebra.Filter{Input: age, Condition: exists(c.pattern)}), "x"); !slices.Equal(got, c.want) {
				t.Errorf("EXISTS: got %v, want %v", got, c.want)
			}
			// The same within another expression, and with more solutions than are decided one by one.
			or := call("||", exists(c.pattern), call("=", v("x"), &algebra.Const{Term: iri("nobody")}))
			if got := f.names(f.run(&algebra.Filter{Input: age, Condition: or}), "x"); !slices.Equal(got, c.want) {
				t.Errorf("EXISTS || …: got %v, want %v", got, c.want)
			}
			not := f.names(f.run(&algebra.Filter{Input: age, Condition: call("!", exists(c.pattern))}), "x")
			if all := f.names(f.run(age), "x"); len(not)+len(c.want) != len(all) {
				t.Errorf("NOT EXISTS: got %v", not)
			}
		})
	}
}

func TestExists_ManySolutionsAreDecidedAtOnce(t *testing.T) {
	quads := numbers(500, 500)
	for i := 0; i < 500; i += 2 {
		quads = append(quads, graph.Quad{Subject: quads[i].Subject, Predicate: iri("even"), Object: num("1")})
	}
	f := newFixture(t, quads)
	or := call("||", exists(bgp(tp("?s", "even", "?e"))), call("=", v("n"), &algebra.Const{Term: num("999")}))
	if got := f.run(&algebra.Filter{Input: bgp(tp("?s", "n", "?n")), Condition: or}); len(got) != 250 {
		t.Errorf("%d solutions, want 250", len(got))
	}
}

func TestLateral_EvaluatesTheRightForEachSolution(t *testing.T) {
	f := newFixture(t, sampleQuads())
	// One friend of each, the first in order: LIMIT inside.
	right := &algebra.Slice{Input: &algebra.OrderBy{Input: bgp(tp("?x", "knows", "?y")), Keys: []algebra.OrderKey{{Expr: v("y")}}}, Limit: 1}
	rows := f.run(&algebra.Lateral{Left: &algebra.Distinct{Input: &algebra.Project{Input: bgp(tp("?x", "knows", "?z")), Vars: []algebra.Var{"x"}}}, Right: right})
	if x, y := f.names(rows, "x"), f.names(rows, "y"); !slices.Equal(x, []string{"a", "b", "c", "e"}) || !slices.Equal(y, []string{"a", "b", "c", "e"}) {
		t.Errorf("x %v, y %v", x, y)
	}
	// Without LIMIT it is a join.
	knows, likes := bgp(tp("?x", "knows", "?y")), bgp(tp("?y", "age", "?n"))
	if got, want := bag(f.run(&algebra.Lateral{Left: knows, Right: likes})), bag(f.naive(&algebra.Join{Left: knows, Right: likes})); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestBuild_BindingsArePutInEverywhere(t *testing.T) {
	f := newFixture(t, sampleQuads())
	id, _, err := f.env.Dataset.Encode(iri("a"))
	if err != nil {
		t.Fatal(err)
	}
	f.env.Bindings = map[algebra.Var]encoded.Term{"x": id}
	for _, op := range []algebra.Op{
		bgp(tp("?x", "knows", "?y"), tp("?y", "knows", "?z")),
		&algebra.Join{Left: bgp(tp("?q", "knows", "?x")), Right: &algebra.Project{Input: bgp(tp("?x", "knows", "?y")), Vars: []algebra.Var{"x", "y"}}},
		&algebra.PathPattern{Subject: nd("?x"), Path: &algebra.PathRepeat{Path: &algebra.PathLink{Predicate: iri("knows")}, Min: 1, Max: -1}, Object: nd("?y")},
	} {
		want := f.naive(&algebra.Join{Left: op, Right: &algebra.Table{Vars: []algebra.Var{"x"}, Rows: [][]graph.Term{{iri("a")}}}})
		if got, want := bag(f.run(op)), bag(want); !slices.Equal(got, want) || len(got) == 0 {
			t.Errorf("%s: got %v, want %v", show(op), got, want)
		}
	}
}

func TestService(t *testing.T) {
	f := newFixture(t, sampleQuads())
	service := &algebra.Service{Name: nd("endpoint"), Input: bgp(tp("?x", "remote", "?r"))}
	join := &algebra.Join{Left: bgp(tp("?x", "age", "?n")), Right: service}
	ask := func(root algebra.Op) error {
		op, err := Build(root, f.env)
		if err != nil {
			return err
		}
		defer op.Close()
		_, err = op.Next(context.Background())
		return err
	}
	if err := ask(join); !errors.Is(err, errService) {
		t.Errorf("without a service: %v", err)
	}
	var asked string
	var sent int
	f.env.Service = func(_ context.Context, r ServiceRequest, add func([]graph.Term) error) error {
		asked, sent = r.Endpoint, len(r.Bindings)
		for _, x := range []string{"a", "a", "nobody", "c"} {
			row := make([]graph.Term, len(r.Vars))
			row[slices.Index(r.Vars, "x")] = iri(x)
			row[slices.Index(r.Vars, "r")] = graph.String("from afar")
			if err := add(row); err != nil {
				return err
			}
		}
		return nil
	}
	if got := f.names(f.run(join), "x"); !slices.Equal(got, []string{"a", "a", "c"}) || asked != "http://e/endpoint" || sent != 4 {
		t.Errorf("got %v from %s with %d bindings", got, asked, sent)
	}
	asked = ""
	if got := f.run(&algebra.Join{Left: bgp(tp("?x", "age", "nobody")), Right: service}); len(got) != 0 || asked != "" {
		t.Errorf("asked %q for a join with nothing", asked)
	}
	asked = ""
	each := *service
	each.Name = nd("?y")
	if got := f.names(f.run(&algebra.Join{Left: bgp(tp("?x", "likes", "?y"), tp("?x", "knows", "?y")), Right: &each}), "x"); !slices.Equal(got, []string{"a", "a"}) || asked != "http://e/b" {
		t.Errorf("endpoint from a variable: got %v from %s", got, asked)
	}
	broken := errors.New("no line")
	f.env.Service = func(context.Context, ServiceRequest, func([]graph.Term) error) error {
		return broken
	}
	if err := ask(join); !errors.Is(err, broken) {
		t.Errorf("broken: %v", err)
	}
	silent := *service
	silent.Silent = true
	if got := f.run(&algebra.Join{Left: bgp(tp("?x", "age", "?n")), Right: &silent}); len(got) != 4 {
		t.Errorf("SILENT: %d solutions", len(got))
	}
	// A failure of our own, such as of the budget, is no failure of the endpoint.
	f.env.Service = func(_ context.Context, _ ServiceRequest, add func([]graph.Term) error) error {
		for i := range 100_000 {
			if err := add([]graph.Term{iri("a"), num(strconv.Itoa(i))}); err != nil {
				return err
			}
		}
		return nil
	}
	f.env.Budget = NewBudget(1<<18, 0)
	if err := ask(&algebra.Join{Left: bgp(tp("?x", "age", "?n")), Right: &silent}); !errors.Is(err, ErrMemory) {
		t.Errorf("SILENT, with too long an answer: %v", err)
	}
	if n := f.env.Budget.Used(); n != 0 {
		t.Errorf("%d bytes are still held", n)
	}
}

func TestBuild_DatasetClauses(t *testing.T) {
	all := bgp(tp("?s", "?p", "?o"))
	named := &algebra.Graph{Name: nd("?g"), Input: all}
	cases := []struct {
		name         string
		clause       algebra.DatasetClause
		union        bool
		plain, graph int
	}{
		{"none", algebra.DatasetClause{}, false, 16, 6},
		{"union", algebra.DatasetClause{}, true, 20, 6},
		{"from", algebra.DatasetClause{Given: true, Default: []graph.Term{iri("g1")}}, false, 3, 0},
		{"from two", algebra.DatasetClause{Given: true, Default: []graph.Term{iri("g1"), iri("g2")}}, false, 5, 0},
		{"from nothing known", algebra.DatasetClause{Given: true, Default: []graph.Term{iri("g9")}}, false, 0, 0},
		{"from named", algebra.DatasetClause{Given: true, Named: []graph.Term{iri("g1")}}, false, 0, 3},
		{"both", algebra.DatasetClause{Given: true, Default: []graph.Term{iri("g2")}, Named: []graph.Term{iri("g1"), iri("g2")}}, false, 3, 6},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := newFixture(t, sampleQuads())
			f.env.Clause, f.env.Union = c.clause, c.union
			if got := len(f.run(all)); got != c.plain {
				t.Errorf("default graph: %d, want %d", got, c.plain)
			}
			if got := len(f.run(named)); got != c.graph {
				t.Errorf("GRAPH ?g: %d, want %d", got, c.graph)
			}
		})
	}
}
