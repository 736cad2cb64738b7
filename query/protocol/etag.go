package protocol

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// etag names an answer: the commit, the request and the media type. The number of
// a commit says nothing about another store, which may be served at the same
// address after a restart: so the handler's own name goes in.
func (h *handler) etag(version uint64, text, media string) string {
	sum := sha256.Sum256([]byte(h.name + "\x00" + media + "\x00" + text))
	return fmt.Sprintf(`W/"%d-%x"`, version, sum[:16])
}

// changing finds what makes two answers to one query on one commit differ. It
// is a guess on the safe side: the words may be part of a text.
var changing = regexp.MustCompile(`(?i)\b(now|rand|uuid|struuid|bnode|service)\b`)

// notModified sets the entity tag of an answer, by which a client may keep it,
// and answers 304 if the client has it.
func (h *handler) notModified(w http.ResponseWriter, r *http.Request, version uint64, text, media string) bool {
	w.Header().Add("Vary", "Accept")
	w.Header().Set("Cache-Control", "no-cache") // ask first
	if changing.MatchString(text) {
		return false
	}
	tag := h.etag(version, text, media)
	w.Header().Set("ETag", tag)
	if r.Method == http.MethodPost || !matches(r.Header.Values("If-None-Match"), tag) {
		return false
	}
	w.WriteHeader(http.StatusNotModified)
	return true
}

// matches reports whether a tag is in an If-None-Match header (RFC 9110, section
// 13.1.2; the comparison is weak).
func matches(header []string, tag string) bool {
	for _, line := range header {
		for one := range strings.SplitSeq(line, ",") {
			one = strings.TrimSpace(one)
			if one == "*" || strings.TrimPrefix(one, "W/") == strings.TrimPrefix(tag, "W/") {
				return true
			}
		}
	}
	return false
}
