package sparql

import (
	"errors"
	"sync"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ententedb/entente/query/algebra"
)

// Options change how a text is read. The zero value and nil are the defaults.
type Options struct {
	// Base is the IRI that relative ones are resolved against before a BASE declaration.
	Base string
	// Prefixes are known as if they were declared before the text, whose own
	// declarations take precedence.
	Prefixes []algebra.Prefix
}

// The parsers are built when they are first needed: participle reads the
// grammar's structs by reflection, which takes a few milliseconds.
var (
	queryParser  = sync.OnceValue(func() *participle.Parser[queryUnit] { return build[queryUnit]() })
	updateParser = sync.OnceValue(func() *participle.Parser[updateUnit] { return build[updateUnit]() })
)

func build[G any]() *participle.Parser[G] {
	return participle.MustBuild[G](participle.Lexer(definition{}), participle.UseLookahead(0))
}

// Parse reads a query and translates it to algebra. An error is a *SyntaxError.
// It is safe for concurrent use.
func Parse(text string, opts *Options) (*algebra.Query, error) {
	unit, err := parseUnit(queryParser(), text)
	if err != nil {
		return nil, err
	}
	t := newTranslator(text, opts)
	var q *algebra.Query
	if err := t.run(func() { q = t.query(unit) }); err != nil {
		return nil, err
	}
	return q, nil
}

// ParseUpdate reads an update request and translates it to algebra. An error
// is a *SyntaxError. It is safe for concurrent use.
func ParseUpdate(text string, opts *Options) (*algebra.Update, error) {
	unit, err := parseUnit(updateParser(), text)
	if err != nil {
		return nil, err
	}
	t := newTranslator(text, opts)
	var u *algebra.Update
	if err := t.run(func() { u = t.update(unit) }); err != nil {
		return nil, err
	}
	return u, nil
}

// parseUnit runs a parser; errors of participle become ours.
func parseUnit[G any](parser *participle.Parser[G], text string) (*G, error) {
	if !utf8.ValidString(text) {
		offset := 0
		for {
			r, size := utf8.DecodeRuneInString(text[offset:])
			if r == utf8.RuneError && size == 1 {
				return nil, newError(text, offset, "the text is not UTF-8")
			}
			offset += size
		}
	}
	unit, err := parser.ParseString("", text)
	if err == nil {
		return unit, nil
	}
	var ours *SyntaxError
	if errors.As(err, &ours) {
		return nil, ours
	}
	offset := 0
	var perr participle.Error
	if errors.As(err, &perr) {
		offset = perr.Position().Offset
	}
	return nil, unexpected(text, offset, func(tokens []lexer.Token) int { return reach(parser, tokens) })
}
