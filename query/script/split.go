package script

import (
	"errors"
	"strings"
	"unicode"

	"github.com/ententedb/entente/query/sparql"
)

// Kind tells statements apart.
type Kind uint8

// The kinds of statement.
const (
	Question Kind = iota
	SPARQL
	Command
	Expect
)

// Statement is a piece of a script.
type Statement struct {
	Kind Kind
	// Text is as written, without comments before it. A Command has no leading
	// dot, an Expect no leading "expect".
	Text string
	// Line is that of its first line, from 1.
	Line int
}

// sparqlWords are the words that SPARQL requests start with.
var sparqlWords = map[string]bool{
	"PREFIX": true, "BASE": true, "VERSION": true,
	"SELECT": true, "ASK": true, "CONSTRUCT": true, "DESCRIBE": true,
	"INSERT": true, "DELETE": true, "WITH": true, "LOAD": true, "CLEAR": true,
	"DROP": true, "CREATE": true, "ADD": true, "MOVE": true, "COPY": true,
}

// IsSPARQL reports whether a statement that starts with this text is SPARQL
// rather than a question. The words that are also English ("describe
// Finland", "ask", "add") count only when something follows that no question
// has: a bracket, a variable, an IRI or a prefixed name. With a "{" in it a text is
// SPARQL whatever its first word, which may be mistyped.
func IsSPARQL(text string) bool {
	trimmed := strings.TrimSpace(text)
	end := strings.IndexFunc(trimmed, func(r rune) bool { return !unicode.IsLetter(r) })
	word, rest := trimmed, ""
	if end >= 0 {
		word, rest = trimmed[:end], trimmed[end:]
	}
	word = strings.ToUpper(word)
	if !sparqlWords[word] {
		return word != "" && strings.Contains(rest, "{")
	}
	if word == trimmed || word == "SELECT" || word == "PREFIX" {
		return rest != "" || word == trimmed && trimmed == strings.ToUpper(trimmed)
	}
	// A "?" at the end of a question is no variable.
	for i := 0; i+1 < len(rest); i++ {
		switch rest[i] {
		case '{', '<', ':':
			return true
		case '?', '$':
			if rest[i+1] != ' ' {
				return true
			}
		}
	}
	return strings.HasSuffix(rest, "{") || trimmed == strings.ToUpper(trimmed)
}

// Split parts a script into its statements. It does not parse them.
func Split(text string) []Statement {
	var s splitter
	for i, line := range strings.Split(text, "\n") {
		s.line(strings.TrimSuffix(line, "\r"), i+1)
	}
	s.end()
	return s.done
}

// splitter collects the lines of the statement being read.
type splitter struct {
	done    []Statement
	current []string
	kind    Kind
	first   int
}

func (s *splitter) line(line string, n int) {
	trimmed := strings.TrimSpace(line)
	if len(s.current) > 0 {
		s.more(line, trimmed, n)
		return
	}
	word, rest, _ := strings.Cut(trimmed, " ")
	switch {
	case trimmed == "" || trimmed[0] == '#':
	case trimmed[0] == '.' && len(trimmed) > 1:
		s.done = append(s.done, Statement{Command, trimmed[1:], n})
	case word == "expect":
		if !strings.HasSuffix(rest, "{") {
			s.done = append(s.done, Statement{Expect, rest, n})
			return
		}
		s.begin(Expect, rest, n)
	case IsSPARQL(trimmed):
		s.begin(SPARQL, line, n)
		if balanced(line) && closes(trimmed) {
			s.end()
		}
	default:
		s.done = append(s.done, Statement{Question, trimmed, n})
	}
}

// more adds a line to a statement of several lines, or ends it.
func (s *splitter) more(line, trimmed string, n int) {
	if s.kind == Expect {
		s.current = append(s.current, line)
		if trimmed == "}" {
			s.end()
		}
		return
	}
	complete := balanced(strings.Join(s.current, "\n"))
	if complete && (trimmed == "" || strings.HasPrefix(trimmed, "expect ")) {
		s.end()
		if trimmed != "" {
			s.line(line, n)
		}
		return
	}
	s.current = append(s.current, line)
	if strings.HasSuffix(trimmed, ";") && balanced(strings.Join(s.current, "\n")) {
		s.end()
	}
}

func (s *splitter) begin(k Kind, line string, n int) {
	s.kind, s.first, s.current = k, n, []string{line}
}

func (s *splitter) end() {
	if len(s.current) > 0 {
		s.done = append(s.done, Statement{s.kind, strings.Join(s.current, "\n"), s.first})
		s.current = nil
	}
}

// closes reports whether a line of SPARQL that is balanced also looks whole:
// it has a group, or is one of the requests that need none.
func closes(trimmed string) bool {
	if strings.Contains(trimmed, "{") {
		return true
	}
	word := strings.ToUpper(strings.Fields(trimmed)[0])
	switch word {
	case "PREFIX", "BASE", "VERSION", "SELECT", "CONSTRUCT", "ASK", "INSERT", "DELETE", "WITH":
		return false
	}
	return true
}

// Complete reports whether SPARQL typed so far, in one line or several, is
// whole when the last line typed was this one: see the package's rules.
func Complete(lines []string) bool {
	if len(lines) == 0 {
		return false
	}
	last := strings.TrimSpace(lines[len(lines)-1])
	text := strings.Join(lines, "\n")
	if !balanced(text) {
		return false
	}
	if len(lines) == 1 {
		return closes(last) && !breaksOff(text)
	}
	return last == "" || strings.HasSuffix(last, ";")
}

// breaksOff reports whether SPARQL text is wrong only because it ends too early.
func breaksOff(text string) bool {
	var err error
	text = strings.TrimSpace(text)
	if IsUpdate(text) {
		_, err = sparql.ParseUpdate(text, nil)
	} else {
		_, err = sparql.Parse(text, nil)
	}
	var syntax *sparql.SyntaxError
	return errors.As(err, &syntax) && syntax.Offset >= len(text)
}

// balanced reports whether all brackets of SPARQL text are closed, leaving
// strings, IRIs and comments aside.
func balanced(text string) bool {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '{', '(', '[':
			depth++
		case '}', ')', ']':
			depth--
		case '#':
			if j := strings.IndexByte(text[i:], '\n'); j >= 0 {
				i += j
			} else {
				i = len(text)
			}
		case '<':
			if j := iriEnd(text[i:]); j > 0 {
				i += j
			}
		case '"', '\'':
			j := stringEnd(text[i:])
			if j < 0 {
				return false
			}
			i += j
		}
	}
	return depth <= 0
}

// OneLine writes SPARQL of several lines in one, as a history keeps it: without its
// comments, and with the line ends in strings escaped.
func OneLine(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		n := 1 // bytes of what is copied
		switch c := text[i]; c {
		case '\n', '\r':
			if s := b.String(); s != "" && !strings.HasSuffix(s, " ") {
				b.WriteByte(' ')
			}
			for i+1 < len(text) && strings.IndexByte(" \t\r\n", text[i+1]) >= 0 {
				i++
			}
			continue
		case '#':
			if j := strings.IndexByte(text[i:], '\n'); j >= 0 {
				i += j - 1
				continue
			}
			return strings.TrimSpace(b.String())
		case '<':
			n += iriEnd(text[i:])
		case '"', '\'':
			if j := stringEnd(text[i:]); j > 0 {
				n += j
			}
		}
		b.WriteString(strings.NewReplacer("\n", `\n`, "\r", `\r`).Replace(text[i : i+n]))
		i += n - 1
	}
	return strings.TrimSpace(b.String())
}

// iriEnd returns the index of the ">" that ends the IRI at the start of s, or
// 0 if the "<" there is an operator.
func iriEnd(s string) int {
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '>':
			return i
		case c <= ' ' || strings.IndexByte("<\"{}|^`\\", c) >= 0:
			return 0
		}
	}
	return 0
}

// stringEnd returns the index of the last byte of the string literal at the
// start of s, or -1 if it does not end.
func stringEnd(s string) int {
	quote := s[:1]
	if strings.HasPrefix(s, strings.Repeat(quote, 3)) {
		quote = s[:3]
	}
	for i := len(quote); i < len(s); i++ {
		if s[i] == '\\' {
			i++
			continue
		}
		if strings.HasPrefix(s[i:], quote) {
			return i + len(quote) - 1
		}
	}
	return -1
}
