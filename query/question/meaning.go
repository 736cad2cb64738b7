package question

import "github.com/alecthomas/participle/v2/lexer"

// The meaning of a question stands between its grammar and its algebra. Both
// the paraphrase and the translation are made from it, so that what is said
// back is what is asked.

// cond is a condition on a thing.
type cond interface{ isCond() }

type (
	// allOf and anyOf combine conditions.
	allOf []cond
	anyOf []cond
	// not negates one.
	not struct{ cond }
	// relates says that the thing stands in a relation to a target.
	relates struct {
		rel  relation
		to   target
		when moment
	}
	// ofClass says that the thing is of a class.
	ofClass struct{ class *class }
	// flagged says that a boolean property is true, or that a property whose
	// values are words has this one.
	flagged struct {
		property *property
		value    string
		noun     bool // the word is a noun
	}
	// compares compares the value of a measure.
	compares struct {
		property *property
		op       string // = < > <= >= between
		low      string // decimal
		high     string // of between
		than     string // the thing whose value is compared with, instead of low
		when     moment
	}
	// happened says that a dated property falls in a time.
	happened struct {
		property *property
		when     moment
	}
	// someOf says how many of the conditions hold.
	someOf struct {
		op string // >= <= =
		n  int
		of []cond
	}
	// same says which thing it is.
	same struct{ iri string }
	// valued says that the value of an attribute meets a condition:
	// "whose capital is in Asia".
	valued struct {
		rel  relation
		cond cond
	}
)

func (allOf) isCond()    {}
func (anyOf) isCond()    {}
func (not) isCond()      {}
func (relates) isCond()  {}
func (ofClass) isCond()  {}
func (flagged) isCond()  {}
func (compares) isCond() {}
func (happened) isCond() {}
func (someOf) isCond()   {}
func (same) isCond()     {}
func (valued) isCond()   {}

// target is what a relation leads to: a thing, any of a set, or, neither
// given, anything.
type target struct {
	iri string
	set *set
	// open is the noun that wants a target and was given none.
	open *lexer.Token
}

// set is things of a class that meet conditions.
type set struct {
	class *class
	noun  string // of the thing asked for, in the singular
	conds []cond
}

// momentKind tells the kinds of time apart.
type momentKind uint8

const (
	today  momentKind = iota // asserted now
	during                   // held at some time within the bounds
	ever                     // held at some time
	former                   // ended, and does not hold now
	since                    // holds now, and began at the latest within the bounds
	began                    // began within the bounds
	ended                    // ended within the bounds
)

// moment is when a relation holds, or an event took place. Bounds are ISO
// dates, months or years as text; "" is open.
type moment struct {
	kind       momentKind
	low, high  string
	lowStrict  bool
	highStrict bool
	said       string // "in 1990"
	year       string // where the time is one year
	// beside is another event of the same thing, before or after which it is.
	beside *relates
	// than is another thing, before or after whose event it is.
	than   string
	before bool
	// each says that the time is the year of a row.
	each bool
}

// kind of question.
type questionKind uint8

const (
	askSet questionKind = iota
	askCount
	askCheck
	askAttributes
	askWhen
	askCombine
	askDescribe
	askDefine
	askCompare
	askConnect
	askWhy
	askSource
	askKinds
	askRelations
	askShare
	askGrowth
)

// quantifier of a check.
type quantifier uint8

const (
	everyOne quantifier = iota
	anyOne
	noOne
)

// meaning is what a question asks for.
type meaning struct {
	kind questionKind
	set  *set // the things asked for or spoken of

	order      *property // numeric: rank by it
	ascending  bool
	limit      int
	skip       int    // how many come before: 1 of "second largest"
	byDate     bool   // order by the date that things joined, or have
	ties       bool   // all that come first, however many
	when       moment // of order, attributes and combine
	attributes []relation
	combine    string // AVG SUM MEDIAN MAX MIN, or whole
	per        *relation
	perYear    bool

	check      cond
	quantifier quantifier
	either     bool     // of things: of one of them
	event      *relates // of askWhen
	long       bool     // how long it has lasted
	dated      *property
	things     []string
	class      *class
	role       relation
	through    *class // of what connects
	kinds      []cond // and of which kind of them
	steps      int    // how far connections may reach; 0 is two
	part       *set   // of askShare
}
