package query

import "github.com/ententedb/entente/query/sparql"

// SyntaxError is a mistake in the text of a query or update: its place, what
// was expected there, and perhaps a hint. Detail shows the line with a caret.
type SyntaxError = sparql.SyntaxError
