package encoded

import "fmt"

// Term is an RDF term in 64 bits: four bits of [Tag], sixty of payload.
//
// Within one snapshot of one dataset two terms are the same RDF term exactly
// if their numbers are equal. So joins, grouping and DISTINCT need nothing
// else. Numeric order is the order of all stored sort orders; for terms of one
// dictionary tag in the sorted zone (see [Term.Sorted]) it is also the order of
// their strings by code point.
//
// The numbers are part of the storage format: tags and payload layouts are
// never changed, only added to.
type Term uint64

// Tag says how the payload of a [Term] is to be read.
type Tag uint8

// The tags. Their numeric order follows SPARQL's ORDER BY: unbound, blank
// nodes, IRIs, literals.
const (
	// TagNone: payload 0 is Undefined, 1 is DefaultGraph.
	TagNone Tag = 0
	// TagBlank: the payload is a number given by the store; nothing else is kept.
	TagBlank Tag = 1
	// TagIRI, TagString (xsd:string), TagLang (language-tagged, with or without
	// direction), TagTyped (any other literal that has no inline form): the
	// payload is a number in the dictionary.
	TagIRI    Tag = 2
	TagString Tag = 3
	TagLang   Tag = 4
	TagTyped  Tag = 5
	// TagTriple: a triple term; the payload is a number in the dictionary's
	// table of triple terms, whose components are Terms.
	TagTriple Tag = 6
	// The inline tags; see inline.go for their payloads.
	TagInteger  Tag = 7  // xsd:integer
	TagDerived  Tag = 8  // the types derived from xsd:integer
	TagDecimal  Tag = 9  // xsd:decimal
	TagDouble   Tag = 10 // xsd:double
	TagFloat    Tag = 11 // xsd:float
	TagDateTime Tag = 12 // xsd:dateTime
	TagDate     Tag = 13 // xsd:date, xsd:gYear, xsd:gYearMonth
	TagBoolean  Tag = 14 // xsd:boolean
	// TagLocal: a term that a query made and the dictionary does not hold; the
	// payload is an index into the query's own table. Never stored.
	TagLocal Tag = 15
)

const (
	tagShift    = 60
	payloadMask = 1<<tagShift - 1
	// secondZone is the payload bit of dictionary terms that were added after
	// the bulk load that sorted the others.
	secondZone = 1 << 59
)

// Undefined is the unbound value: no term at all.
const Undefined Term = 0

// DefaultGraph stands in the graph position of quads in the default graph.
const DefaultGraph Term = 1

// Make returns the term with this tag and payload.
func Make(tag Tag, payload uint64) Term { return Term(uint64(tag)<<tagShift | payload&payloadMask) }

// MakeSecond returns a dictionary term of the second, unsorted zone.
func MakeSecond(tag Tag, n uint64) Term { return Make(tag, n|secondZone) }

// Tag returns the kind of payload.
func (t Term) Tag() Tag { return Tag(t >> tagShift) }

// Payload returns the low sixty bits.
func (t Term) Payload() uint64 { return uint64(t) & payloadMask }

// InDictionary reports whether the characters or components of the term are
// kept in the dictionary.
func (t Term) InDictionary() bool { tag := t.Tag(); return tag >= TagIRI && tag <= TagTriple }

// IsInline reports whether the whole term is in the 64 bits.
func (t Term) IsInline() bool { tag := t.Tag(); return tag >= TagInteger && tag <= TagBoolean }

// Sorted reports whether t is a dictionary term of the first zone, where
// numeric order within a tag is string order by code point.
func (t Term) Sorted() bool { return t.InDictionary() && t&secondZone == 0 }

// IsLiteral reports whether t is a literal of any form. It is false for
// TagLocal terms, which only their table can tell.
func (t Term) IsLiteral() bool {
	tag := t.Tag()
	return tag >= TagString && tag <= TagTyped || tag >= TagInteger && tag <= TagBoolean
}

// String is for debugging and plans: the tag's name and payload.
func (t Term) String() string {
	if t == Undefined {
		return "undef"
	}
	names := [...]string{"none", "blank", "iri", "string", "lang", "typed", "triple", "integer", "derived",
		"decimal", "double", "float", "dateTime", "date", "boolean", "local"}
	return fmt.Sprintf("%s:%d", names[t.Tag()], t.Payload())
}

// Range is an inclusive range of terms.
type Range struct{ Low, High Term }

// TagRange returns the range of all terms with this tag.
func TagRange(tag Tag) Range { return Range{Make(tag, 0), Make(tag, payloadMask)} }

// Contains reports whether t lies in the range.
func (r Range) Contains(t Term) bool { return r.Low <= t && t <= r.High }
