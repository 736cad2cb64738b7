package sparql

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"
)

// iriLength returns the length of the IRIREF at the start of text, 0 for none.
func iriLength(text string) int {
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '>':
			return i + 1
		case c <= ' ' || c == '<' || c == '"' || c == '{' || c == '}' || c == '|' || c == '^' || c == '`':
			return 0
		case c == '\\':
			if i+1 >= len(text) || text[i+1] != 'u' && text[i+1] != 'U' {
				return 0
			}
		}
	}
	return 0
}

// numberLength returns the length of the unsigned number at the start of text,
// 0 for none: INTEGER, DECIMAL or DOUBLE.
func numberLength(text string) int {
	digits := func(i int) int {
		for i < len(text) && text[i] >= '0' && text[i] <= '9' {
			i++
		}
		return i
	}
	whole := digits(0)
	end := whole
	if whole < len(text) && text[whole] == '.' {
		frac := digits(whole + 1)
		if frac > whole+1 {
			end = frac
		} else if whole > 0 && exponentLength(text[frac:]) > 0 {
			end = frac
		}
	}
	if end == 0 {
		return 0
	}
	return end + exponentLength(text[end:])
}

func exponentLength(text string) int {
	if len(text) < 2 || text[0] != 'e' && text[0] != 'E' {
		return 0
	}
	i := 1
	if text[i] == '+' || text[i] == '-' {
		i++
	}
	start := i
	for i < len(text) && text[i] >= '0' && text[i] <= '9' {
		i++
	}
	if i == start {
		return 0
	}
	return i
}

func (s *scanner) scanString(quote byte) (lexer.TokenType, error) {
	start := s.pos
	long := s.at(1) == quote && s.at(2) == quote
	if long {
		s.pos += 3
	} else {
		s.pos++
	}
	for s.pos < len(s.text) {
		switch c := s.text[s.pos]; {
		case c == '\\':
			s.pos += 2
			continue
		case c == quote && !long:
			s.pos++
			return tokString, nil
		case c == quote && s.at(1) == quote && s.at(2) == quote:
			s.pos += 3
			return tokString, nil
		case (c == '\n' || c == '\r') && !long:
			err := s.errorAt(start, "the string is not closed on its line")
			err.Hint = fmt.Sprintf("close it with %c, or write %s … %s around a string of several lines", quote,
				strings.Repeat(string(quote), 3), strings.Repeat(string(quote), 3))
			return 0, err
		}
		s.pos++
	}
	err := s.errorAt(start, "the string is never closed")
	err.Hint = "close it with " + s.text[start:min(start+1, len(s.text))]
	if long {
		err.Hint = "close it with " + strings.Repeat(string(quote), 3)
	}
	return 0, err
}

func (s *scanner) scanVar(c byte) (lexer.TokenType, error) {
	end := s.pos + 1
	for end < len(s.text) {
		r, n := utf8.DecodeRuneInString(s.text[end:])
		if !isVarChar(r, end == s.pos+1) {
			break
		}
		end += n
	}
	if end == s.pos+1 {
		if c == '?' {
			return s.punct(1) // the path modifier
		}
		return 0, s.errorAt(s.pos, "a variable needs a name after '$'")
	}
	s.pos = end
	return tokVar, nil
}

func (s *scanner) scanBlank() (lexer.TokenType, error) {
	end := s.pos + 2
	first := true
	for end < len(s.text) {
		r, n := utf8.DecodeRuneInString(s.text[end:])
		if first && !(isNameStart(r) || r == '_' || r >= '0' && r <= '9') || !first && !isNameChar(r) && r != '.' {
			break
		}
		first = false
		end += n
	}
	for end > s.pos+2 && s.text[end-1] == '.' {
		end--
	}
	if end == s.pos+2 {
		return 0, s.errorAt(s.pos, "a blank node needs a label after '_:'")
	}
	s.pos = end
	return tokBlank, nil
}

func (s *scanner) scanLang() (lexer.TokenType, error) {
	letters := func(i int, digits bool) int {
		for i < len(s.text) {
			c := s.text[i]
			if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || digits && c >= '0' && c <= '9') {
				break
			}
			i++
		}
		return i
	}
	end := letters(s.pos+1, false)
	if end == s.pos+1 {
		return 0, s.errorAt(s.pos, "a language tag is expected after '@', such as @en")
	}
	for end < len(s.text) && s.text[end] == '-' {
		next := letters(end+1, true)
		if next == end+1 {
			break
		}
		end = next
	}
	if strings.HasPrefix(s.text[end:], "--") {
		if next := letters(end+2, false); next > end+2 {
			end = next
		}
	}
	s.pos = end
	return tokLang, nil
}

// scanWord reads a keyword, a function name, or the prefix of a name.
func (s *scanner) scanWord() (lexer.TokenType, error) {
	end := s.pos
	lastDot := -1
	for end < len(s.text) {
		r, n := utf8.DecodeRuneInString(s.text[end:])
		if end == s.pos && !isNameStart(r) && r != '_' || !isNameChar(r) && r != '.' {
			break
		}
		if r == '.' && lastDot < 0 {
			lastDot = end
		}
		end += n
	}
	if end == s.pos {
		r, n := utf8.DecodeRuneInString(s.text[s.pos:])
		if r == utf8.RuneError && n <= 1 {
			return 0, s.errorAt(s.pos, "the text is not valid UTF-8 here")
		}
		err := s.errorAt(s.pos, "unexpected character %q", r)
		switch r {
		case '`', '‘', '’', '“', '”', '«', '»':
			err.Hint = `write a string in straight quotes, such as "text", and an IRI in <…>`
		case '\\':
			err.Hint = `escapes such as \u0041 may stand in strings and IRIs only`
		}
		return 0, err
	}
	if end < len(s.text) && s.text[end] == ':' && s.text[end-1] != '.' && s.text[s.pos] != '_' {
		s.pos = end
		return s.scanLocal()
	}
	// Not a prefixed name: keywords have letters, digits and underscores alone.
	for i := s.pos; i < end; i++ {
		c := s.text[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= '0' && c <= '9' || c >= 0x80) {
			end = i
			break
		}
	}
	s.pos = end
	return tokWord, nil
}

// scanLocal reads the colon and the local part of a prefixed name.
func (s *scanner) scanLocal() (lexer.TokenType, error) {
	s.pos++
	start := s.pos
	end := start // after the last character that may end the name
	i := start
	for i < len(s.text) {
		c := s.text[i]
		switch {
		case c == '%':
			if !(i+2 < len(s.text) && isHex(s.text[i+1]) && isHex(s.text[i+2])) {
				return 0, s.errorAt(i, "'%%' in a prefixed name must be followed by two hexadecimal digits")
			}
			i += 3
			end = i
			continue
		case c == '\\':
			if i+1 >= len(s.text) || !strings.ContainsRune(`_~.-!$&'()*+,;=/?#@%`, rune(s.text[i+1])) {
				return 0, s.errorAt(i, `'\' in a prefixed name must be followed by one of _~.-!$&'()*+,;=/?#@%%`)
			}
			i += 2
			end = i
			continue
		case c == ':':
			i++
			end = i
			continue
		case c == '.':
			if i == start {
				s.pos = end
				return tokPName, nil
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s.text[i:])
		if !(isNameChar(r) && (i > start || isNameStart(r) || r == '_' || r >= '0' && r <= '9')) {
			break
		}
		i += n
		end = i
	}
	s.pos = end
	return tokPName, nil
}
