package eval

import (
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/graph/xsd"
)

// arithmeticNode is + - * /.
type arithmeticNode struct {
	left, right node
	op          byte
	out         buffer
}

func (n *arithmeticNode) column(f *frame, rows []int32) []encoded.Term {
	out := n.out.get()
	a, b := n.left.column(f, rows), n.right.column(f, rows)
	for _, i := range rows {
		x, y := a[i], b[i]
		if x.Tag() == encoded.TagInteger && y.Tag() == encoded.TagInteger && n.op != '/' {
			// Inline integers have 60 bits: sums and small products cannot overflow.
			p, _ := x.Integer()
			q, _ := y.Integer()
			ok := true
			switch n.op {
			case '+':
				p += q
			case '-':
				p -= q
			default:
				ok = p == int64(int32(p)) && q == int64(int32(q))
				p *= q
			}
			if ok {
				if out[i], ok = encoded.InlineInteger(p); ok {
					continue
				}
			}
		}
		out[i] = f.arithmetic(n.op, x, y)
	}
	return out
}

func (f *frame) arithmetic(op byte, a, b encoded.Term) encoded.Term {
	x, y := f.number(a), f.number(b)
	if x.kind != notNumber && y.kind != notNumber {
		return f.newNumber(arithmetic(op, x, y))
	}
	if a == encoded.Undefined || b == encoded.Undefined {
		return encoded.Undefined
	}
	return f.temporal(op, a, b)
}

// temporal is arithmetic on dates, times and durations (XPath and XQuery
// Functions 3.1, sections 8.4 and 9.7).
func (f *frame) temporal(op byte, a, b encoded.Term) encoded.Term {
	x, y := f.literal(a), f.literal(b)
	var u xsd.Duration
	var d xsd.DateTime
	var err error = xsd.ErrRange
	switch {
	case x.class == dateTime && y.class == duration && op == '+':
		d, err = x.date.Add(y.duration)
	case x.class == duration && y.class == dateTime && op == '+':
		d, err = y.date.Add(x.duration)
	case x.class == dateTime && y.class == duration && op == '-':
		d, err = x.date.Add(y.duration.Neg())
	case x.class == dateTime && y.class == dateTime && op == '-':
		u, err = x.date.Sub(y.date)
	case x.class == duration && y.class == duration:
		switch op {
		case '+':
			u, err = x.duration.Add(y.duration)
		case '-':
			u, err = x.duration.Add(y.duration.Neg())
		case '/':
			q, err := x.duration.Ratio(y.duration)
			if err != nil {
				return encoded.Undefined
			}
			return f.newDecimal(q)
		}
	case x.class == duration && y.class == numeric && (op == '*' || op == '/'):
		u, err = scale(op, x.duration, y.number)
	case x.class == numeric && y.class == duration && op == '*':
		u, err = scale(op, y.duration, x.number)
	}
	switch {
	case err != nil:
		return encoded.Undefined
	case u.Type != xsd.NotDuration:
		return f.newTerm(graph.Literal(u.String(), u.Type.IRI()))
	}
	return f.newDate(d)
}

func scale(op byte, u xsd.Duration, n number) (xsd.Duration, error) {
	by := n.d
	if n.isFloat() {
		var err error
		if by, err = xsd.DecimalFromFloat(n.f); err != nil {
			return u, err
		}
	}
	if op == '*' {
		return u.Mul(by)
	}
	return u.Div(by)
}

func (f *frame) newDate(d xsd.DateTime) encoded.Term {
	return f.newTerm(graph.Literal(d.String(), d.Type.IRI()))
}

// numericFunction makes a built-in of one number: + - ABS CEIL FLOOR ROUND.
func numericFunction(onDecimal func(xsd.Decimal) xsd.Decimal, onFloat func(float64) float64) func(*frame, []encoded.Term) encoded.Term {
	return func(f *frame, a []encoded.Term) encoded.Term {
		n := f.number(a[0])
		switch n.kind {
		case notNumber:
			return encoded.Undefined
		case floatNumber, doubleNumber:
			n.f = onFloat(n.f)
			return f.newNumber(n)
		case decimalNumber:
			n.d = onDecimal(n.d)
			if n.d.IsInteger() {
				// "2", not "2.0", is what the test suite has for whole results of
				// these functions.
				return f.newTerm(graph.Literal(n.d.Plain(), graph.XSDDecimal))
			}
			return f.newDecimal(n.d)
		}
		n.d = onDecimal(n.d)
		return f.newNumber(n)
	}
}

func unaryMinus(f *frame, a []encoded.Term) encoded.Term {
	n := f.number(a[0])
	if n.kind == notNumber {
		if l := f.literal(a[0]); l.class == duration {
			u := l.duration.Neg()
			return f.newTerm(graph.Literal(u.String(), u.Type.IRI()))
		}
		return encoded.Undefined
	}
	n.d, n.f = n.d.Neg(), -n.f
	return f.newNumber(n)
}

func unaryPlus(f *frame, a []encoded.Term) encoded.Term {
	if n := f.number(a[0]); n.kind != notNumber {
		return f.newNumber(n)
	}
	return encoded.Undefined
}
