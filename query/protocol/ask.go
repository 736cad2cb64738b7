package protocol

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"unicode/utf8"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/results"
)

// serveAsk answers a question: ?question= or ?q=, in the URL or a form. With
// ?people the answer has what people need to judge it.
func (h *handler) serveAsk(w http.ResponseWriter, r *http.Request) error {
	q, err := h.formRequest(w, r, "question")
	if err != nil {
		return err
	}
	q.texts = append(q.texts, q.params["q"]...)
	previous, err := earlier(q.params["previous"])
	if err != nil {
		return err
	}
	return h.read(r, q, func(ctx context.Context, ds query.Dataset, text string) error {
		lexicon, err := h.lexicons.Of(ctx, ds)
		if err != nil {
			return err
		}
		opts := append(h.options(r, q, "default-graph-uri", "named-graph-uri"), query.WithLexicon(lexicon), query.WithPrevious(previous...))
		people := q.params.Has("people")
		if people {
			opts = append(opts, query.ForPeople())
		}
		answer, err := query.Ask(ctx, ds, text, opts...)
		var refusal *query.Refusal
		if errors.As(err, &refusal) {
			return writeRefusal(w, refusal)
		}
		if err != nil {
			return err
		}
		defer answer.Results.Close()
		labels, err := query.NewLabels(ctx, ds)
		if err != nil {
			return err
		}
		return writeAnswer(ctx, w, answer, &labeller{labels: labels}, people)
	})
}

// mostEarlier and longestQuestion bound the questions that one may refer to.
const (
	mostEarlier     = 16
	longestQuestion = 1 << 12
)

// earlier returns the questions asked before, which the client sends along (the
// oldest first): the server keeps no conversation.
func earlier(questions []string) ([]string, error) {
	questions = questions[max(0, len(questions)-mostEarlier):]
	for _, q := range questions {
		if len(q) > longestQuestion || !utf8.ValidString(q) {
			return nil, errStatus(http.StatusBadRequest, "a previous question is too long, or not UTF-8")
		}
	}
	return questions, nil
}

// writeAnswer streams an answer: what is known at once, then the evidence for
// people, and then the rows.
func writeAnswer(ctx context.Context, w http.ResponseWriter, answer *query.Answer, l *labeller, people bool) error {
	type column struct {
		Name   string `json:"name"`
		Header string `json:"header"`
		Unit   string `json:"unit,omitempty"`
		Note   string `json:"note,omitempty"`
	}
	head := struct {
		Question   string           `json:"question"`
		Understood string           `json:"understood"`
		Kind       query.AnswerKind `json:"kind"`
		SPARQL     string           `json:"sparql"`
		Columns    []column         `json:"columns"`
		Years      string           `json:"years,omitempty"`
	}{Question: answer.Text, Understood: answer.Understood, Kind: answer.Kind, SPARQL: answer.SPARQL, Columns: []column{}}
	for _, c := range answer.Columns {
		head.Columns = append(head.Columns, column{string(c.Var), c.Header, c.Unit, string(c.Note)})
	}
	var evidence []query.Evidence
	if people {
		var err error
		if head.Years, err = answer.Years(ctx); err != nil {
			return err
		}
		if evidence, err = answer.Evidence(ctx); err != nil {
			return err
		}
	}
	b, err := marshal(head)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	out := bufio.NewWriterSize(w, 64<<10)
	out.Write(bytes.TrimSuffix(b, []byte("}"))) // out keeps its first error
	if len(evidence) > 0 {
		out.WriteString(",\n\"evidence\":")
		if err := writeEvidence(out, evidence, l); err != nil {
			return err
		}
	}
	out.WriteString(",\n\"answer\":")
	rows := &counted{Writer: l.writer(out)}
	if err := writeRows(rows, answer.Results); err != nil {
		return err
	}
	if l.err != nil {
		return l.err
	}
	nothing := rows.n == 0
	if answer.Kind == query.KindYesNo {
		nothing = !answer.Results.Boolean()
	}
	if notes := answer.Coverage(nothing); len(notes) > 0 {
		b, err := marshal(notes)
		if err != nil {
			return err
		}
		out.WriteString(",\n\"coverage\":")
		out.Write(b)
	}
	out.WriteString("}\n")
	return out.Flush()
}

// counted counts the rows written.
type counted struct {
	results.Writer
	n int
}

func (c *counted) Row(row []graph.Term) error {
	c.n++
	return c.Writer.Row(row)
}

// writeEvidence writes what an answer rests upon as a result of its own.
func writeEvidence(w io.Writer, evidence []query.Evidence, l *labeller) error {
	rw := l.writer(w)
	if err := rw.Head([]string{"value", "unit", "since", "until", "year", "inferredFrom", "source"}); err != nil {
		return err
	}
	for _, e := range evidence {
		var unit graph.Term
		if e.Unit != "" {
			unit = graph.String(e.Unit)
		}
		if err := rw.Row([]graph.Term{e.Value, unit, e.Since, e.Until, e.Year, e.InferredFrom, e.Source}); err != nil {
			return err
		}
	}
	if err := rw.Close(); err != nil {
		return err
	}
	return l.err
}

// writeRefusal answers a question that was not understood, with what may have
// been meant.
func writeRefusal(w http.ResponseWriter, r *query.Refusal) error {
	type candidate struct {
		IRI   string `json:"iri"`
		Label string `json:"label"`
		Note  string `json:"note,omitempty"`
	}
	suggestions := append([]string{}, r.Suggestions...)
	var candidates []candidate
	for _, c := range r.Candidates {
		suggestions = append(suggestions, c.Label)
		candidates = append(candidates, candidate(c))
	}
	w.Header().Set("Content-Type", "application/json")
	b, err := marshal(struct {
		Error       string      `json:"error"`
		Position    int         `json:"position"`
		Length      int         `json:"length"`
		Suggestions []string    `json:"suggestions"`
		Expected    []string    `json:"expected,omitempty"`
		Candidates  []candidate `json:"candidates,omitempty"`
	}{r.Error(), r.Position, r.Length, suggestions, r.Expected, candidates})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusUnprocessableEntity)
	_, err = w.Write(append(b, '\n'))
	return err
}
