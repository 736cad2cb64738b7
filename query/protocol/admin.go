package protocol

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"path"

	"github.com/ententedb/entente/query"
)

// serveHealth answers …/health (the process lives) and …/ready (the store can
// be read).
func (h *handler) serveHealth(w http.ResponseWriter, r *http.Request) error {
	if path.Base(r.URL.Path) == "ready" {
		err := h.view(func(ds query.Dataset) error {
			_, err := ds.Totals()
			return err
		})
		if err != nil {
			return errStatus(http.StatusServiceUnavailable, "the store cannot be read: %v", err)
		}
	}
	fmt.Fprintln(w, "ok")
	return nil
}

// serveQueries lists the running queries; DELETE …/queries/ID cancels one.
func (h *handler) serveQueries(w http.ResponseWriter, r *http.Request) error {
	if err := h.administrator(r); err != nil {
		return err
	}
	if r.Method == http.MethodDelete {
		if id := path.Base(r.URL.Path); !h.running.cancel(id) {
			return errStatus(http.StatusNotFound, "there is no running query %s", id)
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return writeJSON(w, h.running.list())
}

// administrator refuses requests that may not see and cancel the queries of
// others: with tokens, those without one for it; without, those from elsewhere.
func (h *handler) administrator(r *http.Request) error {
	if len(h.opts.Tokens) > 0 {
		if h.opts.role(r) < RoleAdmin {
			return errStatus(http.StatusUnauthorized, "a token for administration is needed")
		}
		return nil
	}
	if host, err := netip.ParseAddrPort(r.RemoteAddr); err != nil || !host.Addr().Unmap().IsLoopback() {
		return errStatus(http.StatusForbidden, "without tokens, only the machine itself may see the running queries")
	}
	return nil
}

// serveExplain answers with the plan of a query, as text or JSON; ?analyze
// also runs it.
func (h *handler) serveExplain(w http.ResponseWriter, r *http.Request) error {
	q, err := h.formRequest(w, r, "query")
	if err != nil {
		return err
	}
	return h.read(r, q, func(ctx context.Context, ds query.Dataset, text string) error {
		plan, err := query.Explain(ctx, ds, text, query.ExplainOptions{Analyze: q.params.Has("analyze")},
			h.options(r, q, "default-graph-uri", "named-graph-uri")...)
		if err != nil {
			return err
		}
		if media, _ := negotiate(r.Header.Get("Accept"), []string{"text/plain", "application/json"}); media == "application/json" {
			return writeJSON(w, plan)
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, err = fmt.Fprintln(w, plan)
		return err
	})
}
