package script

import (
	"regexp"
	"strings"
)

// prologue matches comments, white space and declarations before the first
// word of a request.
var prologue = regexp.MustCompile(`^(?i:\s+|#[^\n]*|prefix\s+\S*\s*<[^>]*>|base\s*<[^>]*>|version\s*(?:"[^"]*"|'[^']*'))`)

// IsUpdate reports whether SPARQL text is an update request rather than a query.
func IsUpdate(text string) bool {
	for {
		n := len(prologue.FindString(text))
		if n == 0 {
			break
		}
		text = text[n:]
	}
	word := text
	if i := strings.IndexFunc(text, func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }); i >= 0 {
		word = text[:i]
	}
	switch strings.ToUpper(word) {
	case "INSERT", "DELETE", "WITH", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY":
		return true
	}
	return false
}
