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

// parseInteger reads the one form that AppendInt writes.
func parseInteger(s string) (int64, bool) {
	digits := strings.TrimPrefix(s, "-")
	if digits == "" || len(digits) > 18 || digits[0] == '0' && len(s) > 1 {
		return 0, false
	}
	var v int64
	for i := 0; i < len(digits); i++ {
		c := digits[i] - '0'
		if c > 9 {
			return 0, false
		}
		v = v*10 + int64(c)
	}
	if len(digits) < len(s) {
		v = -v
	}
	return v, true
}

func inlineDecimal(s string) (Term, bool) {
	digits := strings.TrimPrefix(s, "-")
	var m int64
	n, point := 0, -1
	for i := 0; i < len(digits); i++ {
		c := digits[i]
		switch {
		case c == '.' && point < 0 && i > 0:
			point = i
		case c >= '0' && c <= '9':
			if n++; n > 18 && m != 0 || m > math.MaxInt64/100 {
				return 0, false
			}
			m = m*10 + int64(c-'0')
		default:
			return 0, false
		}
	}
	scale := 0
	whole := len(digits)
	if point >= 0 {
		scale, whole = len(digits)-point-1, point
		if scale == 0 {
			return 0, false
		}
	}
	if whole == 0 || digits[0] == '0' && whole > 1 {
		return 0, false
	}
	if len(digits) < len(s) {
		if m == 0 {
			return 0, false // -0
		}
		m = -m
	}
	return InlineDecimal(m, scale)
}

func appendDecimal(b []byte, m int64, scale int) []byte {
	if m < 0 {
		b = append(b, '-')
		m = -m
	}
	if scale == 0 {
		return strconv.AppendInt(b, m, 10)
	}
	var buf [64]byte
	digits := strconv.AppendInt(buf[:0], m, 10)
	if n := len(digits) - scale; n > 0 {
		b = append(b, digits[:n]...)
		digits = digits[n:]
	} else {
		b = append(b, '0')
	}
	b = append(b, '.')
	for range scale - len(digits) {
		b = append(b, '0')
	}
	return append(b, digits...)
}

// sortable64 maps the bits of floats to numbers in value order: -INF first, NaN
// last.
func sortable64(bits uint64) uint64 {
	if bits>>63 != 0 {
		return ^bits
	}
	return bits | 1<<63
}

func unsortable64(n uint64) uint64 {
	if n>>63 != 0 {
		return n &^ (1 << 63)
	}
	return ^n
}

func sortable32(bits uint32) uint32 {
	if bits>>31 != 0 {
		return ^bits
	}
	return bits | 1<<31
}

func unsortable32(n uint32) uint32 {
	if n>>31 != 0 {
		return n &^ (1 << 31)
	}
	return ^n
}

func makeDouble(f float64, style int) Term {
	return Make(TagDouble, sortable64(math.Float64bits(f))>>doubleLost<<2|uint64(style))
}

func makeFloat(f float32, style int) Term {
	return Make(TagFloat, uint64(sortable32(math.Float32bits(f)))<<2|uint64(style))
}

func inlineFloat(s string, tag Tag) (Term, bool) {
	size := 64
	if tag == TagFloat {
		size = 32
	}
	f, style := 0.0, styleCanonical
	switch s {
	case "INF":
		f = math.Inf(1)
	case "-INF":
		f = math.Inf(-1)
	case "NaN":
		f = math.NaN()
	default:
		switch {
		case len(s) > 24 || strings.TrimLeft(s, "0123456789.-+eE") != "":
			return 0, false
		case strings.IndexByte(s, 'E') >= 0:
		case strings.IndexByte(s, 'e') >= 0:
			style = styleSmallE
		case strings.HasSuffix(s, ".0"):
			style = stylePoint
		default:
			style = stylePlain
		}
		var err error
		if f, err = strconv.ParseFloat(s, size); err != nil {
			return 0, false
		}
	}
	t := makeDouble(f, style)
	if tag == TagFloat {
		t = makeFloat(float32(f), style)
	}
	var buf [400]byte // the plain form of the largest double
	return t, string(t.AppendLexical(buf[:0])) == s
}

func appendFloat(b []byte, f float64, size, style int) []byte {
	switch {
	case math.IsInf(f, 1):
		return append(b, "INF"...)
	case math.IsInf(f, -1):
		return append(b, "-INF"...)
	case f != f:
		return append(b, "NaN"...)
	case style == stylePlain:
		return strconv.AppendFloat(b, f, 'f', -1, size)
	case style == stylePoint:
		start := len(b)
		b = strconv.AppendFloat(b, f, 'f', -1, size)
		for _, c := range b[start:] {
			if c == '.' {
				return b
			}
		}
		return append(b, ".0"...)
	}
	var buf [32]byte
	digits := strconv.AppendFloat(buf[:0], f, 'e', -1, size) // -d[.ddd]e±dd
	e := len(digits) - 1
	for digits[e] != 'e' {
		e--
	}
	b = append(b, digits[:e]...)
	if e <= 2 { // one digit, perhaps with a sign
		b = append(b, ".0"...)
	}
	if style == styleSmallE {
		b = append(b, 'e')
	} else {
		b = append(b, 'E')
	}
	exponent := digits[e+2:]
	if digits[e+1] == '-' {
		b = append(b, '-')
	}
	if len(exponent) > 1 && exponent[0] == '0' {
		exponent = exponent[1:]
	}
	return append(b, exponent...)
}

var powersOf10 = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// round13 returns the double nearest to f rounded to 13 decimal digits. Where both
// the digits and the power of ten are exact doubles, one division or
// multiplication does it (Clinger's fast path).
func round13(f float64) float64 {
	a := math.Abs(f)
	if a >= 1e-9 && a < 1e22 {
		var digits float64 // the number's digits as an integer
		e := 12            // digits = a * 10^e
		for e < 22 && a*powersOf10[e] < 1e12 {
			e++
		}
		for e > -9 && scale10(a, e) >= 1e13 {
			e--
		}
		digits = math.RoundToEven(scale10(a, e))
		return math.Copysign(scale10(digits, -e), f)
	}
	var buf [32]byte
	v, _ := strconv.ParseFloat(string(strconv.AppendFloat(buf[:0], f, 'e', 12, 64)), 64)
	return v
}

func scale10(a float64, e int) float64 {
	if e >= 0 {
		return a * powersOf10[e]
	}
	return a / powersOf10[-e]
}

func zoneOffset(zone uint64) int {
	if zone <= zoneUTC {
		return 0
	}
	return int(zone) - zoneBias
}

// parseZone reads the zone at the end of a date: "", "Z", "+hh:mm", "-hh:mm".
func parseZone(s string) (zone uint64, ok bool) {
	switch {
	case s == "":
		return zoneNone, true
	case s == "Z":
		return zoneUTC, true
	case len(s) != 6 || s[3] != ':' || s[0] != '+' && s[0] != '-' || s == "-00:00":
		return 0, false
	}
	h, ok1 := number(s[1:3])
	m, ok2 := number(s[4:6])
	offset := h*60 + m
	if !ok1 || !ok2 || m > 59 || offset > 840 {
		return 0, false
	}
	if s[0] == '-' {
		offset = -offset
	}
	return uint64(zoneBias + offset), true
}

func appendZone(b []byte, zone uint64) []byte {
	switch zone {
	case zoneNone:
		return b
	case zoneUTC:
		return append(b, 'Z')
	}
	offset := zoneOffset(zone)
	if offset < 0 {
		b = append(b, '-')
		offset = -offset
	} else {
		b = append(b, '+')
	}
	b = append(appendPadded(b, offset/60, 2), ':')
	return appendPadded(b, offset%60, 2)
}

func inlineDateTime(s string) (Term, bool) {
	// 2006-01-02T15:04:05
	if len(s) < 19 || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return 0, false
	}
	days, ok := parseDays(s[:10])
	h, ok1 := number(s[11:13])
	m, ok2 := number(s[14:16])
	sec, ok3 := number(s[17:19])
	if !ok || !ok1 || !ok2 || !ok3 || h > 23 || m > 59 || sec > 59 {
		return 0, false
	}
	ms, rest, fraction := (h*3600+m*60+sec)*1000, s[19:], 0
	if len(rest) >= 4 && rest[0] == '.' {
		f, ok := number(rest[1:4])
		if !ok {
			return 0, false
		}
		ms, rest, fraction = ms+f, rest[4:], 1
	}
	zone, ok := parseZone(rest)
	if !ok {
		return 0, false
	}
	n := int64(days)*dayMillis + int64(ms) - int64(zoneOffset(zone))*60000
	if n >= dateTimeBias {
		return 0, false
	}
	return Make(TagDateTime, uint64(n+dateTimeBias)<<(zoneBits+1)|uint64(fraction)<<zoneBits|zone), true
}

func (t Term) appendDateTime(b []byte) []byte {
	ms, offset, _, _ := t.Instant()
	ms += int64(offset) * 60000
	days := floorDiv(ms, dayMillis)
	rest := int(ms - days*dayMillis)
	b = append(appendDays(b, int(days), 3), 'T')
	b = append(appendPadded(b, rest/3600000, 2), ':')
	b = append(appendPadded(b, rest/60000%60, 2), ':')
	b = appendPadded(b, rest/1000%60, 2)
	if t>>zoneBits&1 != 0 {
		b = appendPadded(append(b, '.'), rest%1000, 3)
	}
	return appendZone(b, uint64(t)&zoneMask)
}

func inlineDate(s, datatype string) (Term, bool) {
	kind, size, pad := 0, 10, ""
	switch datatype {
	case graph.XSDGYear:
		kind, size, pad = 1, 4, "-01-01"
	case graph.XSDGYearMonth:
		kind, size, pad = 2, 7, "-01"
	}
	if len(s) < size {
		return 0, false
	}
	var buf [10]byte
	copy(buf[copy(buf[:], s[:size]):], pad)
	days, ok := parseDays(string(buf[:]))
	zone, ok1 := parseZone(s[size:])
	if !ok || !ok1 {
		return 0, false
	}
	minutes := int64(days)*dayMinutes - int64(zoneOffset(zone))
	return Make(TagDate, uint64(kind)<<57|uint64(minutes+dateBias)<<zoneBits|zone), true
}

func (t Term) appendDate(b []byte) []byte {
	ms, offset, _, _ := t.Instant()
	days := floorDiv(ms+int64(offset)*60000, dayMillis)
	fields := 3
	switch t.Payload() >> 57 {
	case 1:
		fields = 1
	case 2:
		fields = 2
	}
	return appendZone(appendDays(b, int(days), fields), uint64(t)&zoneMask)
}

// number reads one to four digits.
func number(s string) (n int, ok bool) {
	for i := 0; i < len(s); i++ {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int(c)
	}
	return n, true
}

func appendPadded(b []byte, n, width int) []byte {
	for p := [...]int{1, 1, 10, 100, 1000}[width]; p > 0; p /= 10 {
		b = append(b, '0'+byte(n/p%10))
	}
	return b
}

// parseDays reads "2006-01-02", a day that exists, as days since 1970-01-01.
func parseDays(s string) (int, bool) {
	y, ok1 := number(s[:4])
	m, ok2 := number(s[5:7])
	d, ok3 := number(s[8:10])
	if !ok1 || !ok2 || !ok3 || s[4] != '-' || s[7] != '-' || m < 1 || m > 12 || d < 1 || d > 31 {
		return 0, false
	}
	days := daysFromCivil(y, m, d)
	if d > 28 {
		if _, m2, _ := civilFromDays(days); m2 != m {
			return 0, false
		}
	}
	return days, true
}

// appendDays appends the first fields of year, month and day.
func appendDays(b []byte, days, fields int) []byte {
	y, m, d := civilFromDays(days)
	b = appendPadded(b, y, 4)
	if fields > 1 {
		b = appendPadded(append(b, '-'), m, 2)
	}
	if fields > 2 {
		b = appendPadded(append(b, '-'), d, 2)
	}
	return b
}

// daysFromCivil and civilFromDays convert dates of the proleptic Gregorian
// calendar (Hinnant, "chrono-compatible low-level date algorithms").
func daysFromCivil(y, m, d int) int {
	if m <= 2 {
		y--
	}
	era := int(floorDiv(int64(y), 400))
	yoe := y - era*400
	doy := (153*((m+9)%12)+2)/5 + d - 1
	return era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468
}

func civilFromDays(days int) (y, m, d int) {
	days += 719468
	era := int(floorDiv(int64(days), 146097))
	doe := days - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d = doy - (153*mp+2)/5 + 1
	m = mp + 3
	if m > 12 {
		m -= 12
	}
	y = yoe + era*400
	if m <= 2 {
		y++
	}
	return y, m, d
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
