package sparql

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// SyntaxError is a text that is not SPARQL. Its Error is one line; Detail shows
// the place.
type SyntaxError struct {
	Line, Column int    // from 1; columns count characters
	Offset       int    // in bytes, from 0
	Msg          string // what is wrong
	// Expected lists what could have stood there, in the user's words.
	Expected []string
	// Hint says what to do about it; it may be empty.
	Hint string

	line string // the line of the text
}

// newError returns the error for an offset in a text.
func newError(text string, offset int, msg string) *SyntaxError {
	offset = min(max(offset, 0), len(text))
	start := strings.LastIndexByte(text[:offset], '\n') + 1
	end := len(text)
	if i := strings.IndexByte(text[offset:], '\n'); i >= 0 {
		end = offset + i
	}
	return &SyntaxError{
		Line:   strings.Count(text[:start], "\n") + 1,
		Column: utf8.RuneCountInString(text[start:offset]) + 1,
		Offset: offset,
		Msg:    msg,
		line:   strings.TrimRight(text[start:end], "\r"),
	}
}

// Error implements error: one line.
func (e *SyntaxError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "line %d, column %d: %s", e.Line, e.Column, e.Msg)
	if len(e.Expected) > 0 {
		b.WriteString("; expected " + list(e.Expected))
	}
	if e.Hint != "" {
		b.WriteString(" (" + e.Hint + ")")
	}
	return b.String()
}

// Detail returns the error over several lines: the message, the line of the
// text with a caret under the place, what was expected, and the hint.
func (e *SyntaxError) Detail() string {
	var b strings.Builder
	fmt.Fprintf(&b, "line %d, column %d: %s\n", e.Line, e.Column, e.Msg)
	const width = 100 // of the part of a long line that is shown
	line, column := []rune(strings.ReplaceAll(e.line, "\t", " ")), e.Column-1
	if len(line) > width {
		from := min(max(column-width/2, 0), len(line)-width)
		line, column = line[from:from+width], column-from
	}
	fmt.Fprintf(&b, "  %s\n  %s^\n", string(line), strings.Repeat(" ", column))
	if len(e.Expected) > 0 {
		b.WriteString("expected: " + list(e.Expected) + "\n")
	}
	if e.Hint != "" {
		b.WriteString("hint: " + e.Hint + "\n")
	}
	return b.String()
}

// list joins words with commas and "or".
func list(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
	}
	return strings.Join(words, "")
}
