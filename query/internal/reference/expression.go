package reference

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/xsd"
	"github.com/ententedb/entente/query/algebra"
)

// errValue is an error in the sense of SPARQL.
var errValue = errors.New("error")

// holds is the effective boolean value, false for an error.
func (e *evaluator) holds(x algebra.Expr, s Solution, g triples) bool {
	b, err := e.truth(x, s, g)
	return err == nil && b
}

func (e *evaluator) truth(x algebra.Expr, s Solution, g triples) (bool, error) {
	t, err := e.value(x, s, g)
	if err != nil {
		return false, err
	}
	return effective(t)
}

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

// value computes an expression; errValue is an error in the sense of SPARQL.
func (e *evaluator) value(x algebra.Expr, s Solution, g triples) (graph.Term, error) {
	switch y := x.(type) {
	case *algebra.Const:
		return y.Term, nil
	case *algebra.VarExpr:
		if t, ok := s[y.Var]; ok {
			return t, nil
		}
		return graph.Term{}, errValue
	case *algebra.Exists:
		p := substitute(algebra.Clone(y.Pattern), s)
		return graph.Boolean((len(e.eval(p, g)) > 0) != y.Negated), nil
	case *algebra.Call:
		return e.call(y, s, g)
	}
	panic(fmt.Errorf("reference: expression %T", x))
}

func boolean(b bool, err error) (graph.Term, error) {
	if err != nil {
		return graph.Term{}, err
	}
	return graph.Boolean(b), nil
}

func (e *evaluator) call(c *algebra.Call, s Solution, g triples) (graph.Term, error) {
	// Forms that do not compute all their arguments.
	switch c.Name {
	case "&&", "||":
		stop := c.Name == "||"
		a, err1 := e.truth(c.Arguments[0], s, g)
		b, err2 := e.truth(c.Arguments[1], s, g)
		switch {
		case err1 == nil && a == stop || err2 == nil && b == stop:
			return graph.Boolean(stop), nil
		case err1 != nil || err2 != nil:
			return graph.Term{}, errValue
		}
		return graph.Boolean(!stop), nil
	case "!":
		b, err := e.truth(c.Arguments[0], s, g)
		return boolean(!b, err)
	case "BOUND":
		v, ok := c.Arguments[0].(*algebra.VarExpr)
		if !ok { // substituted
			return graph.Boolean(true), nil
		}
		_, ok = s[v.Var]
		return graph.Boolean(ok), nil
	case "IF":
		b, err := e.truth(c.Arguments[0], s, g)
		if err != nil {
			return graph.Term{}, err
		}
		if b {
			return e.value(c.Arguments[1], s, g)
		}
		return e.value(c.Arguments[2], s, g)
	case "COALESCE":
		for _, a := range c.Arguments {
			if t, err := e.value(a, s, g); err == nil {
				return t, nil
			}
		}
		return graph.Term{}, errValue
	case "in", "not in":
		t, err := e.value(c.Arguments[0], s, g)
		if err != nil {
			return t, err
		}
		var failed error
		for _, a := range c.Arguments[1:] {
			u, err := e.value(a, s, g)
			if err == nil {
				var b bool
				if b, err = equal(t, u); err == nil && b {
					return graph.Boolean(c.Name == "in"), nil
				}
			}
			if err != nil {
				failed = err
			}
		}
		return boolean(c.Name != "in", failed)
	}
	var args []graph.Term
	for _, a := range c.Arguments {
		t, err := e.value(a, s, g)
		if err != nil {
			return t, err
		}
		args = append(args, t)
	}
	switch c.Name {
	case "=":
		return boolean(equal(args[0], args[1]))
	case "!=":
		b, err := equal(args[0], args[1])
		return boolean(!b, err)
	case "<", ">", "<=", ">=":
		k, ok, err := compare(args[0], args[1])
		if err != nil {
			return graph.Term{}, err
		}
		if !ok {
			return graph.Boolean(false), nil
		}
		return graph.Boolean(map[string]bool{"<": k < 0, ">": k > 0, "<=": k <= 0, ">=": k >= 0}[c.Name]), nil
	case "+", "-", "*", "/":
		a, ok1 := number(args[0])
		b, ok2 := number(args[1])
		if !ok1 || !ok2 {
			return graph.Term{}, errValue
		}
		n, err := arithmetic(c.Name, a, b)
		if err != nil {
			return graph.Term{}, err
		}
		return n.term(), nil
	case "SAMETERM":
		return graph.Boolean(args[0].Equal(args[1])), nil
	case "ISIRI", "ISURI":
		return graph.Boolean(args[0].IsIRI()), nil
	case "ISBLANK":
		return graph.Boolean(args[0].IsBlank()), nil
	case "ISLITERAL":
		return graph.Boolean(args[0].IsLiteral()), nil
	case "ISNUMERIC":
		_, ok := number(args[0])
		return graph.Boolean(ok), nil
	case "ISTRIPLE":
		return graph.Boolean(args[0].IsTriple()), nil
	case "STR":
		if args[0].IsIRI() || args[0].IsLiteral() {
			return graph.String(args[0].Value()), nil
		}
		return graph.Term{}, errValue
	case "LANG":
		if args[0].IsLiteral() {
			return graph.String(args[0].Lang()), nil
		}
		return graph.Term{}, errValue
	case "DATATYPE":
		if args[0].IsLiteral() {
			return graph.IRI(args[0].Datatype()), nil
		}
		return graph.Term{}, errValue
	case "STRLEN":
		if !stringy(args[0]) {
			return graph.Term{}, errValue
		}
		return num{dec: xsd.Int(int64(len([]rune(args[0].Value())))), integer: true}.term(), nil
	case "UCASE", "LCASE":
		if !stringy(args[0]) {
			return graph.Term{}, errValue
		}
		text := strings.ToUpper(args[0].Value())
		if c.Name == "LCASE" {
			text = strings.ToLower(args[0].Value())
		}
		if args[0].Lang() != "" {
			return graph.LangString(text, args[0].Lang()), nil
		}
		return graph.String(text), nil
	case "STRSTARTS", "STRENDS", "CONTAINS":
		a, b := args[0], args[1]
		if !stringy(a) || !stringy(b) || b.Lang() != "" && a.Lang() != b.Lang() {
			return graph.Term{}, errValue
		}
		f := map[string]func(string, string) bool{"STRSTARTS": strings.HasPrefix, "STRENDS": strings.HasSuffix, "CONTAINS": strings.Contains}[c.Name]
		return graph.Boolean(f(a.Value(), b.Value())), nil
	}
	panic(fmt.Errorf("reference: function %s", c.Name))
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

// order compares two solutions as ORDER BY does, as far as the specification
// says how (15.1): 0 where it does not.
func (e *evaluator) order(keys []algebra.OrderKey, a, b Solution, g triples) int {
	for _, k := range keys {
		x, err1 := e.value(k.Expr, a, g)
		y, err2 := e.value(k.Expr, b, g)
		if err1 != nil {
			x = graph.Term{}
		}
		if err2 != nil {
			y = graph.Term{}
		}
		c := Order(x, y)
		if k.Descending {
			c = -c
		}
		if c != 0 {
			return c
		}
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

// group is GROUP BY with its aggregates (18.6.1).
func (e *evaluator) group(o *algebra.Group, g triples) []Solution {
	type bucket struct {
		key  Solution
		rows []Solution
	}
	var buckets []*bucket
	index := map[string]*bucket{}
	for _, s := range e.eval(o.Input, g) {
		key := Solution{}
		for _, k := range o.Keys {
			if t, err := e.value(k.Expr, s, g); err == nil {
				key[k.Var] = t
			}
		}
		b := index[key.Key()]
		if b == nil {
			b = &bucket{key: key}
			index[key.Key()] = b
			buckets = append(buckets, b)
		}
		b.rows = append(b.rows, s)
	}
	if len(buckets) == 0 && len(o.Keys) == 0 {
		buckets = append(buckets, &bucket{key: Solution{}})
	}
	var out []Solution
	for _, b := range buckets {
		s := b.key
		for _, a := range o.Aggs {
			if t, err := e.aggregate(a.Agg, b.rows, g); err == nil {
				s = s.with(a.Var, t)
			}
		}
		out = append(out, s)
	}
	return out
}

func (e *evaluator) aggregate(a *algebra.Aggregate, rows []Solution, g triples) (graph.Term, error) {
	integer := func(n int) graph.Term { return num{dec: xsd.Int(int64(n)), integer: true}.term() }
	if a.Arg == nil {
		if !a.Distinct {
			return integer(len(rows)), nil
		}
		seen := map[string]bool{}
		for _, r := range rows {
			named := Solution{} // blank nodes of a pattern are no variables
			for v, t := range r {
				if !v.Hidden() {
					named[v] = t
				}
			}
			seen[named.Key()] = true
		}
		return integer(len(seen)), nil
	}
	var values []graph.Term
	failed := false
	for _, r := range rows {
		t, err := e.value(a.Arg, r, g)
		if err != nil {
			failed = true
			continue
		}
		if !a.Distinct || !contains(values, t) {
			values = append(values, t)
		}
	}
	switch a.Name {
	case "COUNT":
		return integer(len(values)), nil
	case "SUM", "AVG":
		if failed {
			return graph.Term{}, errValue
		}
		sum := num{integer: true}
		for _, v := range values {
			n, ok := number(v)
			if !ok {
				return graph.Term{}, errValue
			}
			sum, _ = arithmetic("+", sum, n)
		}
		if a.Name == "SUM" {
			return sum.term(), nil
		}
		if len(values) == 0 {
			return integer(0), nil
		}
		sum, err := arithmetic("/", sum, num{dec: xsd.Int(int64(len(values))), integer: true})
		return sum.term(), err
	case "MIN", "MAX":
		if len(values) == 0 {
			return graph.Term{}, errValue
		}
		best := values[0]
		for _, v := range values[1:] {
			if c := Order(v, best); a.Name == "MIN" && c < 0 || a.Name == "MAX" && c > 0 {
				best = v
			}
		}
		return best, nil
	}
	panic(fmt.Errorf("reference: aggregate %s", a.Name))
}

// Sorted reports whether solutions are in an order that ORDER BY allows.
func Sorted(rows []Solution, keys []algebra.OrderKey) bool {
	e := &evaluator{data: &Dataset{}}
	return slices.IsSortedFunc(rows, func(a, b Solution) int { return e.order(keys, a, b, nil) })
}
