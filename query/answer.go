package query

import (
	"context"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query/question"
)

// Answer is the answer to a question.
type Answer struct {
	// Text is the question, Understood the same said in full, SPARQL the query that
	// it became, which has the same rows when it is run.
	Text, Understood, SPARQL string
	// Kind says what form the answer has.
	Kind AnswerKind
	// Columns says what people need to know of the columns of Results, in their
	// sequence.
	Columns []Column
	// Results is the answer itself, of FormSelect or FormAsk. It must be read or closed before the
	// snapshot is.
	Results *Results

	question *question.Question
	lexicon  *Lexicon
	ds       Dataset
	opts     []Option
}

// AnswerKind is the form of an answer.
type AnswerKind = question.Kind

// The kinds of answers.
const (
	KindSet        = question.Set
	KindList       = question.List
	KindCount      = question.Count
	KindYesNo      = question.YesNo
	KindValue      = question.Value
	KindTable      = question.Table
	KindDescribe   = question.Describe
	KindComparison = question.Comparison
	KindDefinition = question.Definition
	KindConnection = question.Connection
	KindReason     = question.Reason
)

// Column is a column of an answer.
type Column = question.Column

// About is a thing that a question asks about.
type About = question.About

// About returns the things that a description or comparison is about.
func (a *Answer) About() []About { return a.question.About() }

// Lexicon returns the words that the question was understood by.
func (a *Answer) Lexicon() *Lexicon { return a.lexicon }

// Evidence is a statement, or what is known of one, that an answer rests upon;
// what is not known is the zero Term. Of a question about all or any of a set, it
// is a thing that decides the answer, in Value.
type Evidence struct {
	Value, Since, Until, Year, InferredFrom, Source graph.Term
	Unit                                            string // of Value
}

// Evidence returns what an answer of one value, or a yes or no, rests upon, as far as the
// graph knows.
func (a *Answer) Evidence(ctx context.Context) ([]Evidence, error) {
	q := a.question.Evidence()
	if q == nil {
		return nil, nil
	}
	res, err := RunQuery(ctx, a.ds, q, a.opts...)
	if err != nil {
		return nil, err
	}
	defer res.Close()
	var out []Evidence
	for row, err := range res.Rows() {
		if err != nil {
			return nil, err
		}
		out = append(out, Evidence{
			Value: row.Get(question.EvidenceValue), Unit: a.question.Unit(),
			Since: row.Get(question.EvidenceSince), Until: row.Get(question.EvidenceUntil), Year: row.Get(question.EvidenceYear),
			InferredFrom: row.Get(question.EvidenceInferredFrom), Source: row.Get(question.EvidenceSource),
		})
	}
	return out, nil
}

// HowLong reports whether the question asks how long something has lasted; the rows
// say since when, and Evidence until when.
func (a *Answer) HowLong() bool { return a.question.HowLong() }

// Coverage returns what the graph says it does not hold all of, where the answer
// rests upon its absence: on a number, on "not", or on nothing having been found, which the
// caller knows when it has read the rows.
func (a *Answer) Coverage(nothing bool) []string { return a.question.Coverage(nothing) }

// Totals returns the totals of what is measured of the members of each thing that a
// comparison is about, if all have members: answers for people of one row, those of a
// measure at the same place of each list. Their Results must be read or closed.
func (a *Answer) Totals(ctx context.Context) ([][]*Answer, error) {
	var out [][]*Answer
	for _, own := range a.question.Totals() {
		var answers []*Answer
		for _, q := range own {
			run, columns := q.ForPeople()
			res, err := RunQuery(ctx, a.ds, run, a.opts...)
			if err != nil {
				return nil, err
			}
			answers = append(answers, &Answer{Text: q.Text, Understood: q.Understood, Kind: q.Kind, Columns: columns, Results: res, question: q, lexicon: a.lexicon, ds: a.ds, opts: a.opts})
		}
		out = append(out, answers)
	}
	return out, nil
}

// Years says of which years the latest values are that decide an answer without
// showing them: "defence spending: values of 2025"; "" if none do.
func (a *Answer) Years(ctx context.Context) (string, error) {
	q, measure := a.question.Years()
	if q == nil {
		return "", nil
	}
	res, err := RunQuery(ctx, a.ds, q, a.opts...)
	if err != nil {
		return "", err
	}
	defer res.Close()
	for row, err := range res.Rows() {
		if err != nil {
			return "", err
		}
		switch first, last := row.Terms()[0].Value(), row.Terms()[1].Value(); {
		case first == "":
		case first == last:
			return measure + ": values of " + first, nil
		default:
			return measure + ": values of " + first + " to " + last, nil
		}
	}
	return "", nil
}
