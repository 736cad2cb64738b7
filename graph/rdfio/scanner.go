package rdfio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// scanner is a window on a stream of text, the lower half of the Turtle parser.
// The window begins at the current position or before it, and grows to hold
// whatever token is being read; reading a token does not cross a refill.
type scanner struct {
	r        io.Reader
	buf      []byte // buf[pos:] is read but not consumed
	pos      int
	offset   int64 // of buf[0] in the document
	line     int
	lineAt   int64 // offset of the line's first byte
	err      error // of r, io.EOF included
	tokenMax int
}

const maxToken = 1 << 28

func newScanner(r io.Reader) *scanner {
	s := &scanner{r: r, line: 1, tokenMax: maxToken}
	if s.have(3) && bytes.HasPrefix(s.buf, []byte("\xef\xbb\xbf")) {
		s.pos, s.lineAt = 3, 3
	}
	return s
}

// have reports whether n bytes from the current position are in the window, reading
// more if needed.
func (s *scanner) have(n int) bool {
	for len(s.buf)-s.pos < n {
		if s.err != nil {
			return false
		}
		if s.pos > 0 {
			s.offset += int64(s.pos)
			s.buf = s.buf[:copy(s.buf, s.buf[s.pos:])]
			s.pos = 0
		}
		if n > s.tokenMax {
			s.err = errTokenTooLong
			return false
		}
		if len(s.buf) == cap(s.buf) {
			grown := make([]byte, len(s.buf), max(chunkSize, 2*cap(s.buf)))
			copy(grown, s.buf)
			s.buf = grown
		}
		var got int
		got, s.err = s.r.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+got]
	}
	return true
}

var errTokenTooLong = errors.New("a single token is longer than 256 MiB")

// at returns the byte i places from the current position, 0 past the end.
func (s *scanner) at(i int) byte {
	if s.pos+i < len(s.buf) || s.have(i+1) {
		return s.buf[s.pos+i]
	}
	return 0
}

// runeAt decodes the character i places on. At the end its size is 0; bytes that are
// not UTF-8 give -1, which is in no class.
func (s *scanner) runeAt(i int) (rune, int) {
	if c := s.at(i); c < utf8.RuneSelf {
		if c == 0 && !s.have(i+1) {
			return 0, 0
		}
		return rune(c), 1
	}
	s.have(i + utf8.UTFMax)
	r, n := utf8.DecodeRune(s.buf[s.pos+i:])
	if r == utf8.RuneError && n == 1 {
		return -1, 1
	}
	return r, n
}

// text returns the next n bytes, which must be in the window, as a string.
func (s *scanner) text(n int) string { return string(s.buf[s.pos : s.pos+n]) }

// skip consumes n bytes, which hold no line end.
func (s *scanner) skip(n int) { s.pos += n }

// skipLines consumes n bytes and counts their lines.
func (s *scanner) skipLines(n int) {
	for i, c := range s.buf[s.pos : s.pos+n] {
		if c == '\n' {
			s.line++
			s.lineAt = s.offset + int64(s.pos+i+1)
		}
	}
	s.pos += n
}

// space consumes white space and comments.
func (s *scanner) space() {
	for {
		switch s.at(0) {
		case ' ', '\t', '\r':
			s.pos++
		case '\n':
			s.skipLines(1)
		case '#':
			for c := s.at(0); c != '\n' && c != '\r' && s.have(1); c = s.at(0) {
				s.pos++
			}
		default:
			return
		}
	}
}

// has reports whether the text goes on with the ASCII string word.
func (s *scanner) has(word string) bool {
	return s.at(0) == word[0] && s.have(len(word)) && string(s.buf[s.pos:s.pos+len(word)]) == word
}

// failAt makes an error for the place i bytes on. A read error of the stream takes
// precedence: the text was cut off, not wrong.
func (s *scanner) failAt(i int, format string, args ...any) error {
	if s.err != nil && s.err != io.EOF && len(s.buf)-s.pos <= i+1 {
		return s.err
	}
	line, lineAt := s.line, s.lineAt
	i = min(i, len(s.buf)-s.pos)
	for j, c := range s.buf[s.pos : s.pos+i] {
		if c == '\n' {
			line++
			lineAt = s.offset + int64(s.pos+j+1)
		}
	}
	e := &SyntaxError{Line: line, Offset: s.offset + int64(s.pos+i), Msg: fmt.Sprintf(format, args...)}
	e.Column = int(e.Offset-lineAt) + 1
	if start := lineAt - s.offset; start >= 0 { // the line is in the window: count characters
		e.Column = utf8.RuneCount(s.buf[start:s.pos+i]) + 1
	}
	return e
}

func (s *scanner) fail(format string, args ...any) error { return s.failAt(0, format, args...) }

// expected reports what should have come at the current position.
func (s *scanner) expected(what string) error {
	s.have(64)
	rest := s.buf[s.pos:min(len(s.buf), s.pos+64)]
	if len(rest) == 0 {
		return s.fail("expected %s, found the end of the document", what)
	}
	return s.fail("expected %s, found %s", what, describe(string(rest)))
}
