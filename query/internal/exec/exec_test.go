package exec

import (
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/algebra"
)

func iri(s string) graph.Term { return graph.IRI("http://e/" + s) }

func num(s string) graph.Term { return graph.Literal(s, graph.XSDInteger) }

// nd makes a node: "?x" is a variable, "_x" a blank node's hidden variable,
// digits an integer, anything else an IRI.
func nd(s string) algebra.Node {
	switch {
	case s[0] == '?':
		return algebra.VarNode(algebra.Var(s[1:]))
	case s[0] == '_':
		return algebra.VarNode(algebra.Var("." + s[1:]))
	case s[0] >= '0' && s[0] <= '9':
		return algebra.TermNode(num(s))
	}
	return algebra.TermNode(iri(s))
}

func tp(s, p, o string) algebra.TriplePattern {
	return algebra.TriplePattern{Subject: nd(s), Predicate: nd(p), Object: nd(o)}
}

func bgp(ps ...algebra.TriplePattern) *algebra.BGP { return &algebra.BGP{Patterns: ps} }

func v(name string) algebra.Expr { return &algebra.VarExpr{Var: algebra.Var(name)} }

func call(name string, args ...algebra.Expr) algebra.Expr {
	return &algebra.Call{Name: name, Arguments: args}
}

func sampleQuads() []graph.Quad {
	q := func(s, p, o string, g ...string) graph.Quad {
		r := graph.Quad{Subject: nd(s).Term, Predicate: nd(p).Term, Object: nd(o).Term}
		if len(g) > 0 {
			r.Graph = iri(g[0])
		}
		return r
	}
	tt := graph.TripleTerm(iri("a"), iri("knows"), iri("b"))
	return []graph.Quad{
		q("a", "knows", "b"), q("b", "knows", "c"), q("c", "knows", "a"), q("c", "knows", "d"), q("e", "knows", "e"),
		q("a", "age", "30"), q("b", "age", "25"), q("c", "age", "30"), q("f", "age", "7"),
		q("a", "likes", "b"), q("a", "likes", "c"), q("d", "likes", "a"), q("knows", "likes", "knows"),
		q("a", "knows", "b", "g1"), q("b", "knows", "z", "g1"), q("b", "knows", "g1", "g1"),
		q("a", "knows", "b", "g2"), q("x", "age", "1", "g2"), q("g2", "age", "2", "g2"),
		{Subject: iri("r"), Predicate: graph.IRI(graph.RDFReifies), Object: tt},
		q("r", "since", "1990"),
		{Subject: iri("r2"), Predicate: graph.IRI(graph.RDFReifies), Object: graph.TripleTerm(iri("b"), iri("knows"), tt)},
	}
}

func TestBuild_LogicalTrees(t *testing.T) {
	reifies := algebra.TermNode(graph.IRI(graph.RDFReifies))
	nested := func(s, p, o string) algebra.Node { t := tp(s, p, o); return algebra.Node{Triple: &t} }
	knows := bgp(tp("?x", "knows", "?y"))
	age := bgp(tp("?x", "age", "?n"))
	ageY := bgp(tp("?y", "age", "?m"))
	count := func(distinct bool, arg algebra.Expr) []algebra.Aggregation {
		return []algebra.Aggregation{{Var: "c", Agg: &algebra.Aggregate{Name: "COUNT", Distinct: distinct, Arg: arg}}}
	}
	key := func(n string) []algebra.GroupKey { return []algebra.GroupKey{{Var: algebra.Var(n), Expr: v(n)}} }
	undef := &algebra.Table{Vars: []algebra.Var{"x", "n"}, Rows: [][]graph.Term{{iri("a"), {}}, {{}, num("25")}, {iri("zz"), num("30")}, {{}, {}}, {iri("a"), num("30")}}}
	trees := map[string]algebra.Op{
		"unit":                bgp(),
		"one pattern":         knows,
		"unknown constant":    bgp(tp("?x", "knows", "nobody")),
		"ground":              bgp(tp("a", "knows", "b")),
		"repeated variable":   bgp(tp("?x", "knows", "?x")),
		"thrice repeated":     bgp(tp("?x", "?x", "?x")),
		"subject = predicate": bgp(tp("?x", "likes", "?x"), tp("?s", "?x", "?o")),
		"chain":               bgp(tp("?x", "knows", "?y"), tp("?y", "knows", "?z"), tp("?z", "knows", "?x")),
		"blank node":          bgp(tp("?x", "knows", "_b"), tp("_b", "knows", "?z")),
		"disconnected":        bgp(tp("?x", "age", "?n"), tp("?a", "likes", "?b"), tp("?b", "age", "?n")),
		"cross":               bgp(tp("?x", "age", "?n"), tp("?a", "likes", "?b")),
		"all":                 bgp(tp("?s", "?p", "?o")),
		"triple term": bgp(algebra.TriplePattern{Subject: nd("?r"), Predicate: reifies, Object: nested("?s", "knows", "?o")},
			tp("?r", "since", "?d")),
		"nested triple term": bgp(algebra.TriplePattern{Subject: nd("?r"), Predicate: reifies,
			Object: algebra.Node{Triple: &algebra.TriplePattern{Subject: nd("?s"), Predicate: nd("?p"), Object: nested("?s2", "?p", "?o")}}}),
		"ground triple term":   bgp(algebra.TriplePattern{Subject: nd("?r"), Predicate: reifies, Object: nested("a", "knows", "b")}),
		"variable triple term": bgp(algebra.TriplePattern{Subject: nd("?r"), Predicate: reifies, Object: nd("?t")}),
		"join":                 &algebra.Join{Left: knows, Right: age},
		"join undef":           &algebra.Join{Left: undef, Right: age},
		"join undef undef":     &algebra.Join{Left: undef, Right: &algebra.Join{Left: knows, Right: undef}},
		"left join":            &algebra.LeftJoin{Left: knows, Right: ageY},
		"left join condition":  &algebra.LeftJoin{Left: knows, Right: ageY, Condition: call(">", v("m"), &algebra.Const{Term: num("26")})},
		"left join undef":      &algebra.LeftJoin{Left: undef, Right: age},
		"nested optional":      &algebra.Join{Left: &algebra.LeftJoin{Left: knows, Right: ageY}, Right: bgp(tp("?z", "age", "?m"))},
		"minus":                &algebra.Minus{Left: knows, Right: age},
		"minus disjoint":       &algebra.Minus{Left: knows, Right: bgp(tp("?q", "age", "?n"))},
		"minus undef":          &algebra.Minus{Left: age, Right: undef},
		"minus from undef":     &algebra.Minus{Left: undef, Right: age},
		"filter":               &algebra.Filter{Input: age, Condition: call("&&", call(">", v("n"), &algebra.Const{Term: num("10")}), call("!=", v("x"), &algebra.Const{Term: iri("a")}))},
		"exists":               &algebra.Filter{Input: knows, Condition: &algebra.Exists{Pattern: ageY}},
		"not exists":           &algebra.Filter{Input: knows, Condition: &algebra.Exists{Pattern: ageY, Negated: true}},
		"exists in or":         &algebra.Filter{Input: knows, Condition: call("||", &algebra.Exists{Pattern: ageY}, call("=", v("x"), &algebra.Const{Term: iri("c")}))},
		"exists undef":         &algebra.Filter{Input: undef, Condition: &algebra.Exists{Pattern: age}},
		"union":                &algebra.Union{Branches: []algebra.Op{knows, age, undef}},
		"join union":           &algebra.Join{Left: &algebra.Union{Branches: []algebra.Op{knows, age}}, Right: &algebra.Union{Branches: []algebra.Op{ageY, age}}},
		"extend":               &algebra.Extend{Input: age, Var: "d", Expr: call("+", v("n"), v("n"))},
		"extend error":         &algebra.Extend{Input: knows, Var: "d", Expr: call("+", v("x"), v("y"))},
		"extend copy":          &algebra.Extend{Input: age, Var: "d", Expr: v("n")},
		"graph":                &algebra.Graph{Name: nd("g1"), Input: knows},
		"graph unknown":        &algebra.Graph{Name: nd("g9"), Input: bgp()},
		"graph unit":           &algebra.Graph{Name: nd("g1"), Input: bgp()},
		"graph variable":       &algebra.Graph{Name: nd("?g"), Input: knows},
		"graph variable join":  &algebra.Graph{Name: nd("?g"), Input: bgp(tp("?x", "knows", "?y"), tp("?y", "knows", "?z"))},
		"graph variable used":  &algebra.Graph{Name: nd("?g"), Input: bgp(tp("?x", "knows", "?g"))},
		"graph variable undef": &algebra.Graph{Name: nd("?g"), Input: &algebra.LeftJoin{Left: knows, Right: bgp(tp("?y", "knows", "?g"))}},
		"graph variable unit":  &algebra.Graph{Name: nd("?g"), Input: bgp()},
		"graph group":          &algebra.Graph{Name: nd("?g"), Input: &algebra.Group{Input: age, Aggs: count(false, nil)}},
		"graph minus":          &algebra.Graph{Name: nd("?g"), Input: &algebra.Minus{Left: knows, Right: bgp(tp("?q", "age", "?n"))}},
		"graph project":        &algebra.Graph{Name: nd("?g"), Input: &algebra.Project{Input: knows, Vars: []algebra.Var{"x"}}},
		"graph optional":       &algebra.Graph{Name: nd("?g"), Input: &algebra.LeftJoin{Left: knows, Right: bgp(tp("?y", "knows", "?z"))}},
		"graph in graph":       &algebra.Graph{Name: nd("?g"), Input: &algebra.Graph{Name: nd("g1"), Input: knows}},
		"join graph":           &algebra.Join{Left: knows, Right: &algebra.Graph{Name: nd("?g"), Input: knows}},
		"project":              &algebra.Project{Input: knows, Vars: []algebra.Var{"y", "nothing"}},
		"sub-select scope":     &algebra.Join{Left: knows, Right: &algebra.Project{Input: bgp(tp("?x", "likes", "?y")), Vars: []algebra.Var{"x"}}},
		"distinct":             &algebra.Distinct{Input: &algebra.Project{Input: knows, Vars: []algebra.Var{"x"}}},
		"distinct undef":       &algebra.Distinct{Input: &algebra.Union{Branches: []algebra.Op{undef, age, undef}}},
		"count":                &algebra.Group{Input: knows, Aggs: count(false, nil)},
		"count nothing":        &algebra.Group{Input: bgp(tp("?x", "knows", "nobody")), Aggs: count(false, nil)},
		"group nothing":        &algebra.Group{Input: bgp(tp("?x", "knows", "nobody")), Keys: key("x"), Aggs: count(false, nil)},
		"group":                &algebra.Group{Input: age, Keys: key("n"), Aggs: count(false, v("x"))},
		"group unbound":        &algebra.Group{Input: undef, Keys: key("n"), Aggs: count(false, v("x"))},
		"group distinct":       &algebra.Group{Input: undef, Keys: key("n"), Aggs: count(true, v("x"))},
		"count distinct *":     &algebra.Group{Input: &algebra.Union{Branches: []algebra.Op{undef, undef, age}}, Aggs: count(true, nil)},
		"group without":        &algebra.Group{Input: knows, Keys: key("x")},
	}
	for name, op := range trees {
		t.Run(name, func(t *testing.T) { newFixture(t, sampleQuads()).check(op) })
	}
}

func TestBuild_Paths(t *testing.T) {
	link := func(p string) algebra.Path { return &algebra.PathLink{Predicate: iri(p)} }
	inv := func(p algebra.Path) algebra.Path { return &algebra.PathInverse{Path: p} }
	seq := func(a, b algebra.Path) algebra.Path { return &algebra.PathSequence{First: a, Second: b} }
	alt := func(a, b algebra.Path) algebra.Path { return &algebra.PathAlternative{Left: a, Right: b} }
	rep := func(p algebra.Path, min, max int) algebra.Path {
		return &algebra.PathRepeat{Path: p, Min: min, Max: max}
	}
	paths := map[string]algebra.Path{
		"link":             link("knows"),
		"inverse":          inv(link("knows")),
		"sequence":         seq(link("knows"), link("age")),
		"sequence twice":   seq(alt(link("knows"), link("likes")), inv(link("knows"))),
		"alternative":      alt(link("knows"), link("likes")),
		"star":             rep(link("knows"), 0, -1),
		"plus":             rep(link("knows"), 1, -1),
		"optional":         rep(link("knows"), 0, 1),
		"two to three":     rep(link("knows"), 2, 3),
		"star of sequence": rep(seq(link("knows"), inv(link("likes"))), 0, -1),
		"plus of alt":      rep(alt(link("knows"), inv(link("likes"))), 1, -1),
		"star of plus":     rep(rep(link("knows"), 1, -1), 0, -1),
		"inverse star":     inv(rep(link("knows"), 0, -1)),
		"star, then link":  seq(rep(link("knows"), 0, -1), link("age")),
		"link, then star":  seq(link("likes"), rep(link("knows"), 0, -1)),
		"not":              &algebra.PathNegated{Forward: []graph.Term{iri("knows")}},
		"not two":          &algebra.PathNegated{Forward: []graph.Term{iri("knows"), iri("age"), iri("nothing")}},
		"not inverse":      &algebra.PathNegated{Inverse: []graph.Term{iri("knows")}},
		"not both":         &algebra.PathNegated{Forward: []graph.Term{iri("knows")}, Inverse: []graph.Term{iri("age")}},
		"plus of not":      rep(&algebra.PathNegated{Forward: []graph.Term{iri("age")}, Inverse: []graph.Term{iri("age")}}, 1, -1),
	}
	ends := [][2]string{{"?x", "?y"}, {"a", "?y"}, {"?x", "a"}, {"a", "c"}, {"a", "a"}, {"?x", "?x"}, {"nobody", "?y"},
		{"?x", "nobody"}, {"nobody", "nobody"}, {"e", "?y"}, {"e", "e"}, {"a", "d"}, {"d", "a"}, {"?x", "30"}}
	for name, p := range paths {
		for _, e := range ends {
			t.Run(name+" "+e[0]+" "+e[1], func(t *testing.T) {
				f := newFixture(t, sampleQuads())
				pp := &algebra.PathPattern{Subject: nd(e[0]), Path: p, Object: nd(e[1])}
				f.check(pp)
				f.check(&algebra.Graph{Name: nd("?g"), Input: pp})
				f.check(&algebra.Join{Left: bgp(tp("?x", "knows", "?z")), Right: pp})
				f.check(&algebra.Join{Left: bgp(tp("?y", "age", "?z")), Right: pp})
			})
		}
	}
}
