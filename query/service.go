package query

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/internal/exec"
	"github.com/ententedb/entente/query/results"
	"github.com/ententedb/entente/query/sparql"
)

// HTTPService returns a ServiceFunc that speaks the SPARQL protocol over this
// client, to the endpoints that allow accepts; nil accepts all. A nil client is one
// with a time limit of one minute. Others are refused with
// [ErrServiceDenied].
func HTTPService(client *http.Client, allow func(endpoint string) bool) ServiceFunc {
	if client == nil {
		client = &http.Client{Timeout: time.Minute}
	}
	return func(ctx context.Context, endpoint, query string) ([]string, iter.Seq2[[]graph.Term, error], error) {
		if allow != nil && !allow(endpoint) {
			return nil, nil, fmt.Errorf("%w: %s", ErrServiceDenied, endpoint)
		}
		body := strings.NewReader(url.Values{"query": {query}}.Encode())
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, body)
		if err != nil {
			return nil, nil, err
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Accept", "application/sparql-results+json, application/sparql-results+xml;q=0.9, text/tab-separated-values;q=0.5")
		resp, err := client.Do(req)
		if err != nil {
			return nil, nil, err
		}
		if resp.StatusCode != http.StatusOK {
			start, _ := io.ReadAll(io.LimitReader(resp.Body, 200))
			resp.Body.Close()
			return nil, nil, fmt.Errorf("%s answered %s: %s", endpoint, resp.Status, strings.TrimSpace(string(start)))
		}
		format, ok := results.FormatByMediaType(resp.Header.Get("Content-Type"))
		if !ok {
			resp.Body.Close()
			return nil, nil, fmt.Errorf("%s answered in an unknown format, %q", endpoint, resp.Header.Get("Content-Type"))
		}
		r, err := results.NewReader(resp.Body, format)
		if err != nil {
			resp.Body.Close()
			return nil, nil, fmt.Errorf("%s: %w", endpoint, err)
		}
		return r.Vars(), func(yield func([]graph.Term, error) bool) {
			defer resp.Body.Close()
			for {
				row, err := r.Read()
				if err == io.EOF {
					return
				}
				if !yield(row, err) || err != nil {
					return
				}
			}
		}, nil
	}
}

// serve returns what the executor calls for SERVICE: it writes the query, with
// the bindings in VALUES, and gives the blank nodes of the answer labels that
// no other term has.
func (c *config) serve() exec.ServiceFunc {
	var calls atomic.Int64
	return func(ctx context.Context, r exec.ServiceRequest, add func(row []graph.Term) error) error {
		if c.service == nil {
			return fmt.Errorf("%w: <%s>", ErrServiceDenied, r.Endpoint)
		}
		prefix := fmt.Sprintf("service%d.", calls.Add(1))
		names, rows, err := c.service(ctx, r.Endpoint, serviceQuery(r))
		if err != nil {
			return fmt.Errorf("SERVICE <%s>: %w", r.Endpoint, err)
		}
		columns := make([]int, len(r.Vars))
		for i, v := range r.Vars {
			columns[i] = -1
			for j, n := range names {
				if n == string(v) {
					columns[i] = j
				}
			}
		}
		out := make([]graph.Term, len(r.Vars))
		for row, err := range rows {
			if err != nil {
				return fmt.Errorf("SERVICE <%s>: %w", r.Endpoint, err)
			}
			for i, j := range columns {
				out[i] = graph.Term{}
				if j >= 0 && j < len(row) {
					out[i] = relabel(row[j], prefix)
				}
			}
			if err := add(out); err != nil {
				return err
			}
		}
		return ctx.Err()
	}
}

// relabel puts a prefix before the labels of blank nodes in t.
func relabel(t graph.Term, prefix string) graph.Term {
	switch t.Kind() {
	case graph.KindBlank:
		return graph.Blank(prefix + t.Value())
	case graph.KindTriple:
		x := t.Triple()
		return graph.TripleTerm(relabel(x.Subject, prefix), x.Predicate, relabel(x.Object, prefix))
	}
	return t
}

// serviceQuery writes the query to send.
func serviceQuery(r exec.ServiceRequest) string {
	text := r.Pattern.Text
	if text == "" {
		text = sparql.FormatOp(r.Pattern.Input)
	}
	var b strings.Builder
	b.WriteString("SELECT")
	n := 0
	for _, v := range r.Vars {
		if !v.Hidden() {
			b.WriteString(" ?" + string(v))
			n++
		}
	}
	if n == 0 {
		b.WriteString(" *")
	}
	b.WriteString(" WHERE { ")
	if len(r.Bound) > 0 && len(r.Bindings) > 0 {
		b.WriteString("VALUES (")
		for _, v := range r.Bound {
			b.WriteString(" ?" + string(v))
		}
		b.WriteString(" ) {")
		for _, row := range r.Bindings {
			b.WriteString(" (")
			for _, t := range row {
				b.WriteByte(' ')
				if t.IsBlank() { // means nothing elsewhere
					t = graph.Term{}
				}
				b.WriteString(t.String())
			}
			b.WriteString(" )")
		}
		b.WriteString(" } ")
	}
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "{") {
		b.WriteString(text)
	} else {
		b.WriteString("{ " + text + " }")
	}
	b.WriteString(" }")
	return b.String()
}
