package eval

import (
	"math"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/graph/xsd"
)

// cast returns the constructor function of a datatype (17.5; XPath and XQuery
// Functions 3.1, section 19), nil if there is none.
func cast(datatype string) func(*frame, []encoded.Term) encoded.Term {
	var to func(f *frame, l *literal) encoded.Term
	switch datatype {
	case graph.XSDString:
		ofLiteral := onLiteralValue(castString)
		return func(f *frame, a []encoded.Term) encoded.Term {
			if f.kind(a[0]) == graph.KindIRI {
				return f.newString(f.term(a[0]).Value())
			}
			return ofLiteral(f, a)
		}
	case graph.XSDBoolean:
		to = castBoolean
	case graph.XSDDecimal:
		to = castDecimal
	case graph.XSDDouble:
		to = castFloat(doubleNumber)
	case graph.XSDFloat:
		to = castFloat(floatNumber)
	default:
		if i := xsd.IntegerTypeOf(datatype); i != xsd.NotInteger {
			to = castInteger(i)
		} else if d := xsd.DateTimeTypeOf(datatype); d != xsd.NotDateTime {
			to = castDate(d)
		} else if u := xsd.DurationTypeOf(datatype); u != xsd.NotDuration {
			to = castDuration(u)
		} else {
			return nil
		}
	}
	return onLiteralValue(to)
}

// onLiteralValue reads the argument: strings have class simpleString; ill-typed literals,
// those of unknown type and those with a language cannot be cast.
func onLiteralValue(to func(f *frame, l *literal) encoded.Term) func(*frame, []encoded.Term) encoded.Term {
	var l literal // of a call; an expression is used by one goroutine
	return func(f *frame, a []encoded.Term) encoded.Term {
		l = f.literal(a[0])
		switch l.class {
		case notLiteral, langString, illTyped, unknownClass:
			return encoded.Undefined
		}
		return to(f, &l)
	}
}

func castString(f *frame, l *literal) encoded.Term {
	switch l.class {
	case booleanValue:
		if l.boolean {
			return f.newString("true")
		}
		return f.newString("false")
	case numeric:
		switch l.number.kind {
		case doubleNumber:
			return f.newString(xsd.DoubleToString(l.number.f))
		case floatNumber:
			return f.newString(xsd.FloatToString(float32(l.number.f)))
		}
		return f.newString(l.number.d.Plain())
	case dateTime:
		return f.newString(l.date.String())
	case duration:
		return f.newString(l.duration.String())
	}
	return f.newString(l.text)
}

func castBoolean(f *frame, l *literal) encoded.Term {
	switch l.class {
	case booleanValue:
		return boolean(l.boolean)
	case numeric:
		if l.number.isFloat() {
			return boolean(l.number.f != 0 && l.number.f == l.number.f)
		}
		return boolean(l.number.d.Sign() != 0)
	case simpleString:
		if b, err := xsd.ParseBoolean(xsd.Collapse(l.text)); err == nil {
			return boolean(b)
		}
	}
	return encoded.Undefined
}

// exactNumber returns the value as a decimal, as casts to decimal and integer need it.
func exactNumber(l *literal) (xsd.Decimal, bool) {
	switch l.class {
	case booleanValue:
		if l.boolean {
			return xsd.Int(1), true
		}
		return xsd.Decimal{}, true
	case numeric:
		switch l.number.kind {
		case doubleNumber:
			d, err := xsd.DecimalFromFloat(l.number.f)
			return d, err == nil
		case floatNumber:
			d, err := xsd.DecimalFromFloat32(float32(l.number.f))
			return d, err == nil
		}
		return l.number.d, true
	}
	return xsd.Decimal{}, false
}

func castDecimal(f *frame, l *literal) encoded.Term {
	if l.class == simpleString {
		d, err := xsd.ParseDecimal(xsd.Collapse(l.text))
		if err != nil {
			return encoded.Undefined
		}
		return f.newDecimal(d)
	}
	if d, ok := exactNumber(l); ok {
		return f.newDecimal(d)
	}
	return encoded.Undefined
}

func castInteger(to xsd.IntegerType) func(*frame, *literal) encoded.Term {
	return func(f *frame, l *literal) encoded.Term {
		var d xsd.Decimal
		if l.class == simpleString {
			var err error
			if d, err = xsd.ParseInteger(xsd.Collapse(l.text)); err != nil {
				return encoded.Undefined
			}
		} else if exact, ok := exactNumber(l); ok {
			d = exact.Truncate()
		} else {
			return encoded.Undefined
		}
		if !to.Holds(d) {
			return encoded.Undefined
		}
		if to.IRI() == graph.XSDInteger {
			return f.newNumber(number{kind: integerNumber, d: d})
		}
		return f.newTerm(graph.Literal(d.Plain(), to.IRI()))
	}
}

func castFloat(kind numberKind) func(*frame, *literal) encoded.Term {
	return func(f *frame, l *literal) encoded.Term {
		n := number{kind: kind}
		switch l.class {
		case simpleString:
			var err error
			if n.f, err = xsd.ParseDouble(xsd.Collapse(l.text)); err != nil {
				return encoded.Undefined
			}
		case numeric:
			n.f = l.number.double()
		case booleanValue:
			if l.boolean {
				n.f = 1
			}
		default:
			return encoded.Undefined
		}
		if kind == floatNumber && !math.IsNaN(n.f) {
			n.f = float64(float32(n.f))
		}
		return f.newNumber(n)
	}
}

func castDate(to xsd.DateTimeType) func(*frame, *literal) encoded.Term {
	return func(f *frame, l *literal) encoded.Term {
		switch l.class {
		case simpleString:
			if d, err := xsd.ParseDateTime(xsd.Collapse(l.text), to); err == nil {
				return f.newDate(d)
			}
		case dateTime:
			if d, ok := l.date.Convert(to); ok {
				return f.newDate(d)
			}
		}
		return encoded.Undefined
	}
}

func castDuration(to xsd.DurationType) func(*frame, *literal) encoded.Term {
	return func(f *frame, l *literal) encoded.Term {
		u := l.duration
		switch l.class {
		case simpleString:
			var err error
			if u, err = xsd.ParseDuration(xsd.Collapse(l.text), to); err != nil {
				return encoded.Undefined
			}
		case duration:
			u = u.Convert(to)
		default:
			return encoded.Undefined
		}
		return f.newTerm(graph.Literal(u.String(), to.IRI()))
	}
}
