package question

import (
	"fmt"
	"strings"
)

// Refusal is a question that was not understood, as an error.
type Refusal struct {
	// Text is the question.
	Text string
	// Position and Length, in runes, say which part of the text it is about.
	Position, Length int
	// Word is that part.
	Word string
	// Message says in a sentence what is wrong.
	Message string
	// Suggestions are what may have been meant, best first.
	Suggestions []string
	// Expected lists what could have stood there.
	Expected []string
	// Candidates are the things that an ambiguous name may mean.
	Candidates []Candidate
}

// Candidate is one thing that an ambiguous name may mean.
type Candidate struct {
	IRI, Label string
	// Note tells it from the others, such as what kind of thing it is.
	Note string
}

// Error implements error: one line.
func (r *Refusal) Error() string {
	var b strings.Builder
	b.WriteString(r.Message)
	switch {
	case len(r.Candidates) > 0:
		b.WriteString(": ")
		for i, c := range r.Candidates {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(c.Label)
			if c.Note != "" {
				b.WriteString(" (" + c.Note + ")")
			}
		}
	case len(r.Suggestions) > 0:
		b.WriteString("; did you mean ")
		for i, s := range r.Suggestions {
			switch {
			case i == 0:
			case i == len(r.Suggestions)-1:
				b.WriteString(" or ")
			default:
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "%q", s)
		}
		b.WriteString("?")
	case len(r.Expected) > 0:
		b.WriteString("; here could stand " + strings.Join(r.Expected, ", "))
	}
	return b.String()
}

// Detail shows the question with the place that is meant, and says what is
// wrong.
func (r *Refusal) Detail() string { return r.Caret(r.Text) + "\n" + r.Error() }

// Caret returns the text with a line under it that marks the position.
func (r *Refusal) Caret(text string) string {
	n := max(r.Length, 1)
	return text + "\n" + strings.Repeat(" ", r.Position) + strings.Repeat("^", n)
}

// unknownWord refuses a word that the lexicon does not hold.
func (l *Lexicon) unknownWord(words []word, i int) *Refusal {
	i = l.vocabulary.misspelled(words, i)
	w := words[i]
	return &Refusal{
		Position: w.Start, Length: w.End - w.Start, Word: w.Text,
		Message:     fmt.Sprintf("the word %q is not known", w.Text),
		Suggestions: l.vocabulary.nearest(words, i, 5),
	}
}

// ambiguous refuses a name that fits several things.
func (l *Lexicon) ambiguous(t token, iris []string) *Refusal {
	r := &Refusal{Position: t.start, Length: t.end - t.start, Word: t.text, Message: fmt.Sprintf("%q may mean several things", t.text)}
	for _, iri := range iris {
		c := Candidate{IRI: iri, Label: l.label(iri), Note: l.kindOf(iri)}
		r.Candidates = append(r.Candidates, c)
		r.Suggestions = append(r.Suggestions, c.Label)
	}
	return r
}
