package conformance

import (
	"strconv"
	"strings"

	"github.com/ententedb/entente/graph"
)

// isomorphic reports whether two bags of rows are equal up to a bijection of blank
// nodes; a sequence is a bag of rows that carry their position. Each different row
// is described as a graph, by a node of its own that says how often the row occurs and what
// stands in each column, and the graphs are compared.
func isomorphic(a, b [][]graph.Term) bool {
	return len(a) == len(b) && graph.Isomorphic(rowGraph(a), rowGraph(b))
}

func rowGraph(rows [][]graph.Term) []graph.Quad {
	times := map[string]int{}
	for _, row := range rows {
		times[rowKey(row)]++
	}
	var quads []graph.Quad
	for i, row := range once(rows) {
		node := graph.Blank("row " + strconv.Itoa(i)) // no label of a document has a space
		quads = append(quads, graph.Quad{Subject: node, Predicate: graph.IRI("times"), Object: graph.Literal(strconv.Itoa(times[rowKey(row)]), graph.XSDInteger)})
		for k, t := range row {
			if !t.IsZero() {
				quads = append(quads, graph.Quad{Subject: node, Predicate: graph.IRI("column" + strconv.Itoa(k)), Object: t})
			}
		}
	}
	return quads
}

// once returns the different rows.
func once(rows [][]graph.Term) (out [][]graph.Term) {
	seen := map[string]bool{}
	for _, row := range rows {
		if key := rowKey(row); !seen[key] {
			seen[key] = true
			out = append(out, row)
		}
	}
	return out
}

func rowKey(row []graph.Term) string {
	var b strings.Builder
	for _, t := range row {
		b.WriteString(t.String() + "\t")
	}
	return b.String()
}
