package protocol

import (
	"net/http"

	"github.com/ententedb/entente/query"
)

// writable refuses requests that may not write.
func (h *handler) writable(r *http.Request) error {
	if !h.opts.Writable {
		return errStatus(http.StatusForbidden, "this server is read-only")
	}
	if h.opts.role(r) < RoleWrite {
		return errStatus(http.StatusUnauthorized, "a token that may write is needed")
	}
	return nil
}

// serveUpdate carries out an update request as one commit.
func (h *handler) serveUpdate(w http.ResponseWriter, r *http.Request, q request) error {
	text, err := q.one()
	if err != nil {
		return err
	}
	if err := h.writable(r); err != nil {
		return err
	}
	ctx, done, err := h.admit(r, text)
	if err != nil {
		return err
	}
	defer done()
	opts := h.options(r, q, "using-graph-uri", "using-named-graph-uri")
	err = h.update(func(tx query.Writer) error {
		_, err := query.Update(ctx, tx, text, opts...)
		return err
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
