package protocol

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ententedb/entente/query"
)

// request is a query, an update or a question as it came in.
type request struct {
	kind   string   // "query", "update" or "question"
	texts  []string // must be exactly one
	params url.Values
}

// one returns the text of the request.
func (q request) one() (string, error) {
	if len(q.texts) != 1 {
		return "", errStatus(http.StatusBadRequest, "expected one %s parameter, got %d", q.kind, len(q.texts))
	}
	if !utf8.ValidString(q.texts[0]) {
		return "", errStatus(http.StatusBadRequest, "the %s is not valid UTF-8", q.kind)
	}
	return q.texts[0], nil
}

// formRequest reads a request of this kind from the parameters of the URL and
// those of a form in the body.
func (h *handler) formRequest(w http.ResponseWriter, r *http.Request, kind string) (request, error) {
	r.Body = http.MaxBytesReader(w, r.Body, h.opts.MaxBody)
	if err := r.ParseForm(); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return request{}, err
		}
		return request{}, errStatus(http.StatusBadRequest, "the parameters are not well encoded: %v", err)
	}
	return request{kind, r.Form[kind], r.Form}, nil
}

// read admits a request that reads, and calls f with its text and one snapshot.
func (h *handler) read(r *http.Request, q request, f func(ctx context.Context, ds query.Dataset, text string) error) error {
	text, err := q.one()
	if err != nil {
		return err
	}
	ctx, done, err := h.admit(r, text)
	if err != nil {
		return err
	}
	defer done()
	return h.view(func(ds query.Dataset) error { return f(ctx, ds, text) })
}

// servePost reads the three ways of sending an operation by POST (SPARQL
// Protocol, section 2.1 and 2.2).
func (h *handler) servePost(w http.ResponseWriter, r *http.Request) error {
	media, attrs, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return errStatus(http.StatusUnsupportedMediaType, "expected a Content-Type, such as application/sparql-query")
	}
	if charset := attrs["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return errStatus(http.StatusUnsupportedMediaType, "charset %s is not supported: expected utf-8", charset)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.opts.MaxBody))
	if err != nil {
		return err
	}
	params := r.URL.Query()
	switch media {
	case "application/sparql-query":
		if params.Has("query") {
			return errStatus(http.StatusBadRequest, "the query is both in the URL and in the body")
		}
		return h.serveQuery(w, r, request{"query", []string{string(body)}, params})
	case "application/sparql-update":
		return h.serveUpdate(w, r, request{"update", []string{string(body)}, params})
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return errStatus(http.StatusBadRequest, "the form is not well encoded: %v", err)
		}
		for name, values := range params {
			form[name] = append(form[name], values...)
		}
		switch {
		case form.Has("query") && form.Has("update"):
			return errStatus(http.StatusBadRequest, "expected a query or an update, not both")
		case form.Has("update"):
			return h.serveUpdate(w, r, request{"update", form["update"], form})
		case form.Has("query"):
			return h.serveQuery(w, r, request{"query", form["query"], form})
		}
		return errStatus(http.StatusBadRequest, "expected a parameter named query or update")
	}
	return errStatus(http.StatusUnsupportedMediaType,
		"Content-Type %s is not one of application/sparql-query, application/sparql-update, application/x-www-form-urlencoded", media)
}

// options are the run options that the handler and the request's parameters set.
func (h *handler) options(r *http.Request, q request, defaultGraphs, namedGraphs string) []query.Option {
	opts := []query.Option{
		query.WithMemory(h.opts.Memory), query.WithMaxRows(h.opts.MaxRows), query.WithTimeout(h.timeout(q)),
		query.WithBase(requestIRI(r)),
	}
	if len(h.opts.Prefixes) > 0 {
		opts = append(opts, query.WithPrefixes(h.opts.Prefixes...))
	}
	if h.opts.Service != nil {
		opts = append(opts, query.WithService(h.opts.Service))
	}
	if h.opts.Load != nil {
		opts = append(opts, query.WithLoad(h.opts.Load))
	}
	if h.opts.UnionDefaultGraph {
		opts = append(opts, query.WithUnionDefaultGraph())
	}
	if q.params.Has(defaultGraphs) || q.params.Has(namedGraphs) {
		opts = append(opts, query.WithDataset(graphTerms(q.params[defaultGraphs]), graphTerms(q.params[namedGraphs])))
	}
	return opts
}

// timeout is the handler's, or the request's own if that is shorter (in
// seconds or as a Go duration).
func (h *handler) timeout(q request) time.Duration {
	asked := q.params.Get("timeout")
	if asked == "" {
		return h.opts.Timeout
	}
	d, err := time.ParseDuration(asked)
	if err != nil {
		d, err = time.ParseDuration(asked + "s")
	}
	if err != nil || d <= 0 || d > h.opts.Timeout {
		return h.opts.Timeout
	}
	return d
}

// admit takes a query slot and registers the query; done gives both back.
func (h *handler) admit(r *http.Request, text string) (ctx context.Context, done func(), err error) {
	if h.opts.role(r) < RoleRead {
		return nil, nil, errStatus(http.StatusUnauthorized, "a token is needed")
	}
	release, err := h.limit.acquire(r.Context())
	if err != nil {
		return nil, nil, err
	}
	if a := accessOf(r); a != nil {
		a.Text = text
	}
	ctx, forget := h.running.add(r, text)
	return ctx, func() { forget(); release() }, nil
}
