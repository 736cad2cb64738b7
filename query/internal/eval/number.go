package eval

import (
	"math"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/graph/xsd"
)

type numberKind uint8

// The numeric types in the order of promotion (XPath 3.1, appendix B.1).
const (
	notNumber numberKind = iota
	integerNumber
	decimalNumber
	floatNumber
	doubleNumber
)

// number is a numeric value: d for integers and decimals, f for the others.
type number struct {
	kind numberKind
	d    xsd.Decimal
	f    float64
}

// number returns the numeric value of an id; kind is notNumber if it has none.
func (f *frame) number(id encoded.Term) number {
	switch id.Tag() {
	case encoded.TagInteger, encoded.TagDerived:
		n, _ := id.Integer()
		return number{kind: integerNumber, d: xsd.Int(n)}
	case encoded.TagDecimal:
		m, scale, _ := id.DecimalParts()
		return number{kind: decimalNumber, d: xsd.NewDecimal(m, int32(scale))}
	case encoded.TagDouble:
		v, _ := id.Float64()
		return number{kind: doubleNumber, f: v}
	case encoded.TagFloat:
		v, _ := id.Float64()
		return number{kind: floatNumber, f: v}
	case encoded.TagTyped:
		return numberOf(f.term(id))
	case encoded.TagLocal:
		if isScratch(id) {
			if s := &f.scratch[id.Payload()&^(1<<59)]; s.n.kind != notNumber {
				return s.n
			}
		}
		return numberOf(f.term(id))
	}
	return number{}
}

// numberOf returns the numeric value of a literal.
func numberOf(t graph.Term) (n number) {
	if !t.IsLiteral() || t.IsSimple() {
		return n
	}
	var err error
	switch datatype := t.Datatype(); datatype {
	case graph.XSDDecimal:
		n.kind = decimalNumber
		n.d, err = xsd.ParseDecimal(t.Value())
	case graph.XSDDouble:
		n.kind = doubleNumber
		n.f, err = xsd.ParseDouble(t.Value())
	case graph.XSDFloat:
		var v float32
		n.kind = floatNumber
		v, err = xsd.ParseFloat(t.Value())
		n.f = float64(v)
	default:
		i := xsd.IntegerTypeOf(datatype)
		if i == xsd.NotInteger {
			return n
		}
		n.kind = integerNumber
		n.d, err = i.Parse(t.Value())
	}
	if err != nil {
		return number{}
	}
	return n
}

func (n number) isFloat() bool { return n.kind >= floatNumber }

// double returns the value promoted to xsd:double.
func (n number) double() float64 {
	if n.isFloat() {
		return n.f
	}
	return n.d.Float64()
}

// decimal returns the value of an integer or decimal.
func (n number) decimal() xsd.Decimal { return n.d }

// compare returns -1, 0, 1; ok is false if one is NaN (op:numeric-less-than …).
func (n number) compare(m number) (c int, ok bool) {
	if !n.isFloat() && !m.isFloat() {
		return n.d.Cmp(m.d), true
	}
	a, b := n.double(), m.double()
	if n.kind != doubleNumber && m.kind != doubleNumber {
		a, b = float64(float32(a)), float64(float32(b))
	}
	switch {
	case a < b:
		return -1, true
	case a > b:
		return 1, true
	case a == b:
		return 0, true
	}
	return 0, false
}

// total compares in an order of all numbers that does not depend on their
// types: NaN last, equal doubles by their exact value.
func (n number) total(m number) int {
	a, b := n.double(), m.double()
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	case a != a || b != b:
		switch {
		case a == a:
			return -1
		case b == b:
			return 1
		}
		return 0
	case math.IsInf(a, 0):
		return 0
	}
	return n.exact().Cmp(m.exact())
}

func (n number) exact() xsd.Decimal {
	if !n.isFloat() {
		return n.d
	}
	d, _ := xsd.DecimalFromFloat(n.f)
	return d
}

// newNumber returns the id of a computed number.
func (f *frame) newNumber(n number) encoded.Term {
	switch n.kind {
	case integerNumber:
		if v, ok := n.d.Int64(); ok {
			if id, ok := encoded.InlineInteger(v); ok {
				return id
			}
		}
		return f.newTerm(graph.Literal(n.d.Plain(), graph.XSDInteger))
	case decimalNumber:
		return f.newDecimal(n.d)
	case floatNumber:
		return encoded.InlineFloat(float32(n.f))
	case doubleNumber:
		if id, ok := encoded.InlineDouble(n.f); ok {
			return id
		}
		return f.newScratch(scratchTerm{n: n})
	}
	return encoded.Undefined
}

// newDecimal returns the id of a computed xsd:decimal, written with a point.
func (f *frame) newDecimal(d xsd.Decimal) encoded.Term {
	if m, scale, ok := d.Unscaled(); ok {
		if scale == 0 && m > -1<<53/10 && m < 1<<53/10 {
			m, scale = m*10, 1
		}
		if scale > 0 {
			if id, ok := encoded.InlineDecimal(m, int(scale)); ok {
				return id
			}
		}
	}
	return f.newScratch(scratchTerm{n: number{kind: decimalNumber, d: d}})
}

// term writes a decimal or double out.
func (n number) term() graph.Term {
	if n.kind == decimalNumber {
		return graph.Literal(n.d.String(), graph.XSDDecimal)
	}
	return graph.Literal(xsd.FormatDouble(n.f), graph.XSDDouble)
}

// arithmetic computes a op b, op one of + - * / (17.3, op:numeric-add …).
func arithmetic(op byte, a, b number) number {
	kind := max(a.kind, b.kind)
	if kind < floatNumber {
		n := number{kind: kind}
		switch op {
		case '+':
			n.d = a.d.Add(b.d)
		case '-':
			n.d = a.d.Sub(b.d)
		case '*':
			n.d = a.d.Mul(b.d)
		case '/':
			q, err := a.d.Div(b.d)
			if err != nil {
				return number{}
			}
			n.kind, n.d = decimalNumber, q
		}
		return n
	}
	x, y := a.double(), b.double()
	switch op {
	case '+':
		x += y
	case '-':
		x -= y
	case '*':
		x *= y
	case '/':
		x /= y
	}
	if kind == floatNumber {
		x = float64(float32(x))
	}
	return number{kind: kind, f: x}
}
