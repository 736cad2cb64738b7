package graph

import (
	"hash/maphash"
	"maps"
	"slices"
)

// Isomorphic reports whether two sets of quads are the same up to the labels of
// their blank nodes (RDF 1.2 Concepts, "graph isomorphism", taken over whole datasets:
// one mapping serves all graphs). Repeated quads count once.
//
// Blank nodes get colours from the quads they stand in, refined until nothing
// changes; where several nodes keep the same colour, pairs are tried one after the
// other. That is quick for real data, and exponential for graphs made to be hard.
func Isomorphic(a, b []Quad) bool {
	x, y := newColouring(a), newColouring(b)
	if len(x.quads) != len(y.quads) || len(x.colour) != len(y.colour) || !maps.Equal(x.ground, y.ground) {
		return false
	}
	return match(x, y)
}

// colouring is a set of quads and a colour for each of its blank nodes.
type colouring struct {
	quads  []Quad          // those with blank nodes
	ground map[string]bool // the others
	colour map[string]uint64
}

var colourSeed = maphash.MakeSeed()

func newColouring(quads []Quad) colouring {
	c := colouring{ground: map[string]bool{}, colour: map[string]uint64{}}
	seen := map[string]bool{}
	for _, q := range quads {
		key := q.String()
		if seen[key] {
			continue
		}
		seen[key] = true
		n := 0
		for _, t := range [...]Term{q.Subject, q.Predicate, q.Object, q.Graph} {
			eachBlank(t, func(label string) { n++; c.colour[label] = 0 })
		}
		if n == 0 {
			c.ground[key] = true
		} else {
			c.quads = append(c.quads, q)
		}
	}
	return c
}

func eachBlank(t Term, f func(label string)) {
	switch t.kind {
	case KindBlank:
		f(t.value)
	case KindTriple:
		eachBlank(t.triple.Subject, f)
		eachBlank(t.triple.Predicate, f)
		eachBlank(t.triple.Object, f)
	}
}

// refine gives nodes new colours until the number of colours stays the same.
func (c colouring) refine() {
	classes := c.classes()
	for {
		next := maps.Clone(c.colour)
		for _, q := range c.quads {
			terms := [...]Term{q.Subject, q.Predicate, q.Object, q.Graph}
			for _, t := range terms {
				eachBlank(t, func(self string) {
					var b []byte
					for _, t := range terms {
						b = append(c.appendColoured(b, t, self), ' ')
					}
					next[self] += maphash.Bytes(colourSeed, b)
				})
			}
		}
		maps.Copy(c.colour, next)
		n := c.classes()
		if n <= classes {
			return
		}
		classes = n
	}
}

func (c colouring) classes() int {
	distinct := map[uint64]bool{}
	for _, n := range c.colour {
		distinct[n] = true
	}
	return len(distinct)
}

// appendColoured writes t with colours in place of blank nodes, self marked.
func (c colouring) appendColoured(b []byte, t Term, self string) []byte {
	switch t.kind {
	case KindBlank:
		if t.value == self {
			return append(b, '*')
		}
		b = append(b, '_')
		n := c.colour[t.value]
		for i := range 8 {
			b = append(b, byte(n>>(8*i)))
		}
		return b
	case KindTriple:
		b = append(b, "<<"...)
		b = c.appendColoured(b, t.triple.Subject, self)
		b = append(b, ' ')
		b = c.appendColoured(b, t.triple.Predicate, self)
		b = append(b, ' ')
		return c.appendColoured(b, t.triple.Object, self)
	}
	return t.Append(b)
}

// byColour lists the nodes of each colour.
func (c colouring) byColour() map[uint64][]string {
	m := map[uint64][]string{}
	for label, n := range c.colour {
		m[n] = append(m[n], label)
	}
	return m
}

func match(x, y colouring) bool {
	x.refine()
	y.refine()
	left, right := x.byColour(), y.byColour()
	if len(left) != len(right) {
		return false
	}
	var tied uint64
	size := 0
	for n, nodes := range left {
		if len(right[n]) != len(nodes) {
			return false
		}
		if len(nodes) > 1 && (size == 0 || len(nodes) < size) {
			tied, size = n, len(nodes)
		}
	}
	if size == 0 {
		to := make(map[string]string, len(left))
		for n, nodes := range left {
			to[nodes[0]] = right[n][0]
		}
		return same(x.quads, y.quads, to)
	}
	nodes := left[tied]
	slices.Sort(nodes)
	x2 := x.marked(nodes[0])
	for _, candidate := range right[tied] {
		if match(colouring{x2.quads, x2.ground, maps.Clone(x2.colour)}, y.marked(candidate)) {
			return true
		}
	}
	return false
}

// marked returns a copy in which one node has a colour of its own.
func (c colouring) marked(label string) colouring {
	c.colour = maps.Clone(c.colour)
	c.colour[label] = ^c.colour[label]*31 + 1
	return c
}

// same reports whether renaming the blank nodes of a gives b.
func same(a, b []Quad, to map[string]string) bool {
	have := make(map[string]bool, len(b))
	for _, q := range b {
		have[q.String()] = true
	}
	for _, q := range a {
		q = Quad{rename(q.Subject, to), rename(q.Predicate, to), rename(q.Object, to), rename(q.Graph, to)}
		if !have[q.String()] {
			return false
		}
	}
	return true
}

func rename(t Term, to map[string]string) Term {
	switch t.kind {
	case KindBlank:
		return Blank(to[t.value])
	case KindTriple:
		return TripleTerm(rename(t.triple.Subject, to), rename(t.triple.Predicate, to), rename(t.triple.Object, to))
	}
	return t
}
