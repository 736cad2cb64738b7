package tables

import "github.com/ententedb/entente/graph"

// Lines returns the statements as N-Triples 1.2, one per line in the order
// given.
func Lines(quads []graph.Quad) []byte {
	var text []byte
	for _, q := range quads {
		text = q.Subject.Append(text)
		text = append(text, ' ')
		text = q.Predicate.Append(text)
		text = append(text, ' ')
		text = q.Object.Append(text)
		text = append(text, " .\n"...)
	}
	return text
}
