package query

import (
	"context"
	"slices"
	"strings"

	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/question"
	"github.com/ententedb/entente/query/sparql"
)

// Lexicon is the words that a graph understands. It is read-only and may be
// shared between goroutines.
type Lexicon = question.Lexicon

// Refusal is a question that was not understood: where, and what may have been
// meant.
type Refusal = question.Refusal

// LoadLexicon reads the words of a dataset. It is good for as long as
// ds.Version stays the same.
func LoadLexicon(ctx context.Context, ds Dataset) (*Lexicon, error) {
	return question.LoadLexicon(ctx, ds)
}

// WithLexicon gives the words that questions are understood by. Without it Ask
// reads them from the dataset, every time.
func WithLexicon(l *Lexicon) Option { return func(c *config) { c.lexicon = l } }

// WithPrevious gives the questions asked before, the oldest first, which a
// question may refer to: "what about 1990", "which of those are in Asia".
func WithPrevious(questions ...string) Option { return func(c *config) { c.previous = questions } }

// parseQuestion reads a question after those of WithPrevious. Of them, those that
// are not understood are passed over.
func (c *config) parseQuestion(l *Lexicon, text string) (*question.Question, error) {
	var opts question.Options
	for _, earlier := range c.previous {
		if q, err := question.Parse(l, earlier, &opts); err == nil {
			opts.Previous = q
		}
	}
	return question.Parse(l, text, &opts)
}

// ForPeople makes answers to questions carry further columns, which people need to
// judge them: the year of a value, the number of values of an average. They have Column.Note.
func ForPeople() Option { return func(c *config) { c.people = true } }

// Ask answers a question in plain English. One that is not understood gives a
// *Refusal.
func Ask(ctx context.Context, ds Dataset, text string, opts ...Option) (*Answer, error) {
	c := newConfig(opts)
	lexicon := c.lexicon
	if lexicon == nil {
		var err error
		if lexicon, err = LoadLexicon(ctx, ds); err != nil {
			return nil, err
		}
	}
	q, err := c.parseQuestion(lexicon, text)
	if err != nil {
		return nil, err
	}
	// Parameters stand for variables of SPARQL that somebody wrote, not for those
	// of a translation.
	opts = append(slices.Clone(opts), func(c *config) { c.bindings = nil })
	run, columns := q.Query, q.Columns
	if c.people {
		run, columns = q.ForPeople()
	}
	res, err := RunQuery(ctx, ds, run, opts...)
	if err != nil {
		return nil, err
	}
	return &Answer{
		Text: q.Text, Understood: q.Understood, SPARQL: format(q.Query, c.prefixes), Kind: q.Kind, Columns: columns, Results: res,
		question: q, lexicon: lexicon, ds: ds, opts: opts,
	}, nil
}

// format writes a query with those of the prefixes that it can use.
func format(q *algebra.Query, prefixes []Prefix) string {
	long := sparql.Format(q)
	short := *q
	for _, p := range prefixes {
		if strings.Contains(long, "<"+p.IRI) {
			short.Prefixes = append(short.Prefixes, p)
		}
	}
	return sparql.Format(&short)
}

// Translate returns the SPARQL that a question becomes, written with the
// prefixes of WithPrefixes.
func Translate(l *Lexicon, text string, opts ...Option) (string, error) {
	c := newConfig(opts)
	q, err := c.parseQuestion(l, text)
	if err != nil {
		return "", err
	}
	return format(q.Query, c.prefixes), nil
}

// CompleteQuestion returns what may stand at the end of a question typed so
// far: start is the byte offset from which the words would replace it.
func CompleteQuestion(l *Lexicon, text string) (start int, words []string) {
	return question.Complete(l, text)
}
