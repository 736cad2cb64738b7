package sparql

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// The types of token. Keyword tokens carry the keyword in upper case ("a"
// excepted), so that the grammar compares them exactly; all others carry the
// text as it was written.
const (
	tokKeyword lexer.TokenType = iota + 1
	tokBuiltin
	tokVar
	tokIRI
	tokPName
	tokBlank
	tokString
	tokLang
	tokNumber
	tokSigned
	tokPunct
	tokWord // a word that is neither keyword nor function: never valid
)

var symbols = map[string]lexer.TokenType{
	"EOF": lexer.EOF, "Keyword": tokKeyword, "Builtin": tokBuiltin, "Var": tokVar,
	"IRI": tokIRI, "PName": tokPName, "Blank": tokBlank, "String": tokString, "Lang": tokLang,
	"Number": tokNumber, "Signed": tokSigned, "Punct": tokPunct, "Word": tokWord,
}

// keywords are the reserved words that are not functions; functions has those.
var keywords = wordSet(`BASE PREFIX VERSION SELECT DISTINCT REDUCED AS CONSTRUCT WHERE DESCRIBE ASK FROM NAMED
	GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET VALUES LOAD SILENT INTO CLEAR DROP CREATE ADD TO MOVE COPY
	INSERT DATA DELETE WITH USING DEFAULT ALL GRAPH OPTIONAL SERVICE BIND UNDEF MINUS UNION FILTER LATERAL
	IN NOT EXISTS SEPARATOR TRUE FALSE`)

func wordSet(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

// maxDepth bounds the nesting of brackets, and maxChain the operators in a row
// and the parts of a group, which become nested trees too: both together bound
// every recursion.
const (
	maxDepth = 1000
	maxChain = 50_000
)

// definition implements lexer.Definition and lexer.StringDefinition.
type definition struct{}

// Symbols implements lexer.Definition.
func (definition) Symbols() map[string]lexer.TokenType { return symbols }

// Lex implements lexer.Definition.
func (d definition) Lex(name string, r io.Reader) (lexer.Lexer, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return d.LexString(name, string(b))
}

// LexString implements lexer.StringDefinition.
func (definition) LexString(_ string, text string) (lexer.Lexer, error) {
	return newScanner(text), nil
}

// newScanner returns the scanner of a text, past a byte order mark.
func newScanner(text string) *scanner {
	s := &scanner{text: text}
	if strings.HasPrefix(text, "\ufeff") {
		s.pos = len("\ufeff")
	}
	return s
}

// scanner cuts a text into tokens. A token's position has its offset only: line
// and column are worked out when there is an error to show.
type scanner struct {
	text  string
	pos   int
	depth int

	parens, braces int // of depth
	chain          int // operators since the expression, path or triple began
	parts          int // of groups, since the text or operation began
}

// errorAt returns a syntax error at an offset.
func (s *scanner) errorAt(offset int, format string, args ...any) *SyntaxError {
	return newError(s.text, offset, fmt.Sprintf(format, args...))
}

// Next implements lexer.Lexer.
func (s *scanner) Next() (lexer.Token, error) {
	s.skipSpace()
	start := s.pos
	if start >= len(s.text) {
		return lexer.Token{Type: lexer.EOF, Pos: lexer.Position{Offset: len(s.text)}}, nil
	}
	typ, err := s.scan(s.text[start])
	if err != nil {
		return lexer.Token{}, err
	}
	tok := lexer.Token{Type: typ, Value: s.text[start:s.pos], Pos: lexer.Position{Offset: start}}
	switch typ {
	case tokWord:
		classify(&tok)
		if v := tok.Value; tok.Type == tokKeyword && (v == "FILTER" || v == "BIND" || v == "AS") {
			s.parts++
		}
	case tokSigned:
		s.chain++
	case tokPunct:
		s.measure(tok.Value)
		switch tok.Value {
		case "{", "(", "[", "{|", "<<", "<<(":
			if s.depth++; s.depth > maxDepth {
				return tok, s.errorAt(start, "brackets nested more than %d deep", maxDepth)
			}
		case "}", ")", "]", "|}", ">>", ")>>":
			s.depth--
		}
	}
	if s.chain > maxChain || s.parts > maxChain {
		return tok, s.errorAt(start, "more than %d operators in a row, or parts of a pattern", maxChain)
	}
	return tok, nil
}

// measure counts what makes trees deep without brackets.
func (s *scanner) measure(punct string) {
	switch punct {
	case "{":
		if s.braces++; s.braces > 1 {
			s.parts++
		}
		s.chain = 0
	case "}":
		if s.braces--; s.braces <= 0 {
			s.parts = 0
		}
		s.chain = 0
	case "(":
		s.parens++
	case ")":
		if s.parens--; s.parens <= 0 {
			s.chain = 0
		}
	case ".", ";", ",":
		if s.parens <= 0 {
			s.chain = 0
		}
	default:
		s.chain++
	}
}

// classify turns a word into a keyword or a function name where it is one.
func classify(tok *lexer.Token) {
	if tok.Value == "a" {
		tok.Type = tokKeyword
		return
	}
	upper := strings.ToUpper(tok.Value)
	if keywords[upper] {
		tok.Type, tok.Value = tokKeyword, upper
	} else if _, ok := functions[upper]; ok {
		tok.Type, tok.Value = tokBuiltin, upper
	}
}

func (s *scanner) skipSpace() {
	for s.pos < len(s.text) {
		switch s.text[s.pos] {
		case ' ', '\t', '\r', '\n':
			s.pos++
		case '#':
			if i := strings.IndexAny(s.text[s.pos:], "\n\r"); i >= 0 {
				s.pos += i
			} else {
				s.pos = len(s.text)
			}
		default:
			return
		}
	}
}

// has reports whether the text goes on with prefix.
func (s *scanner) has(prefix string) bool { return strings.HasPrefix(s.text[s.pos:], prefix) }

// at returns the byte n places on, 0 past the end.
func (s *scanner) at(n int) byte {
	if s.pos+n < len(s.text) {
		return s.text[s.pos+n]
	}
	return 0
}

// punct consumes n bytes of punctuation.
func (s *scanner) punct(n int) (lexer.TokenType, error) {
	s.pos += n
	return tokPunct, nil
}

// longest consumes the first of the candidates that is there.
func (s *scanner) longest(candidates ...string) (lexer.TokenType, error) {
	for _, c := range candidates {
		if s.has(c) {
			return s.punct(len(c))
		}
	}
	return 0, s.errorAt(s.pos, "unexpected character %q", s.text[s.pos])
}

func (s *scanner) scan(c byte) (lexer.TokenType, error) {
	switch c {
	case '<':
		if n := iriLength(s.text[s.pos:]); n > 0 {
			s.pos += n
			return tokIRI, nil
		}
		return s.longest("<<(", "<<", "<=", "<")
	case '"', '\'':
		return s.scanString(c)
	case '?', '$':
		return s.scanVar(c)
	case '_':
		if s.at(1) == ':' {
			return s.scanBlank()
		}
		return s.scanWord()
	case '@':
		return s.scanLang()
	case '{':
		return s.longest("{|", "{")
	case '|':
		return s.longest("||", "|}", "|")
	case ')':
		return s.longest(")>>", ")")
	case '>':
		return s.longest(">>", ">=", ">")
	case '^':
		return s.longest("^^", "^")
	case '&':
		if s.at(1) != '&' {
			return 0, s.errorAt(s.pos, "unexpected '&'; the logical operator is '&&'")
		}
		return s.punct(2)
	case '!':
		return s.longest("!=", "!")
	case '}', '(', '[', ']', ';', ',', '=', '*', '/', '~':
		return s.punct(1)
	case '+', '-':
		if n := numberLength(s.text[s.pos+1:]); n > 0 {
			s.pos += 1 + n
			return tokSigned, nil
		}
		return s.punct(1)
	case '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		if n := numberLength(s.text[s.pos:]); n > 0 {
			s.pos += n
			return tokNumber, nil
		}
		return s.punct(1)
	case ':':
		return s.scanLocal()
	}
	return s.scanWord()
}
