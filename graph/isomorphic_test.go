package graph

import (
	"fmt"
	"testing"
)

// edges makes quads from pairs such as "ab": blank node a, predicate, blank node b.
func edges(pairs ...string) (quads []Quad) {
	for _, p := range pairs {
		quads = append(quads, Quad{Subject: Blank(p[:1]), Predicate: IRI("x:p"), Object: Blank(p[1:])})
	}
	return quads
}

func TestIsomorphic(t *testing.T) {
	reified := func(a, b string) []Quad {
		return []Quad{{Subject: Blank(a), Predicate: IRI(RDFReifies), Object: TripleTerm(Blank(b), IRI("x:p"), Blank(a))}}
	}
	for _, c := range []struct {
		name string
		a, b []Quad
		want bool
	}{
		{"empty", nil, nil, true},
		{"renamed", edges("ab", "bc"), edges("zy", "xz"), true},
		{"direction", edges("ab", "bc"), edges("ab", "cb"), false},
		{"repeated quad", edges("ab", "ab"), edges("xy"), true},
		{"triangles and hexagon", edges("ab", "bc", "ca", "de", "ef", "fd"), edges("ab", "bc", "cd", "de", "ef", "fa"), false},
		{"hexagons", edges("ab", "bc", "cd", "de", "ef", "fa"), edges("ca", "ab", "bf", "fe", "ed", "dc"), true},
		{"self loop", edges("aa"), edges("ab"), false},
		{"triple terms", reified("r", "s"), reified("x", "y"), true},
		{"triple terms, one node", reified("r", "s"), reified("x", "x"), false},
		{"graph", []Quad{{Blank("a"), IRI("x:p"), IRI("x:o"), Blank("g")}}, []Quad{{Blank("a"), IRI("x:p"), IRI("x:o"), Blank("a")}}, false},
		{"ground", []Quad{{IRI("x:a"), IRI("x:p"), String("1"), Term{}}}, []Quad{{IRI("x:a"), IRI("x:p"), Literal("1", XSDInteger), Term{}}}, false},
	} {
		if got := Isomorphic(c.a, c.b); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestIsomorphic_ManyTwins(t *testing.T) {
	var a, b []Quad
	for i := range 60 {
		a = append(a, Quad{Subject: Blank(fmt.Sprint(i)), Predicate: IRI("x:p"), Object: String("same")})
		b = append(b, Quad{Subject: Blank(fmt.Sprint("n", 60-i)), Predicate: IRI("x:p"), Object: String("same")})
	}
	if !Isomorphic(a, b) {
		t.Error("not isomorphic")
	}
}
