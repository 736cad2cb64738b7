package reference

import (
	"cmp"
	"errors"
	"math"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/xsd"
)

// errValue is an error in the sense of SPARQL.
var errValue = errors.New("error")

func effective(t graph.Term) (bool, error) {
	switch {
	case t.Datatype() == graph.XSDBoolean:
		b, err := xsd.ParseBoolean(t.Value())
		return err == nil && b, nil
	case t.IsSimple():
		return t.Value() != "", nil
	}
	if n, ok := number(t); ok {
		return !n.isZero(), nil
	}
	return false, errValue
}

// num is a number: a decimal (integers included) or a double.
type num struct {
	dec     xsd.Decimal
	f       float64
	double  bool
	integer bool
}

func (n num) float() float64 {
	if n.double {
		return n.f
	}
	return n.dec.Float64()
}

func (n num) isZero() bool {
	if n.double {
		return n.f == 0 || math.IsNaN(n.f)
	}
	return n.dec.Cmp(xsd.Int(0)) == 0
}

func number(t graph.Term) (num, bool) {
	switch t.Datatype() {
	case graph.XSDInteger:
		d, err := xsd.ParseInteger(t.Value())
		return num{dec: d, integer: true}, err == nil
	case graph.XSDDecimal:
		d, err := xsd.ParseDecimal(t.Value())
		return num{dec: d}, err == nil
	case graph.XSDDouble:
		f, err := xsd.ParseDouble(t.Value())
		return num{f: f, double: true}, err == nil
	}
	return num{}, false
}

func (n num) term() graph.Term {
	switch {
	case n.double:
		return graph.Literal(xsd.FormatDouble(n.f), graph.XSDDouble)
	case n.integer:
		return graph.Literal(string(n.dec.AppendPlain(nil)), graph.XSDInteger)
	}
	return graph.Literal(n.dec.String(), graph.XSDDecimal)
}

func compareNumbers(a, b num) (int, bool) {
	if !a.double && !b.double {
		return a.dec.Cmp(b.dec), true
	}
	x, y := a.float(), b.float()
	if math.IsNaN(x) || math.IsNaN(y) {
		return 0, false
	}
	return cmp.Compare(x, y), true
}

func arithmetic(op string, a, b num) (num, error) {
	if a.double || b.double {
		x, y := a.float(), b.float()
		switch op {
		case "+":
			return num{f: x + y, double: true}, nil
		case "-":
			return num{f: x - y, double: true}, nil
		case "*":
			return num{f: x * y, double: true}, nil
		}
		return num{f: x / y, double: true}, nil
	}
	integer := a.integer && b.integer
	switch op {
	case "+":
		return num{dec: a.dec.Add(b.dec), integer: integer}, nil
	case "-":
		return num{dec: a.dec.Sub(b.dec), integer: integer}, nil
	case "*":
		return num{dec: a.dec.Mul(b.dec), integer: integer}, nil
	}
	d, err := a.dec.Div(b.dec)
	if err != nil {
		return num{}, errValue
	}
	return num{dec: d}, nil
}

func boolean(b bool, err error) (graph.Term, error) {
	if err != nil {
		return graph.Term{}, err
	}
	return graph.Boolean(b), nil
}

func stringy(t graph.Term) bool { return t.IsSimple() || t.IsLiteral() && t.Lang() != "" }

// known reports whether a literal is of a datatype with a value, well formed.
func known(t graph.Term) (class int, ok bool) {
	switch {
	case t.IsSimple():
		return 1, true
	case t.Lang() != "":
		return 2, true
	case t.Datatype() == graph.XSDBoolean:
		_, err := xsd.ParseBoolean(t.Value())
		return 3, err == nil
	}
	_, ok = number(t)
	return 4, ok
}

// equal is "=" (17.3).
func equal(a, b graph.Term) (bool, error) {
	if a.IsTriple() && b.IsTriple() {
		x, y := a.Triple(), b.Triple()
		var failed error
		for _, p := range [][2]graph.Term{{x.Subject, y.Subject}, {x.Predicate, y.Predicate}, {x.Object, y.Object}} {
			ok, err := equal(p[0], p[1])
			if err == nil && !ok {
				return false, nil
			}
			if err != nil {
				failed = err
			}
		}
		return failed == nil, failed
	}
	if !a.IsLiteral() || !b.IsLiteral() {
		return a.Equal(b), nil
	}
	x, ok1 := number(a)
	y, ok2 := number(b)
	if ok1 && ok2 {
		c, ok := compareNumbers(x, y)
		return ok && c == 0, nil
	}
	if a.Equal(b) {
		return true, nil
	}
	ca, ok1 := known(a)
	cb, ok2 := known(b)
	switch {
	case (a.Lang() != "") != (b.Lang() != ""):
		return false, nil // whatever the datatype, its values have no language
	case !ok1 || !ok2:
		return false, errValue
	case ca != cb || ca != 3:
		return false, nil
	}
	p, _ := xsd.ParseBoolean(a.Value())
	q, _ := xsd.ParseBoolean(b.Value())
	return p == q, nil
}

// compare is "<" and its kin; ok is false where NaN makes all of them false.
func compare(a, b graph.Term) (c int, ok bool, err error) {
	x, ok1 := number(a)
	y, ok2 := number(b)
	switch {
	case ok1 && ok2:
		c, ok = compareNumbers(x, y)
		return c, ok, nil
	case a.IsSimple() && b.IsSimple():
		return strings.Compare(a.Value(), b.Value()), true, nil
	case a.Datatype() == graph.XSDBoolean && b.Datatype() == graph.XSDBoolean:
		p, err1 := xsd.ParseBoolean(a.Value())
		q, err2 := xsd.ParseBoolean(b.Value())
		if err1 == nil && err2 == nil {
			return cmp.Compare(btoi(p), btoi(q)), true, nil
		}
	}
	return 0, false, errValue
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Order puts unbound before blank nodes before IRIs before literals before triple terms, IRIs
// and comparable literals by value; 0 where the specification leaves it open.
func Order(x, y graph.Term) int {
	kind := func(t graph.Term) int {
		switch t.Kind() {
		case graph.KindBlank:
			return 1
		case graph.KindIRI:
			return 2
		case graph.KindLiteral:
			return 3
		case graph.KindTriple:
			return 4
		}
		return 0
	}
	if c := cmp.Compare(kind(x), kind(y)); c != 0 {
		return c
	}
	switch x.Kind() {
	case graph.KindIRI:
		return strings.Compare(x.Value(), y.Value())
	case graph.KindLiteral:
		if c, ok, err := compare(x, y); err == nil && ok {
			return c
		}
	}
	return 0
}
