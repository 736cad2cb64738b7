package encoded

import (
	"math"
	"strconv"
	"strings"

	"github.com/ententedb/entente/graph"
)

// Inline terms hold a whole literal in the payload. A literal is inline only if
// formatting the payload gives back the same lexical form and datatype, so the
// identity of terms is never lost: "1"^^xsd:int is not "1"^^xsd:integer, "1.50"
// not "1.5", "+1" goes to the dictionary.
//
// The payloads, high bits first. They are storage format. In all of them
// numeric order is value order, with the exceptions named.
//
//	Integer   60 value + 2^59
//	Derived   56 value + 2^55, 4 which datatype (see derivedTypes). Only values
//	          that the datatype has.
//	Decimal    5 scale: the number of digits after the point, zeros at the end
//	          included; 55 mantissa + 2^54. Value order within one scale only.
//	Double    58 top bits of the IEEE 754 value, made to sort (see sortable);
//	           2 style. The value is the decimal of at most 13 significant
//	          digits in the interval that the bits leave open; see Float64.
//	Float     26 zero, 32 bits of the IEEE 754 value, made to sort; 2 style
//	DateTime  48 milliseconds since 1970-01-01T00:00:00Z + 2^47, local time
//	          taken as UTC where there is no zone; 1 whether there are three
//	          digits of fraction; 11 zone
//	Date       3 datatype: 0 date, 1 gYear, 2 gYearMonth; 46 minutes since
//	          1970-01-01T00:00:00Z + 2^45 at which it starts; 11 zone
//	Boolean   59 zero, 1 value
//
// Zone: 0 none, 1 "Z", otherwise 842 + the offset in minutes (-840 … 840).
// Years have four digits and no sign; a DateTime ends in the year 6429.
//
// Style of Double and Float: 0 canonical (1.5E0, 1.0E2), 1 plain (1.5, 100),
// 2 plain with a fraction (100.0), 3 canonical with a small e (1.5e0). INF,
// -INF and NaN have style 0.

var derivedTypes = [...]struct {
	iri      string
	min, max int64
}{
	{graph.XSDLong, math.MinInt64, math.MaxInt64},
	{graph.XSDInt, math.MinInt32, math.MaxInt32},
	{graph.XSDShort, math.MinInt16, math.MaxInt16},
	{graph.XSDByte, math.MinInt8, math.MaxInt8},
	{graph.XSDNonNegativeInteger, 0, math.MaxInt64},
	{graph.XSDPositiveInteger, 1, math.MaxInt64},
	{graph.XSDUnsignedLong, 0, math.MaxInt64},
	{graph.XSDUnsignedInt, 0, math.MaxUint32},
	{graph.XSDUnsignedShort, 0, math.MaxUint16},
	{graph.XSDUnsignedByte, 0, math.MaxUint8},
	{graph.XSDNonPositiveInteger, math.MinInt64, 0},
	{graph.XSDNegativeInteger, math.MinInt64, -1},
}

var dateTypes = [...]string{graph.XSDDate, graph.XSDGYear, graph.XSDGYearMonth}

const (
	integerBias  = 1 << 59
	derivedBias  = 1 << 55
	decimalBits  = 55
	decimalBias  = 1 << 54
	maxScale     = 31
	dateTimeBias = 1 << 47
	dateBias     = 1 << 45
	zoneBits     = 11
	zoneMask     = 1<<zoneBits - 1
	zoneNone     = 0
	zoneUTC      = 1
	zoneBias     = 842
	doubleLost   = 6 // low bits of an IEEE 754 double that are not kept
	dayMinutes   = 24 * 60
	dayMillis    = dayMinutes * 60 * 1000
)

const (
	styleCanonical = iota
	stylePlain
	stylePoint
	styleSmallE
)

// Inline returns the inline form of t, or false if it has none and belongs in
// the dictionary.
func Inline(t graph.Term) (Term, bool) {
	if !t.IsLiteral() || t.Value() == "" || t.Lang() != "" || t.IsSimple() {
		return 0, false
	}
	s, datatype := t.Value(), t.Datatype()
	local, ok := strings.CutPrefix(datatype, graph.XSD)
	if !ok {
		return 0, false
	}
	switch local {
	case "integer":
		if v, ok := parseInteger(s); ok {
			return InlineInteger(v)
		}
		return 0, false
	case "decimal":
		return inlineDecimal(s)
	case "double":
		return inlineFloat(s, TagDouble)
	case "float":
		return inlineFloat(s, TagFloat)
	case "boolean":
		if s == "true" || s == "false" {
			return InlineBool(s == "true"), true
		}
		return 0, false
	case "dateTime":
		return inlineDateTime(s)
	case "date", "gYear", "gYearMonth":
		return inlineDate(s, datatype)
	}
	for i := range derivedTypes {
		d := &derivedTypes[i]
		if d.iri != datatype {
			continue
		}
		v, ok := parseInteger(s)
		if !ok || v < d.min || v > d.max || v < -derivedBias || v >= derivedBias {
			return 0, false
		}
		return Make(TagDerived, uint64(v+derivedBias)<<4|uint64(i)), true
	}
	return 0, false
}

// InlineInteger returns the xsd:integer v, or false if it is too large.
func InlineInteger(v int64) (Term, bool) {
	if v < -integerBias || v >= integerBias {
		return 0, false
	}
	return Make(TagInteger, uint64(v+integerBias)), true
}

// InlineBool returns the xsd:boolean b.
func InlineBool(b bool) Term {
	if b {
		return Make(TagBoolean, 1)
	}
	return Make(TagBoolean, 0)
}

// InlineDecimal returns the xsd:decimal mantissa·10^-scale, written with scale
// digits after the point, or false if it does not fit.
func InlineDecimal(mantissa int64, scale int) (Term, bool) {
	if scale < 0 || scale > maxScale || mantissa < -decimalBias || mantissa >= decimalBias {
		return 0, false
	}
	return Make(TagDecimal, uint64(scale)<<decimalBits|uint64(mantissa+decimalBias)), true
}

// InlineDouble returns the xsd:double f in its canonical form, or false if it
// has more digits than fit.
func InlineDouble(f float64) (Term, bool) {
	if f != f {
		f = math.NaN() // the one NaN
	}
	t := makeDouble(f, styleCanonical)
	got, _ := t.Float64()
	return t, math.Float64bits(got) == math.Float64bits(f)
}

// InlineFloat returns the xsd:float f in its canonical form.
func InlineFloat(f float32) Term {
	if f != f {
		f = float32(math.NaN())
	}
	return makeFloat(f, styleCanonical)
}

// Inline returns the literal that an inline term stands for, and the zero
// graph.Term if t is not inline.
func (t Term) Inline() graph.Term {
	if !t.IsInline() {
		return graph.Term{}
	}
	if t.Tag() == TagBoolean {
		return graph.Boolean(t.Payload() == 1)
	}
	var buf [48]byte
	return graph.Literal(string(t.AppendLexical(buf[:0])), t.Datatype())
}

// Datatype returns the datatype IRI of an inline term, and "" for others.
func (t Term) Datatype() string {
	p := t.Payload()
	switch t.Tag() {
	case TagInteger:
		return graph.XSDInteger
	case TagDerived:
		if i := p & 15; i < uint64(len(derivedTypes)) {
			return derivedTypes[i].iri
		}
	case TagDecimal:
		return graph.XSDDecimal
	case TagDouble:
		return graph.XSDDouble
	case TagFloat:
		return graph.XSDFloat
	case TagDateTime:
		return graph.XSDDateTime
	case TagDate:
		if i := p >> 57; i < uint64(len(dateTypes)) {
			return dateTypes[i]
		}
	case TagBoolean:
		return graph.XSDBoolean
	}
	return ""
}

// AppendLexical appends the lexical form of an inline term to b, and nothing
// for other terms.
func (t Term) AppendLexical(b []byte) []byte {
	switch t.Tag() {
	case TagInteger, TagDerived:
		v, _ := t.Integer()
		return strconv.AppendInt(b, v, 10)
	case TagDecimal:
		m, scale, _ := t.DecimalParts()
		return appendDecimal(b, m, scale)
	case TagDouble:
		f, _ := t.Float64()
		return appendFloat(b, f, 64, int(t&3))
	case TagFloat:
		f, _ := t.Float64()
		return appendFloat(b, f, 32, int(t&3))
	case TagDateTime:
		return t.appendDateTime(b)
	case TagDate:
		return t.appendDate(b)
	case TagBoolean:
		return strconv.AppendBool(b, t.Payload() == 1)
	}
	return b
}

// Integer returns the value of an inline xsd:integer or of a type derived
// from it.
func (t Term) Integer() (int64, bool) {
	switch t.Tag() {
	case TagInteger:
		return int64(t.Payload()) - integerBias, true
	case TagDerived:
		return int64(t.Payload()>>4) - derivedBias, true
	}
	return 0, false
}

// DecimalParts returns the value mantissa·10^-scale of an inline xsd:decimal.
func (t Term) DecimalParts() (mantissa int64, scale int, ok bool) {
	if t.Tag() != TagDecimal {
		return 0, 0, false
	}
	p := t.Payload()
	return int64(p&(1<<decimalBits-1)) - decimalBias, int(p >> decimalBits), true
}

// Bool returns the value of an inline xsd:boolean.
func (t Term) Bool() (value, ok bool) { return t.Payload() == 1, t.Tag() == TagBoolean }

// Float64 returns the value of an inline xsd:double or xsd:float.
//
// The 58 bits kept of a double have 46 bits of fraction. They leave an
// interval of relative width 2^-46 open, in which at most one decimal number of 13
// digits lies (their relative distance is at least 10^-13): rounding the
// middle of the interval to 13 digits gives it back. So every double that
// people write with up to 13 digits is inline, not only sums of few powers of two.
func (t Term) Float64() (float64, bool) {
	switch t.Tag() {
	case TagFloat:
		return float64(math.Float32frombits(unsortable32(uint32(t.Payload() >> 2)))), true
	case TagDouble:
		bits := unsortable64(t.Payload() >> 2 << doubleLost)
		bits &^= 1<<doubleLost - 1 // a negative number's lost bits came back as ones
		if exponent := bits >> 52 & 0x7ff; exponent == 0x7ff || bits<<1 == 0 {
			return math.Float64frombits(bits), true // INF, NaN, zero
		}
		return round13(math.Float64frombits(bits | 1<<(doubleLost-1))), true
	}
	return 0, false
}

// Instant returns the time of an inline xsd:dateTime, xsd:date, xsd:gYear or
// xsd:gYearMonth, for the latter three the moment at which it starts, in
// milliseconds since 1970-01-01T00:00:00Z. Where zoned is false the time is local
// and given as if it were UTC; otherwise offset is the zone in minutes.
func (t Term) Instant() (ms int64, offset int, zoned, ok bool) {
	p := t.Payload()
	switch t.Tag() {
	case TagDateTime:
		ms = int64(p>>(zoneBits+1)) - dateTimeBias
	case TagDate:
		ms = (int64(p>>zoneBits&(1<<46-1)) - dateBias) * 60000
	default:
		return 0, 0, false, false
	}
	zone := p & zoneMask
	return ms, zoneOffset(zone), zone != zoneNone, true
}
