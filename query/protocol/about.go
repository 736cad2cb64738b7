package protocol

import (
	"net/http"

	"github.com/ententedb/entente/query"
)

// serveAbout answers …/about: what an editor wants to know before the first
// query.
func (h *handler) serveAbout(w http.ResponseWriter, r *http.Request) error {
	if h.opts.role(r) < RoleRead {
		return errStatus(http.StatusUnauthorized, "a token is needed")
	}
	type prefix struct {
		Name string `json:"name"`
		IRI  string `json:"iri"`
	}
	type example struct {
		Title string `json:"title"`
		Query string `json:"query"`
	}
	about := struct {
		Title      string    `json:"title"`
		Prefixes   []prefix  `json:"prefixes"`
		Queries    []example `json:"queries"`
		Questions  []string  `json:"questions"`
		Statements uint64    `json:"statements"`
		Named      uint64    `json:"inNamedGraphs"`
		Writable   bool      `json:"writable"`
	}{Title: h.opts.Title, Prefixes: []prefix{}, Queries: []example{}, Questions: h.opts.Questions, Writable: h.opts.Writable}
	if about.Questions == nil {
		about.Questions = []string{}
	}
	for _, p := range h.opts.Prefixes {
		about.Prefixes = append(about.Prefixes, prefix(p))
	}
	for _, e := range h.opts.Examples {
		about.Queries = append(about.Queries, example(e))
	}
	err := h.view(func(ds query.Dataset) error {
		totals, err := ds.Totals()
		about.Statements, about.Named = totals.Quads, totals.Quads-totals.DefaultQuads
		return err
	})
	if err != nil {
		return err
	}
	return writeJSON(w, about)
}
