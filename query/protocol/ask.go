package protocol

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"
	"unicode/utf8"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/results"
)

// lexicons keeps the lexicon of the newest version of the data. It is safe for
// concurrent use.
type lexicons struct {
	mu      sync.Mutex
	lexicon *query.Lexicon
	version uint64
}

func (l *lexicons) of(ctx context.Context, ds query.Dataset) (*query.Lexicon, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lexicon == nil || l.version != ds.Version() {
		lexicon, err := query.LoadLexicon(ctx, ds)
		if err != nil {
			return nil, err
		}
		l.lexicon, l.version = lexicon, ds.Version()
	}
	return l.lexicon, nil
}

// serveAsk answers a question: ?question= or ?q=, in the URL or a form.
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
		lexicon, err := h.lexicons.of(ctx, ds)
		if err != nil {
			return err
		}
		opts := append(h.options(r, q, "default-graph-uri", "named-graph-uri"), query.WithLexicon(lexicon), query.WithPrevious(previous...))
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
		return writeAnswer(w, answer, labels)
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

// writeAnswer streams an answer: what is known at once, and then the rows.
func writeAnswer(w http.ResponseWriter, answer *query.Answer, labels *query.Labels) error {
	head, err := marshal(struct {
		Question   string   `json:"question"`
		Understood string   `json:"understood"`
		SPARQL     string   `json:"sparql"`
		Headers    []string `json:"headers"`
	}{answer.Text, answer.Understood, answer.SPARQL, answer.Headers})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	out := bufio.NewWriterSize(w, 64<<10)
	out.Write(bytes.TrimSuffix(head, []byte("}"))) // out keeps its first error
	out.WriteString(",\n\"answer\":")
	if err := writeLabelled(out, answer.Results, labels); err != nil {
		return err
	}
	out.WriteString("}\n")
	return out.Flush()
}

// marshal is json.Marshal, with < and & as they are.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

// writeLabelled writes a result as JSON, with a member "label" beside each IRI
// that has one.
func writeLabelled(w io.Writer, res *query.Results, labels *query.Labels) error {
	var failed error
	label := func(t graph.Term) string {
		l, err := labels.Of(t)
		if err != nil {
			failed = err
		}
		return l
	}
	if err := writeRows(results.NewWriter(w, results.JSON, &results.Options{Label: label}), res); err != nil {
		return err
	}
	return failed
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
	w.WriteHeader(http.StatusUnprocessableEntity)
	return json.NewEncoder(w).Encode(struct {
		Error       string      `json:"error"`
		Position    int         `json:"position"`
		Length      int         `json:"length"`
		Suggestions []string    `json:"suggestions"`
		Expected    []string    `json:"expected,omitempty"`
		Candidates  []candidate `json:"candidates,omitempty"`
	}{r.Error(), r.Position, r.Length, suggestions, r.Expected, candidates})
}
