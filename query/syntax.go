package query

import "github.com/ententedb/entente/query/sparql"

// SyntaxError is a mistake in the text of a query or update: its place, what
// was expected there, and perhaps a hint. Detail shows the line with a caret.
type SyntaxError = sparql.SyntaxError

// Expected returns what may follow SPARQL text that breaks off: keywords,
// punctuation in quotes, and kinds of token in words, such as "a variable". It is
// nil if the text is wrong before its end.
func Expected(text string, update bool) []string { return sparql.Expected(text, update) }
