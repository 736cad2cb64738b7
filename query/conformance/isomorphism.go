package conformance

import (
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/ententedb/entente/graph"
)

// isomorphic reports whether two bags of tuples are equal up to a bijection of
// blank nodes. It serves solutions, where the tuples are rows, and datasets, where they
// are quads; a sequence is a bag of rows that carry their position.
//
// Blank nodes are coloured by how they occur, again and again with the colours of
// their neighbours; where colours leave a choice, each is tried.
func isomorphic(a, b [][]graph.Term) bool {
	if len(a) != len(b) {
		return false
	}
	return match(a, b, map[string]string{}, map[string]string{})
}

func match(a, b [][]graph.Term, colorA, colorB map[string]string) bool {
	colorA, colorB = refine(a, colorA), refine(b, colorB)
	if !slices.Equal(signatures(a, colorA), signatures(b, colorB)) {
		return false
	}
	classA, classB := classes(colorA), classes(colorB)
	choice := ""
	for color, nodes := range classA {
		if len(nodes) != len(classB[color]) {
			return false
		}
		if len(nodes) > 1 && (choice == "" || len(nodes) < len(classA[choice]) || len(nodes) == len(classA[choice]) && color < choice) {
			choice = color
		}
	}
	if choice == "" {
		return true // every blank node has its own colour, and the tuples agree
	}
	pick := func(colors map[string]string, node string) map[string]string {
		c := make(map[string]string, len(colors))
		for k, v := range colors {
			c[k] = v
		}
		c[node] = "chosen" + strconv.Itoa(len(classA)) + choice
		return c
	}
	first := pick(colorA, classA[choice][0])
	for _, node := range classB[choice] {
		if match(a, b, first, pick(colorB, node)) {
			return true
		}
	}
	return false
}

func classes(colors map[string]string) map[string][]string {
	out := map[string][]string{}
	for node, color := range colors {
		out[color] = append(out[color], node)
	}
	for _, nodes := range out {
		sort.Strings(nodes)
	}
	return out
}

// refine colours blank nodes until no further colours come apart.
func refine(tuples [][]graph.Term, colors map[string]string) map[string]string {
	occurs := map[string][]int{}
	for i, t := range tuples {
		for _, term := range t {
			eachBlank(term, func(label string) {
				if o := occurs[label]; len(o) == 0 || o[len(o)-1] != i {
					occurs[label] = append(o, i)
				}
			})
		}
	}
	current := map[string]string{}
	for label := range occurs {
		current[label] = colors[label]
	}
	count := -1
	for {
		next := map[string]string{}
		for label, in := range occurs {
			parts := make([]string, len(in))
			for k, i := range in {
				parts[k] = signature(tuples[i], current, label)
			}
			sort.Strings(parts)
			next[label] = hash(current[label] + "|" + strings.Join(parts, "\n"))
		}
		distinct := len(classes(next))
		if distinct == count {
			return current
		}
		current, count = next, distinct
	}
}

func signatures(tuples [][]graph.Term, colors map[string]string) []string {
	out := make([]string, len(tuples))
	for i, t := range tuples {
		out[i] = signature(t, colors, "")
	}
	sort.Strings(out)
	return out
}

// signature writes a tuple with colours for blank nodes; that of marked is written "*".
func signature(t []graph.Term, colors map[string]string, marked string) string {
	var b strings.Builder
	var write func(term graph.Term)
	write = func(term graph.Term) {
		switch {
		case term.IsBlank() && term.Value() == marked:
			b.WriteString("_:* ")
		case term.IsBlank():
			b.WriteString("_:" + colors[term.Value()] + " ")
		case term.IsTriple():
			c := term.Triple()
			b.WriteString("<< ")
			write(c.Subject)
			write(c.Predicate)
			write(c.Object)
			b.WriteString(">> ")
		default:
			b.WriteString(term.String() + " ")
		}
	}
	for _, term := range t {
		write(term)
	}
	return b.String()
}

func eachBlank(t graph.Term, f func(label string)) {
	switch {
	case t.IsBlank():
		f(t.Value())
	case t.IsTriple():
		c := t.Triple()
		eachBlank(c.Subject, f)
		eachBlank(c.Predicate, f)
		eachBlank(c.Object, f)
	}
}

// hash is FNV-1a in hexadecimal, twice with different starts: colours need not be secret, only short.
func hash(s string) string {
	h, g := uint64(14695981039346656037), uint64(1099511628211)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * 1099511628211
		g = (g + uint64(s[i]) + 1) * 0x9e3779b97f4a7c15
	}
	return strconv.FormatUint(h, 16) + strconv.FormatUint(g, 16)
}
