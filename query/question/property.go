package question

import (
	"github.com/ententedb/entente/graph"
)

// valueKind is what the objects of a property are.
type valueKind uint8

const (
	valueUnknown valueKind = iota
	valueThing
	valueNumber
	valueDate
	valueBoolean
	valueText
)

// property is a property with its words: the first of each kind, for saying
// things; all of them are in Lexicon.words.
type property struct {
	IRI, Label, Comment       string
	Note                      string // what the graph holds of it, where it is not all
	Noun, Plural              string // what the subject is to the object: member
	InverseNoun, InversePlual string // what the object is to the subject: capital
	Verb, InverseVerb         string
	Adjective, InverseAdj     string
	Preposition, InversePrep  string
	Negative                  string
	Participle                string // founded
	Begin, End                string // join, leave
	InverseBegin, InverseEnd  string // ratify
	MeasureVerb, Complement   string // spend, on defence
	Most, Least               string
	Units                     []string
	Domain, Range             []string
	Subject, InverseSubject   string
	Since, Until              string // the properties of the subject that date statements without dates
	InverseOf                 string
	Kind                      valueKind
	Symmetric                 bool
	Reified                   bool
	Value                     string // the first that is an adjective: in force
	Ended                     string // the value that says that another no longer holds
	Tie                       bool
	Origin                    bool
	Weighted                  bool // its reifiers carry the number with the role Weight
	ImpliedBy                 *property
	while                     *flagged // of the subject, where the statement holds today: in force
	Active                    string   // verb of a date: enter into force
	unused                    bool     // no statement has it
	own                       bool     // has lexical forms of its own

	// Of a derived measure, which the data does not state: times and over are
	// multiplied and divided, counts is counted (those in within only), or the
	// date of event is taken.
	times, over []*property
	scale       string
	yearOf      *property // of times and over, the one whose latest year is taken
	counts      *relation
	within      *set
	event       *relates

	// being is set of the relation of things to this class, of being instances of it.
	being *class

	// joint is set of a relation through a third thing.
	joint *joint
}

// derived reports whether the value is computed.
func (p *property) derived() bool { return len(p.times) > 0 || p.counts != nil || p.event != nil }

// unit is the unit of the values, for people.
func (p *property) unit() string {
	if len(p.Units) == 0 {
		return ""
	}
	return p.Units[0]
}

// plain reports whether the numbers are not quantities, as far as the graph says:
// they have no unit and are not computed.
func (p *property) plain() bool { return p.unit() == "" && !p.derived() }

// additive reports whether the values of several things have a sum: not shares, quotients
// and what has no unit.
func (p *property) additive() bool {
	unit := p.unit()
	return p.Kind == valueNumber && unit != "" && unit[0] != '%' && unit != "points" && len(p.over) == 0
}

// quotient reports whether the value of things as a whole is the sum of one measure
// divided by that of another.
func (p *property) quotient() bool {
	return len(p.times) == 1 && len(p.over) == 1 && p.times[0].additive() && p.over[0].additive()
}

// yearly reports whether the value is recorded by year.
func (p *property) yearly() bool {
	for _, q := range append(p.times, p.over...) {
		if q.Reified {
			return true
		}
	}
	return p.Reified
}

// relation is a property read in one direction: from subject to object, or,
// Inverse, from object to subject.
type relation struct {
	*property
	Inverse bool
}

// from returns the classes that the thing spoken of may have, to those of
// what it is related to.
func (r relation) from() []string {
	if r.Inverse {
		return r.Range
	}
	return r.Domain
}

func (r relation) to() []string {
	if r.Inverse {
		return r.Domain
	}
	return r.Range
}

// noun returns what the thing spoken of is to the other: member (of).
func (r relation) noun(plural bool) string {
	switch {
	case r.Inverse && plural:
		return r.InversePlual
	case r.Inverse:
		return r.InverseNoun
	case plural:
		return r.Plural
	}
	return r.Noun
}

func (r relation) verb() string {
	if r.Inverse {
		return r.InverseVerb
	}
	return r.Verb
}

func (r relation) adjective() string {
	if r.Inverse {
		return r.InverseAdj
	}
	return r.Adjective
}

func (r relation) preposition() string {
	if r.Inverse {
		return r.InversePrep
	}
	return r.Preposition
}

// begin returns the verb of the event by which the relation begins.
func (r relation) begin() string {
	if r.Inverse {
		return r.InverseBegin
	}
	return r.Begin
}

// end returns the verb of the event by which the relation ends.
func (r relation) end() string {
	if r.Inverse {
		return r.InverseEnd
	}
	return r.End
}

// punctual reports whether the verb of the relation tells of an event: to
// ratify is to begin to have ratified.
func (r relation) punctual() bool {
	return r.Begin != "" && r.Begin == r.Verb || r.InverseBegin != "" && r.InverseBegin == r.InverseVerb
}

func numericType(iri string) bool {
	switch iri {
	case graph.XSDInteger, graph.XSDDecimal, graph.XSDDouble, graph.XSDFloat, graph.XSDInt, graph.XSDLong, graph.XSDShort,
		graph.XSDNonNegativeInteger, graph.XSDPositiveInteger, graph.XSDUnsignedInt, graph.XSDUnsignedLong, graph.XSDByte,
		graph.XSDUnsignedByte, graph.XSDUnsignedShort, graph.XSDNegativeInteger, graph.XSDNonPositiveInteger:
		return true
	}
	return false
}

func dateType(iri string) bool {
	switch iri {
	case graph.XSDDate, graph.XSDDateTime, graph.XSDGYear, graph.XSDGYearMonth, graph.XSDDateTimeStamp:
		return true
	}
	return false
}

func kindOfDatatype(iri string) valueKind {
	switch {
	case numericType(iri):
		return valueNumber
	case dateType(iri):
		return valueDate
	case iri == graph.XSDBoolean:
		return valueBoolean
	}
	return valueText
}
