package eval

import (
	"cmp"
	"math"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/graph/xsd"
)

// relation is one of the six comparison operators, as the set of outcomes for
// which it is true: bit 0 less, bit 1 equal, bit 2 greater.
type relation uint8

const (
	less     relation = 1
	same     relation = 2
	greater  relation = 4
	notEqual          = less | greater
)

var relations = map[string]relation{
	"=": same, "!=": notEqual, "<": less, ">": greater, "<=": less | same, ">=": same | greater,
}

func (r relation) holds(c int) bool { return r>>uint(c+1)&1 != 0 }

// compareNode is the six comparisons.
type compareNode struct {
	left, right node
	relation    relation
	slow        []int32
	out         buffer
}

func (n *compareNode) column(f *frame, rows []int32) []encoded.Term {
	out := n.out.get()
	a, b := n.left.column(f, rows), n.right.column(f, rows)
	n.slow = n.slow[:0]
	equality := n.relation == same || n.relation == notEqual
	for _, i := range rows {
		switch c, known := quick(a[i], b[i]); {
		case known == ordered, known == onlyEquality && equality:
			out[i] = boolean(n.relation.holds(c))
		default:
			n.slow = append(n.slow, i)
		}
	}
	if len(n.slow) == 0 {
		return out
	}
	if !equality || anyScratch(n.slow, a) || anyScratch(n.slow, b) {
		f.prefetch(n.slow, a, b)
	}
	for k, i := range n.slow {
		if equality {
			t := f.equal(a[i], b[i])
			if n.relation == notEqual {
				t = f.notEqual(a[i], b[i])
			}
			out[i] = t.id()
		} else {
			out[i] = f.less(a[i], b[i], n.relation).id()
		}
		if k%128 == 127 && f.canceled() {
			break
		}
	}
	return out
}

// knowledge is what two ids tell without a look at their terms.
type knowledge uint8

const (
	nothing knowledge = iota
	ordered
	onlyEquality
)

// The sort keys of the doubles and floats that do not compare as their ids do.
var (
	zeros = func() (keys [4]encoded.Term) {
		for i, f := range []float64{0, math.Copysign(0, -1)} {
			d, _ := encoded.InlineDouble(f)
			keys[i], keys[i+2] = d>>2, encoded.InlineFloat(float32(f))>>2
		}
		return
	}()
	doubleInf, _ = encoded.InlineDouble(math.Inf(1))
	floatInf     = encoded.InlineFloat(float32(math.Inf(1)))
)

func isZero(key encoded.Term) bool {
	return key == zeros[0] || key == zeros[1] || key == zeros[2] || key == zeros[3]
}

// quick compares two terms by their ids alone, where that gives the answer of "<" and "=".
func quick(x, y encoded.Term) (c int, known knowledge) {
	tag := x.Tag()
	if tag != y.Tag() {
		return 0, nothing
	}
	switch tag {
	case encoded.TagInteger, encoded.TagBoolean: // payloads in the order of the values
		return cmp.Compare(x, y), ordered
	case encoded.TagIRI, encoded.TagBlank:
		return cmp.Compare(x, y), onlyEquality
	case encoded.TagString:
		if x.Sorted() && y.Sorted() {
			return cmp.Compare(x, y), ordered
		}
		return cmp.Compare(x, y), onlyEquality
	case encoded.TagLang:
		return cmp.Compare(x, y), onlyEquality
	case encoded.TagDerived:
		return cmp.Compare(x>>4, y>>4), ordered
	case encoded.TagDouble, encoded.TagFloat: // two low bits of style; NaN comes last
		inf := doubleInf
		if tag == encoded.TagFloat {
			inf = floatInf
		}
		p, q := x>>2, y>>2
		switch {
		case p > inf>>2 || q > inf>>2:
			return 0, nothing
		case isZero(p) && isZero(q):
			return 0, ordered
		}
		return cmp.Compare(p, q), ordered
	case encoded.TagDecimal:
		m, scale, _ := x.DecimalParts()
		n, other, _ := y.DecimalParts()
		if scale == other {
			return cmp.Compare(m, n), ordered
		}
	case encoded.TagDateTime, encoded.TagDate:
		m, _, zoned, _ := x.Instant()
		n, _, other, _ := y.Instant()
		if zoned == other && x.Payload()>>57 == y.Payload()>>57 || zoned == other && tag == encoded.TagDateTime {
			return cmp.Compare(m, n), ordered
		}
	}
	return 0, nothing
}

func anyScratch(rows []int32, col []encoded.Term) bool {
	for _, i := range rows {
		if isScratch(col[i]) {
			return true
		}
	}
	return false
}

// less decides <, >, <= and >= (17.3). What is no comparable pair is an error.
func (f *frame) less(a, b encoded.Term, r relation) tri {
	if a == encoded.Undefined || b == encoded.Undefined {
		return unknown
	}
	if x, y := f.number(a), f.number(b); x.kind != notNumber && y.kind != notNumber {
		c, ok := x.compare(y)
		return triOf(ok && r.holds(c)) // NaN compares false, not in error
	}
	x, y := f.literal(a), f.literal(b)
	if x.class != y.class {
		return unknown
	}
	c, ok := x.compare(&y)
	if !ok {
		return unknown
	}
	return triOf(r.holds(c))
}

// equal is "=" (17.3, sameValue in 17.4.2.2).
func (f *frame) equal(a, b encoded.Term) tri {
	if a == encoded.Undefined || b == encoded.Undefined {
		return unknown
	}
	if c, known := quick(a, b); known != nothing {
		return triOf(c == 0)
	}
	ka, kb := f.kind(a), f.kind(b)
	switch {
	case ka == graph.KindTriple && kb == graph.KindTriple:
		x, y := f.components(a), f.components(b)
		result := yes
		for i := range x {
			switch f.equal(x[i], y[i]) {
			case no:
				return no
			case unknown:
				result = unknown
			}
		}
		return result
	case ka != graph.KindLiteral || kb != graph.KindLiteral:
		return triOf(f.same(a, b))
	}
	if x, y := f.number(a), f.number(b); x.kind != notNumber && y.kind != notNumber {
		c, ok := x.compare(y)
		return triOf(ok && c == 0)
	}
	x, y := f.valueForEquality(a), f.valueForEquality(b)
	if f.same(a, b) {
		return yes
	}
	switch {
	case (x.class == langString) != (y.class == langString):
		return no // whatever the datatype, its values have no language
	case x.class == unknownClass || y.class == unknownClass, x.class == illTyped || y.class == illTyped:
		return unknown
	case x.class != y.class:
		return no
	case x.class == simpleString, x.class == langString:
		return no // not the same term
	}
	c, ok := x.compare(&y)
	if !ok {
		return x.unordered
	}
	return triOf(c == 0)
}

// valueForEquality is literal, but leaves the text of a dictionary string
// unread: strings are equal exactly if they are the same term.
func (f *frame) valueForEquality(id encoded.Term) literal {
	switch id.Tag() {
	case encoded.TagString:
		return literal{class: simpleString}
	case encoded.TagLang:
		return literal{class: langString}
	}
	return f.literal(id)
}

// notEqual is "!=": on triple terms it is applied to the components, otherwise
// the negation of "=".
func (f *frame) notEqual(a, b encoded.Term) tri { return f.equal(a, b).not() }

func (f *frame) components(id encoded.Term) [3]encoded.Term {
	if isScratch(id) {
		var c [3]encoded.Term
		for i, t := range parts(f.term(id)) {
			c[i] = f.newTerm(t)
		}
		return c
	}
	s, p, o, _, err := f.terms.Components(id)
	if err != nil {
		f.fail(err)
	}
	return [3]encoded.Term{s, p, o}
}

// class is a set of literals whose values can be compared with each other.
type class uint8

const (
	notLiteral class = iota
	simpleString
	langString
	booleanValue
	numeric
	dateTime // and its kin; values of different types are different
	duration
	unknownClass // a datatype that we do not know
	illTyped     // a known datatype, not in its lexical space
)

// literal is the value of a literal.
type literal struct {
	class    class
	text     string // of strings
	boolean  bool
	number   number
	date     xsd.DateTime
	duration xsd.Duration
	// unordered is what "=" is where compare has no answer.
	unordered tri
}

// literal returns the value of an id; class is notLiteral if it is none.
func (f *frame) literal(id encoded.Term) literal {
	switch id.Tag() {
	case encoded.TagInteger, encoded.TagDerived, encoded.TagDecimal, encoded.TagDouble, encoded.TagFloat:
		return literal{class: numeric, number: f.number(id)}
	case encoded.TagBoolean:
		return literal{class: booleanValue, boolean: id.Payload() == 1}
	case encoded.TagDateTime, encoded.TagDate:
		return literal{class: dateTime, date: inlineDate(id), unordered: unknown}
	case encoded.TagNone, encoded.TagBlank, encoded.TagIRI, encoded.TagTriple:
		return literal{}
	}
	return literalOf(f.term(id))
}

func inlineDate(id encoded.Term) xsd.DateTime {
	ms, zone, zoned, _ := id.Instant()
	if !zoned {
		zone = xsd.NoZone
	}
	kind := xsd.DateTimeKind
	if id.Tag() == encoded.TagDate {
		kind = xsd.DateTimeTypeOf(id.Datatype())
	}
	return xsd.FromInstant(ms, zone, kind)
}

func literalOf(t graph.Term) literal {
	switch {
	case !t.IsLiteral():
		return literal{}
	case t.IsSimple():
		return literal{class: simpleString, text: t.Value()}
	case t.Lang() != "":
		return literal{class: langString, text: t.Value()}
	}
	datatype := t.Datatype()
	if !strings.HasPrefix(datatype, graph.XSD) {
		return literal{class: unknownClass}
	}
	if n := numberOf(t); n.kind != notNumber {
		return literal{class: numeric, number: n}
	}
	var l literal
	var err error
	switch datatype {
	case graph.XSDBoolean:
		l.class = booleanValue
		l.boolean, err = xsd.ParseBoolean(t.Value())
	case graph.XSDDateTimeStamp:
		l.class = dateTime
		if l.date, err = xsd.ParseDateTime(t.Value(), xsd.DateTimeKind); err == nil && !l.date.HasZone() {
			err = xsd.ErrLexical
		}
	case graph.XSDDecimal, graph.XSDDouble, graph.XSDFloat:
		return literal{class: illTyped}
	default:
		switch {
		case xsd.DateTimeTypeOf(datatype) != xsd.NotDateTime:
			l.class, l.unordered = dateTime, unknown
			l.date, err = xsd.ParseDateTime(t.Value(), xsd.DateTimeTypeOf(datatype))
		case xsd.DurationTypeOf(datatype) != xsd.NotDuration:
			l.class = duration
			l.duration, err = xsd.ParseDuration(t.Value(), xsd.DurationTypeOf(datatype))
		case xsd.IntegerTypeOf(datatype) != xsd.NotInteger:
			return literal{class: illTyped}
		default:
			return literal{class: unknownClass}
		}
	}
	if err != nil {
		return literal{class: illTyped}
	}
	return l
}

// compare compares two values of the same class; ok is false where they have no order.
func (l *literal) compare(m *literal) (c int, ok bool) {
	switch l.class {
	case simpleString:
		return strings.Compare(l.text, m.text), true
	case booleanValue:
		switch {
		case l.boolean == m.boolean:
			return 0, true
		case m.boolean:
			return -1, true
		}
		return 1, true
	case numeric:
		return l.number.compare(m.number)
	case dateTime:
		if l.date.Type != m.date.Type {
			l.unordered = no // dates and times are different things
			return 0, false
		}
		return l.date.Compare(m.date)
	case duration:
		if c, ok := l.duration.Compare(m.duration); ok {
			return c, ok
		}
		l.unordered = no // P1M is not P30D, whichever is longer
	}
	return 0, false
}
