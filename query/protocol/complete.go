package protocol

import (
	"context"
	"net/http"
	"unicode/utf16"

	"github.com/ententedb/entente/query"
)

// serveComplete answers …/complete?question=: what may stand at the end of a
// question typed so far.
func (h *handler) serveComplete(w http.ResponseWriter, r *http.Request) error {
	q, err := h.formRequest(w, r, "question")
	if err != nil {
		return err
	}
	return h.read(r, q, func(ctx context.Context, ds query.Dataset, text string) error {
		if len(text) > longestQuestion {
			return errStatus(http.StatusBadRequest, "the question is too long to complete")
		}
		lexicon, err := h.lexicons.Of(ctx, ds)
		if err != nil {
			return err
		}
		start, words := query.CompleteQuestion(lexicon, text)
		if words == nil {
			words = []string{}
		}
		return writeJSON(w, struct {
			Start int      `json:"start"`
			Words []string `json:"words"`
		}{len(utf16.Encode([]rune(text[:start]))), words})
	})
}
