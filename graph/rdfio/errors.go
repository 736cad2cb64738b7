package rdfio

import (
	"errors"
	"fmt"
	"strings"
)

// ErrUnsupported is wrapped by errors about terms that a format cannot express.
var ErrUnsupported = errors.New("not possible in this format")

// SyntaxError says where a document is wrong and what was expected there.
type SyntaxError struct {
	// File is the name given in ReaderOptions, "" if none was.
	File string
	// Line and Column count from 1; Column counts characters. A Column of 0
	// means that only the line is known, a Line of 0 that nothing is.
	Line, Column int
	// Offset is the position in bytes: from the start of the chunk for
	// ParseLines, of the document otherwise.
	Offset int64
	// Msg is lower case, such as: expected an IRI as predicate, found "x".
	Msg string
}

// Error returns file:line:column: message.
func (e *SyntaxError) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File)
		b.WriteByte(':')
	}
	if e.Line > 0 {
		if e.File == "" {
			b.WriteString("line ")
		}
		fmt.Fprintf(&b, "%d", e.Line)
		if e.Column > 0 {
			fmt.Fprintf(&b, ":%d", e.Column)
		}
		b.WriteByte(':')
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	return b.String() + e.Msg
}
