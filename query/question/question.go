package question

import (
	"errors"
	"fmt"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
	"github.com/ententedb/entente/query/algebra"
)

// Kind says what form the answer of a question has.
type Kind string

// The kinds of question.
const (
	Set        Kind = "set"        // things of a kind, in the first column
	List       Kind = "list"       // the same, in order
	Count      Kind = "count"      // one number, or one for each group
	YesNo      Kind = "yesno"      // ASK
	Value      Kind = "value"      // the value of one attribute of one thing
	Table      Kind = "table"      // attributes of several things, groups, aggregates
	Describe   Kind = "describe"   // property and value of one thing
	Comparison Kind = "comparison" // property, thing and value
	Definition Kind = "definition" // a text
	Connection Kind = "connection" // tie and what it goes through
	Reason     Kind = "reason"     // statements with their dates and sources
)

// Question is a question that was understood. It may be shared between
// goroutines as long as nobody changes Query.
type Question struct {
	Text string
	// Understood says the question back in full; it is itself a question of
	// the same meaning.
	Understood string
	Kind       Kind
	Query      *algebra.Query
	// Columns are those of Query, with headers for people.
	Columns []Column

	meaning *meaning
	lexicon *Lexicon
}

// ForPeople returns Query with further columns that people need to judge the
// answer, such as the year of a value, and all columns. The rows are the same,
// but for values that several statements support.
func (q *Question) ForPeople() (*algebra.Query, []Column) {
	t := newTranslator(q.lexicon)
	t.notes = true
	return t.query(q.meaning), t.columns
}

// Options change how a question is read.
type Options struct {
	// Previous is the question before, which "of those, which are in Asia" and
	// "what about 1990" refer to.
	Previous *Question
}

// Parse reads a question. Where it is not understood, the error is a
// [*Refusal]. Options may be nil.
func Parse(l *Lexicon, text string, opts *Options) (*Question, error) {
	var m *meaning
	var refusal *Refusal
	back := false
	if opts != nil && opts.Previous != nil {
		m, refusal, back = l.parseFollowUp(text, opts.Previous.meaning)
	}
	if !back {
		m, refusal = l.parse(text)
	}
	if refusal != nil {
		refusal.Text = text
		return nil, refusal
	}
	q := l.asked(m)
	q.Text = text
	return q, nil
}

func (m *meaning) answer() Kind {
	switch m.kind {
	case askSet:
		if m.order != nil {
			return List
		}
		return Set
	case askCount:
		if m.per != nil || m.perYear {
			return Table
		}
		return Count
	case askCheck:
		return YesNo
	case askAttributes, askWhen:
		if m.set == nil && len(m.things) == 1 && len(m.attributes) < 2 && !m.perYear {
			return Value
		}
	case askCombine:
		if m.per == nil && !m.perYear {
			return Value
		}
	case askShare:
		return Value
	case askGrowth:
		if len(m.things) == 1 {
			return Value
		}
	case askDescribe:
		return Describe
	case askDefine:
		return Definition
	case askCompare:
		return Comparison
	case askConnect:
		return Connection
	case askWhy, askSource:
		return Reason
	}
	return Table
}

// parse finds the meaning of a question: the first reading of its words that
// the grammar accepts and whose names and words fit their places. If none
// does, the refusal is that of the reading that went furthest.
func (l *Lexicon) parse(text string) (*meaning, *Refusal) {
	tokens, refusal := l.tokens(text)
	if refusal != nil {
		return nil, refusal
	}
	if len(tokens) == 0 {
		return nil, &Refusal{Message: "the question is empty"}
	}
	var understood *Refusal // a refusal of meaning tells more than one of form
	deepest, at := -1, &sequence{}
	for _, s := range sequences(tokens) {
		tree, err := parseSequence(s)
		if err != nil {
			if p := errorIndex(err); p > deepest {
				deepest, at = p, s
			}
			continue
		}
		in := &interpreter{Lexicon: l, seq: s}
		m := in.sentence(tree)
		in.wanted(m)
		if in.refusal == nil {
			return m, nil
		}
		if understood == nil {
			understood = in.refusal
		}
	}
	if understood != nil {
		return nil, understood
	}
	return nil, l.unexpected(text, at, deepest)
}

func parseSequence(s *sequence) (*sentence, error) {
	s.next = 0
	lex, err := lexer.Upgrade(s)
	if err != nil {
		return nil, err
	}
	return buildParser().ParseFromLexer(lex)
}

// errorIndex is the index of the token that the grammar did not accept.
func errorIndex(err error) int {
	var p participle.Error
	if errors.As(err, &p) {
		return p.Position().Offset
	}
	return 0
}

// unexpected refuses the token at which the sentence stops making sense, and
// says what could have stood there.
func (l *Lexicon) unexpected(text string, s *sequence, i int) *Refusal {
	r := &Refusal{Expected: l.follow(s, i)}
	if i >= len(s.tokens) {
		r.Position = len([]rune(text))
		r.Message = "the question ends too early"
		return r
	}
	t := s.tokens[i]
	r.Position, r.Length, r.Word = t.start, t.end-t.start, t.text
	r.Message = fmt.Sprintf("%q does not fit here", t.text)
	for _, reading := range t.readings {
		if reading.class != classComplement {
			continue
		}
		for _, s := range reading.senses {
			r.Suggestions = append(r.Suggestions, s.relation.Label)
		}
	}
	return r
}
