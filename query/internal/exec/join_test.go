package exec

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// drawQuads draws a small dataset in which joins match often.
func drawQuads(t *rapid.T) []graph.Quad {
	n := rapid.IntRange(0, 40).Draw(t, "quads")
	quads := make([]graph.Quad, n)
	term := rapid.SampledFrom([]graph.Term{iri("a"), iri("b"), iri("c"), iri("d"), iri("p"), num("1"), num("2")})
	for i := range quads {
		quads[i] = graph.Quad{
			Subject:   rapid.SampledFrom([]graph.Term{iri("a"), iri("b"), iri("c"), iri("d"), iri("p")}).Draw(t, "s"),
			Predicate: rapid.SampledFrom([]graph.Term{iri("p"), iri("q"), iri("r")}).Draw(t, "p"),
			Object:    term.Draw(t, "o"),
			Graph:     rapid.SampledFrom([]graph.Term{{}, {}, {}, iri("g1"), iri("g2")}).Draw(t, "g"),
		}
	}
	return quads
}

func drawNode(t *rapid.T, names ...string) algebra.Node {
	return nd(rapid.SampledFrom(names).Draw(t, "node"))
}

func drawPattern(t *rapid.T) algebra.TriplePattern {
	return algebra.TriplePattern{
		Subject:   drawNode(t, "?x", "?y", "?z", "a"),
		Predicate: drawNode(t, "p", "q", "r", "p", "q", "?x", "?w"),
		Object:    drawNode(t, "?x", "?y", "?z", "?w", "b"),
	}
}

// drawScan draws a physical scan in any order.
func drawScan(t *rapid.T) *algebra.Scan {
	s := &algebra.Scan{Pattern: drawPattern(t), Order: encoded.Order(rapid.IntRange(0, int(encoded.OPS)).Draw(t, "order"))}
	var unneeded []algebra.Var
	for _, v := range algebra.Vars(s) {
		if rapid.IntRange(0, 5).Draw(t, "unneeded") == 0 {
			unneeded = append(unneeded, v)
		}
	}
	for _, v := range algebra.Vars(s) {
		if rapid.IntRange(0, 4).Draw(t, "ranged") > 0 {
			continue
		}
		r := algebra.VarRange{Var: v}
		for _, tag := range []encoded.Tag{encoded.TagIRI, encoded.TagString, encoded.TagInteger} {
			if rapid.Bool().Draw(t, "tag") {
				r.Ranges = append(r.Ranges, encoded.TagRange(tag))
			}
		}
		if rapid.Bool().Draw(t, "part") {
			r.Ranges = append([]encoded.Range{{Low: encoded.Make(encoded.TagIRI, 2), High: encoded.Make(encoded.TagIRI, 3)}, {Low: encoded.Make(encoded.TagIRI, 5), High: encoded.Make(encoded.TagIRI, 6)}}, r.Ranges...)
			r.Ranges = slices.DeleteFunc(r.Ranges, func(x encoded.Range) bool { return x == encoded.TagRange(encoded.TagIRI) })
		}
		s.Ranges = append(s.Ranges, r)
	}
	s.Unneeded = unneeded
	return s
}

func drawTable(t *rapid.T) *algebra.Table {
	tab := &algebra.Table{Vars: []algebra.Var{"x", "z"}}
	for range rapid.IntRange(0, 5).Draw(t, "rows") {
		tab.Rows = append(tab.Rows, []graph.Term{
			rapid.SampledFrom([]graph.Term{{}, iri("a"), iri("b"), iri("nowhere")}).Draw(t, "x"),
			rapid.SampledFrom([]graph.Term{{}, iri("b"), iri("c"), num("1")}).Draw(t, "z"),
		})
	}
	return tab
}

// drawInput draws an input of a join, one that may leave variables unbound included.
func drawInput(t *rapid.T, depth int) algebra.Op {
	kind := rapid.IntRange(0, 9).Draw(t, "kind")
	if depth <= 0 && kind > 4 {
		kind = 0
	}
	switch kind {
	case 0, 1, 2:
		return drawScan(t)
	case 3:
		return &algebra.BGP{Patterns: []algebra.TriplePattern{drawPattern(t), drawPattern(t)}}
	case 4:
		return drawTable(t)
	case 5:
		return &algebra.LeftJoin{Left: drawInput(t, depth-1), Right: drawInput(t, depth-1)}
	case 6:
		return &algebra.Union{Branches: []algebra.Op{drawInput(t, depth-1), drawInput(t, depth-1)}}
	case 7:
		return &algebra.Distinct{Input: drawInput(t, depth-1)}
	case 8:
		in := drawInput(t, depth-1)
		return &algebra.Filter{Input: in, Condition: drawCondition(t)}
	}
	return drawJoin(t, depth-1)
}

func drawCondition(t *rapid.T) algebra.Expr {
	switch rapid.IntRange(0, 4).Draw(t, "condition") {
	case 0:
		return call("!=", v("x"), v("z"))
	case 1:
		return call("=", v("y"), &algebra.Const{Term: iri("b")})
	case 2:
		return call("BOUND", v("z"))
	case 3:
		return call("||", call("SAMETERM", v("x"), v("y")), call("!", call("BOUND", v("w"))))
	}
	return call("&&", call("BOUND", v("x")), call("!=", v("x"), &algebra.Const{Term: iri("a")}))
}

func drawJoin(t *rapid.T, depth int) *algebra.PhysicalJoin {
	j := &algebra.PhysicalJoin{
		Kind:   algebra.JoinKind(rapid.IntRange(0, int(algebra.MinusJoin)).Draw(t, "join kind")),
		Method: algebra.JoinMethod(rapid.IntRange(0, int(algebra.JoinLookup)).Draw(t, "method")),
		Left:   drawInput(t, depth), Right: drawInput(t, depth),
	}
	if j.Kind != algebra.MinusJoin && rapid.Bool().Draw(t, "conditional") {
		j.Condition = drawCondition(t)
	}
	return j
}

func TestJoins_EveryMethodAgreesWithNestedLoops(t *testing.T) {
	used := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		f := newFixture(t, drawQuads(rt))
		j := drawJoin(rt, 2)
		var want []string
		for i := range 5 * 4 {
			m := algebra.JoinMethod(i % 4)
			if i%4 == 0 {
				if j.Kind = algebra.JoinKind(i / 4); j.Kind == algebra.MinusJoin {
					j.Condition = nil // MINUS has none
				}
				want = bag(f.naive(j))
			}
			j.Method = m
			op, err := Build(j, f.env)
			if err != nil {
				rt.Fatal(err)
			}
			used[op.Inputs()[0].Describe().Operator]++
			if got := bag(f.drain(op)); !slices.Equal(got, want) {
				rt.Fatalf("method %d of %s\ngot  %v\nwant %v", m, show(j), got, want)
			}
			op.Close()
			if n := f.env.Budget.Used(); n != 0 {
				rt.Fatalf("%d bytes still held", n)
			}
		}
	})
	for _, kind := range []string{"join", "left join", "semi-join", "anti-join", "minus"} {
		for _, method := range []string{"hash ", "merge ", "look-up "} {
			if used[method+kind] == 0 {
				t.Errorf("no %s%s was drawn", method, kind)
			}
		}
	}
}

func TestTrees_AgreeWithNaiveEvaluation(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := newFixture(t, drawQuads(rt))
		op := drawInput(rt, 3)
		switch rapid.IntRange(0, 5).Draw(rt, "top") {
		case 0:
			op = &algebra.Graph{Name: drawNode(rt, "?g", "?x", "g1"), Input: op}
			if slices.Contains(unneeded(op), op.(*algebra.Graph).Name.Var) {
				return // not a tree that a planner makes
			}
		case 1:
			op = &algebra.Group{Input: op, Keys: []algebra.GroupKey{{Var: "x", Expr: v("x")}},
				Aggs: []algebra.Aggregation{{Var: "c", Agg: &algebra.Aggregate{Name: "COUNT", Distinct: rapid.Bool().Draw(rt, "distinct"), Arg: v("y")}}}}
		case 2:
			op = &algebra.Group{Input: op, Aggs: []algebra.Aggregation{{Var: "c", Agg: &algebra.Aggregate{Name: "COUNT"}}}}
		case 3:
			op = &algebra.Project{Input: op, Vars: []algebra.Var{rapid.SampledFrom([]algebra.Var{"x", "y", "z", "w"}).Draw(rt, "v")}}
		case 4:
			op = &algebra.Group{Input: op, Keys: []algebra.GroupKey{{Var: "z", Expr: v("z")}},
				Aggs: []algebra.Aggregation{{Var: "c", Agg: &algebra.Aggregate{Name: "COUNT"}}}}
		}
		if got, want := bag(f.run(op)), bag(f.naive(op)); !slices.Equal(got, want) {
			rt.Fatalf("%s\ngot  %v\nwant %v", show(op), got, want)
		}
	})
}

func unneeded(op algebra.Op) []algebra.Var {
	var vars []algebra.Var
	algebra.Walk(op, func(o algebra.Op) bool {
		if s, ok := o.(*algebra.Scan); ok {
			vars = append(vars, s.Unneeded...)
		}
		return true
	})
	return vars
}

// Large inputs cross the borders of batches and windows.
func TestJoins_AcrossBatches(t *testing.T) {
	var quads []graph.Quad
	for i := range 9000 {
		quads = append(quads, graph.Quad{Subject: iri(fmt.Sprintf("s%05d", i/2)), Predicate: iri("p"), Object: num(fmt.Sprint(i % 7))})
		if i%3 == 0 {
			quads = append(quads, graph.Quad{Subject: iri(fmt.Sprintf("s%05d", i)), Predicate: iri("q"), Object: num(fmt.Sprint(i % 5))})
		}
	}
	for i := range 4200 { // one key with a group larger than a batch
		quads = append(quads, graph.Quad{Subject: iri("s04000"), Predicate: iri("r"), Object: num(fmt.Sprint(i))})
	}
	f := newFixture(t, quads)
	scan := func(p, o string) *algebra.Scan { return &algebra.Scan{Pattern: tp("?x", p, o), Order: encoded.PSO} }
	for _, sides := range [][2]*algebra.Scan{{scan("p", "?a"), scan("q", "?b")}, {scan("q", "?b"), scan("p", "?a")},
		{scan("p", "?a"), scan("r", "?b")}, {scan("r", "?b"), scan("p", "?a")}, {scan("p", "?a"), scan("q", "?a")}, {scan("r", "?b"), scan("r", "?b")}} {
		for kind := algebra.InnerJoin; kind <= algebra.MinusJoin; kind++ {
			j := &algebra.PhysicalJoin{Kind: kind, Method: algebra.JoinHash, Left: sides[0], Right: sides[1]}
			count := &algebra.Group{Input: j, Aggs: []algebra.Aggregation{{Var: "c", Agg: &algebra.Aggregate{Name: "COUNT"}},
				{Var: "d", Agg: &algebra.Aggregate{Name: "COUNT", Distinct: true, Arg: v("x")}}, {Var: "e", Agg: &algebra.Aggregate{Name: "SUM", Arg: v("b")}}}}
			want := bag(f.run(count))
			for _, m := range []algebra.JoinMethod{algebra.JoinMerge, algebra.JoinLookup} {
				j.Method = m
				if got := bag(f.run(count)); !slices.Equal(got, want) {
					t.Errorf("kind %d method %d of %v and %v: got %v, want %v", kind, m, sides[0].Pattern, sides[1].Pattern, got, want)
				}
			}
		}
	}
}
