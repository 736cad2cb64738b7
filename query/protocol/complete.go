package protocol

import (
	"net/http"
	"unicode/utf16"

	"github.com/ententedb/entente/query"
)

// serveComplete answers …/complete?question=: what may stand at the end of a
// question typed so far.
func (h *handler) serveComplete(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	text, err := request{params["question"], params}.one("question")
	if err != nil {
		return err
	}
	if len(text) > 1<<12 {
		return errStatus(http.StatusBadRequest, "the question is too long to complete")
	}
	ctx, done, err := h.admit(r, "complete: "+text)
	if err != nil {
		return err
	}
	defer done()
	return h.view(func(ds query.Dataset) error {
		lexicon, err := h.lexicons.of(ctx, ds)
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
