package sparql

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// What could have stood at the place of an error is found by trying: each
// candidate token is put there, and if the parser then gets past it, it was
// expected. That costs about a hundred parses of the text before the error,
// needs no second description of the grammar, and cannot disagree with it.

// maxProbe bounds the number of tokens before an error for which that is done.
const maxProbe = 400

// candidate is a token to try, with the words that name it to a user.
type candidate struct {
	token lexer.Token
	words string
}

var candidates = func() []candidate {
	list := []candidate{
		{lexer.Token{Type: tokVar, Value: "?x"}, "a variable"},
		{lexer.Token{Type: tokIRI, Value: "<x>"}, "an IRI"},
		{lexer.Token{Type: tokPName, Value: "x:x"}, "a prefixed name"},
		{lexer.Token{Type: tokString, Value: `"x"`}, "a string"},
		{lexer.Token{Type: tokNumber, Value: "1"}, "a number"},
		{lexer.Token{Type: tokBuiltin, Value: "STR"}, "a function"},
		{lexer.Token{Type: tokBlank, Value: "_:x"}, "a blank node"},
		{lexer.Token{Type: tokLang, Value: "@en"}, "a language tag"},
		{lexer.Token{Type: tokKeyword, Value: "a"}, "a"},
	}
	for _, p := range []string{".", "}", "{", ")", "(", ";", ",", "]", "[", "*", "=", "!=", "<", ">", "<=", ">=", "+", "-", "/", "!",
		"&&", "||", "|", "^", "?", "^^", "~", "{|", "|}", "<<", ">>", "<<(", ")>>"} {
		list = append(list, candidate{lexer.Token{Type: tokPunct, Value: p}, "'" + p + "'"})
	}
	words := make([]string, 0, len(keywords))
	for w := range keywords {
		words = append(words, w)
	}
	slices.Sort(words)
	for _, w := range words {
		list = append(list, candidate{lexer.Token{Type: tokKeyword, Value: w}, w})
	}
	return list
}()

// tokens is a lexer of given tokens; a token's offset is its index.
type tokens struct {
	list []lexer.Token
	next int
}

// Next implements lexer.Lexer.
func (t *tokens) Next() (lexer.Token, error) {
	tok := lexer.EOFToken(lexer.Position{Offset: t.next})
	if t.next < len(t.list) {
		tok = t.list[t.next]
		tok.Pos = lexer.Position{Offset: t.next}
	}
	t.next++
	return tok, nil
}

// reach returns the index of the token at which a parser fails.
func reach[G any](parser *participle.Parser[G], list []lexer.Token) int {
	lex, _ := lexer.Upgrade(&tokens{list: list})
	_, err := parser.ParseFromLexer(lex)
	var perr participle.Error
	if errors.As(err, &perr) {
		return perr.Position().Offset
	}
	return len(list) + 1
}

// unexpected returns the error for a token that the grammar does not allow. reach
// says how far the parser gets with other tokens.
func unexpected(text string, offset int, reach func([]lexer.Token) int) *SyntaxError {
	before, found := splitTokens(text, offset)
	err := newError(text, offset, "unexpected "+describe(found))
	var accepted []candidate
	if len(before) <= maxProbe {
		accepted = probe(before, reach)
	}
	err.Expected = words(accepted)
	err.Hint = hint(text, before, found, accepted)
	return err
}

// probe returns the candidates that the parser takes after the given tokens.
func probe(before []lexer.Token, reach func([]lexer.Token) int) (accepted []candidate) {
	list := append(slices.Clone(before), lexer.Token{})
	for _, c := range candidates {
		list[len(before)] = c.token
		if reach(list) > len(before) {
			accepted = append(accepted, c)
		}
	}
	return accepted
}

// splitTokens returns the tokens before an offset and the one there.
func splitTokens(text string, offset int) (before []lexer.Token, found lexer.Token) {
	s := newScanner(text)
	for {
		tok, err := s.Next()
		if err != nil || tok.EOF() || tok.Pos.Offset >= offset {
			return before, tok
		}
		before = append(before, tok)
	}
}

func describe(tok lexer.Token) string {
	switch tok.Type {
	case lexer.EOF:
		return "end of the text"
	case tokPunct:
		return "'" + tok.Value + "'"
	case tokString:
		return "string " + tok.Value
	case tokWord:
		return fmt.Sprintf("word %q", tok.Value)
	}
	return tok.Value
}

// Expected returns what may follow a text that breaks off: keywords as they are
// written, punctuation in quotes, and kinds of token in words, such as "a
// variable" or "a prefixed name". It serves completion in an editor; update says
// that the text is an update request. A text that is wrong before its end
// gives nil.
func Expected(text string, update bool) []string {
	var list []candidate
	before, last := splitTokens(text, len(text))
	switch {
	case !last.EOF() || len(before) > maxProbe:
		return nil
	case update:
		list = probe(before, func(l []lexer.Token) int { return reach(updateParser(), l) })
	default:
		list = probe(before, func(l []lexer.Token) int { return reach(queryParser(), l) })
	}
	var out []string
	for _, c := range list {
		out = append(out, c.words)
	}
	return out
}

// words names the candidates in a user's words, the telling ones first, and not
// more than a reader takes in.
func words(accepted []candidate) []string {
	const most = 10
	has := map[string]bool{}
	for _, c := range accepted {
		has[c.words] = true
	}
	drop := map[string]bool{}
	var out []string
	group := func(name string, members ...string) {
		left := false
		for _, m := range members {
			if !has[m] {
				return
			}
			left = left || !drop[m]
		}
		if !left {
			return
		}
		out = append(out, name)
		for _, m := range members {
			drop[m] = true
		}
	}
	switch {
	case has["a function"] && has["a variable"] && has["a string"]:
		group("an expression", "a variable", "an IRI", "a prefixed name", "a string", "a number", "a function", "'('", "'!'", "'+'",
			"'-'", "EXISTS", "NOT", "TRUE", "FALSE", "'<<('")
	case has["a blank node"] && has["a string"]:
		group("a term", "a variable", "an IRI", "a prefixed name", "a string", "a number", "a blank node", "TRUE", "FALSE", "'('", "'['",
			"'<<'", "'<<('")
	case has["a"]:
		group("a predicate", "an IRI", "a prefixed name", "a", "'^'", "'('", "'!'", "a variable")
		group("a path", "an IRI", "a prefixed name", "a", "'('", "'!'")
	}
	group("an IRI", "an IRI", "a prefixed name")
	group("an operator", "'='", "'!='", "'<'", "'>'", "'<='", "'>='", "'+'", "'-'", "'*'", "'/'", "'&&'", "'||'", "IN", "NOT")
	for _, w := range []string{"'~'", "'{|'", "'<<'", "'<<('", "BASE", "VERSION", "LATERAL"} {
		drop[w] = drop[w] || len(accepted) > most
	}
	for _, c := range accepted {
		if !drop[c.words] && !slices.Contains(out, c.words) {
			out = append(out, c.words)
		}
	}
	if len(out) > most {
		out = append(out[:most:most], "…")
	}
	return out
}

// hint says what to do about an unexpected token, as far as one can tell.
func hint(text string, before []lexer.Token, found lexer.Token, accepted []candidate) string {
	takes := func(w string) bool {
		return slices.ContainsFunc(accepted, func(c candidate) bool { return c.words == w })
	}
	var last lexer.Token
	if len(before) > 0 {
		last = before[len(before)-1]
	}
	switch {
	case len(before) == 0 && takes("SELECT") && slices.Contains([]string{"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}, found.Value):
		return "this is an update, not a query"
	case takes("INSERT") && slices.Contains([]string{"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}, found.Value):
		return "this is a query, not an update"
	case last.Type == tokString && last.Pos.Offset+len(last.Value) == found.Pos.Offset && found.Type != tokPunct:
		return fmt.Sprintf("the string ended before it; write a quote inside a string as \\%c", last.Value[0])
	case found.Type == tokWord:
		return wordHint(found.Value, accepted, takes)
	case found.EOF():
		if open, ok := unclosed(before); ok {
			at := newError(text, open.Pos.Offset, "")
			return fmt.Sprintf("the '%s' at line %d, column %d is not closed", open.Value, at.Line, at.Column)
		}
	case found.Value == "}" || found.Value == ")" || found.Value == "]":
		open, ok := unclosed(before)
		if !ok {
			return "there is no opening bracket for it"
		}
		if closer[open.Value] != found.Value {
			at := newError(text, open.Pos.Offset, "")
			return fmt.Sprintf("the '%s' at line %d, column %d is not closed", open.Value, at.Line, at.Column)
		}
		if found.Value == ")" && takes("AS") {
			return "an expression in SELECT or BIND needs a name: (… AS ?name)"
		}
	case found.Value == "=" && last.Value == "=":
		return "equality is written ="
	case found.Value == "<>" && takes("'!='"):
		return "not equal is written !="
	case found.Value == "," && takes("a variable") && takes("'('"):
		return "separate the variables with spaces alone"
	case found.Type == tokBuiltin && takes("'('") && takes("a variable") && !takes("a function"):
		return fmt.Sprintf("write (%s(…) AS ?name)", found.Value)
	case takes("'.'") && slices.Contains([]lexer.TokenType{tokVar, tokIRI, tokPName, tokBlank}, found.Type):
		return "end the triple before it with '.'"
	case found.Type == tokSigned && takes("a number"):
		return "the number must not have a sign"
	}
	return ""
}

var closer = map[string]string{"{": "}", "(": ")", "[": "]", "{|": "|}", "<<": ">>", "<<(": ")>>"}

// unclosed returns the last bracket that is still open.
func unclosed(list []lexer.Token) (lexer.Token, bool) {
	var open []lexer.Token
	for _, tok := range list {
		if tok.Type != tokPunct {
			continue
		}
		if closer[tok.Value] != "" {
			open = append(open, tok)
		} else if n := len(open); n > 0 && closer[open[n-1].Value] == tok.Value {
			open = open[:n-1]
		}
	}
	if len(open) == 0 {
		return lexer.Token{}, false
	}
	return open[len(open)-1], true
}

// wordHint says what a word may have been meant to be.
func wordHint(word string, accepted []candidate, takes func(string) bool) string {
	switch strings.ToUpper(word) {
	case "AND":
		return "and is written &&; between patterns, '.'"
	case "OR":
		return "or is written ||; between patterns, UNION"
	case "NULL":
		return "test for a missing value with !BOUND(?x)"
	}
	var options []string
	for _, c := range accepted {
		if c.token.Type == tokKeyword {
			options = append(options, c.token.Value)
		}
	}
	if takes("a function") {
		for name := range functions {
			options = append(options, name)
		}
	}
	for _, o := range options {
		if len(o) > 3 && strings.HasPrefix(strings.ToUpper(word), o) {
			return "did you mean " + o + "?"
		}
	}
	if near := nearest(strings.ToUpper(word), options); near != "" {
		return "did you mean " + near + "?"
	}
	if takes("a prefixed name") {
		return fmt.Sprintf("a name has a prefix, such as :%s, a string is in quotes, a variable begins with ?", word)
	}
	return ""
}

// nearest returns the option that takes the fewest changes of letters to reach
// from word, "" where none is near.
func nearest(word string, options []string) string {
	slices.Sort(options)
	best, bestDistance := "", min(2, (len(word)+1)/3)+1
	for _, o := range options {
		if d := distance(word, o); d < bestDistance {
			best, bestDistance = o, d
		}
	}
	return best
}

// distance is the number of insertions, deletions, replacements and swaps of
// neighbours between two words (optimal string alignment).
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

// nearPrefix returns the declared prefix that is spelt most like name.
func (t *translator) nearPrefix(name string) string {
	options := make([]string, 0, len(t.expand))
	for p := range t.expand {
		options = append(options, p)
	}
	return nearest(name, options)
}
