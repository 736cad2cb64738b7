package protocol

import (
	"io"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/results"
)

// labeller writes results as JSON, with a member "label" beside each IRI that has
// one, and keeps the first error of looking labels up.
type labeller struct {
	labels *query.Labels
	err    error
}

func (l *labeller) writer(w io.Writer) results.Writer {
	return results.NewWriter(w, results.JSON, &results.Options{Label: func(t graph.Term) string {
		label, err := l.labels.Of(t)
		if err != nil && l.err == nil {
			l.err = err
		}
		return label
	}})
}

// writeLabelled writes a result with labels.
func writeLabelled(w io.Writer, res *query.Results, l *labeller) error {
	if err := writeRows(l.writer(w), res); err != nil {
		return err
	}
	return l.err
}
