package eval

import (
	"fmt"
	"math"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/graph/xsd"
	"github.com/ententedb/entente/query/algebra"
)

// Flags of a function.
const (
	text     = 1 << iota // works on characters: worth computing once per distinct value
	stringy_             // the result may have no inline form
	passes               // results are among the arguments
	volatile             // results differ between calls
	onValues             // looks at values only, not at how they are written
)

// function describes a built-in: either apply, called for each row with all
// arguments defined unless errorsToo, or node, or prepare, which makes an apply with state of its own.
type function struct {
	min, max int // number of arguments; max < 0 is any
	flags    int
	apply    func(f *frame, a []encoded.Term) encoded.Term
	prepare  func() func(f *frame, a []encoded.Term) encoded.Term
	node     func(e *algebra.Call, args []node) node
}

// lookup finds the function of a call and checks the number of arguments.
func lookup(e *algebra.Call, env *Env) (function, error) {
	fn, ok := functions[e.Name]
	if !ok {
		if !strings.Contains(e.Name, ":") {
			return fn, fmt.Errorf("no such function: %s", e.Name)
		}
		if extension := env.Functions[e.Name]; extension != nil {
			return function{min: 0, max: -1, flags: text | stringy_ | volatile, apply: call(extension)}, nil
		}
		apply := cast(e.Name)
		if apply == nil {
			return function{min: 0, max: -1, apply: func(*frame, []encoded.Term) encoded.Term { return encoded.Undefined }}, nil
		}
		fn = function{min: 1, max: 1, flags: text | stringy_, apply: apply}
	}
	if n := len(e.Arguments); n < fn.min || fn.max >= 0 && n > fn.max {
		want := fmt.Sprint(fn.min)
		switch {
		case fn.max < 0:
			want += " or more"
		case fn.max > fn.min:
			want += fmt.Sprintf(" to %d", fn.max)
		}
		return fn, fmt.Errorf("%s takes %s arguments, not %d", e.Name, want, n)
	}
	return fn, nil
}

func call(fn Function) func(*frame, []encoded.Term) encoded.Term {
	return func(f *frame, a []encoded.Term) encoded.Term {
		args := make([]graph.Term, len(a))
		for i, id := range a {
			if id == encoded.Undefined {
				return encoded.Undefined
			}
			args[i] = f.term(id)
		}
		result, err := fn(args)
		if err != nil || result.IsZero() {
			return encoded.Undefined
		}
		return f.newTerm(result)
	}
}

// functions are the operators and built-ins by their name in the algebra.
var functions map[string]function

func init() {
	functions = map[string]function{
		"BOUND": {min: 1, max: 1, apply: func(f *frame, a []encoded.Term) encoded.Term {
			return boolean(a[0] != encoded.Undefined)
		}},
		"!": {min: 1, max: 1, apply: func(f *frame, a []encoded.Term) encoded.Term { return f.ebv(a[0]).not().id() }},
		"||": {min: 2, max: 2, node: func(_ *algebra.Call, a []node) node {
			return &logicNode{left: a[0], right: a[1], decides: yes}
		}},
		"&&": {min: 2, max: 2, node: func(_ *algebra.Call, a []node) node {
			return &logicNode{left: a[0], right: a[1], decides: no}
		}},
		"IF": {min: 3, max: 3, flags: passes, node: func(_ *algebra.Call, a []node) node {
			return &ifNode{condition: a[0], then: a[1], otherwise: a[2]}
		}},
		"COALESCE": {min: 0, max: -1, flags: passes, node: func(_ *algebra.Call, a []node) node {
			return &coalesceNode{args: a}
		}},
		"unary-":   {min: 1, max: 1, flags: stringy_, apply: unaryMinus},
		"unary+":   {min: 1, max: 1, flags: stringy_, apply: unaryPlus},
		"SAMETERM": {min: 2, max: 2, apply: strict(func(f *frame, a []encoded.Term) encoded.Term { return boolean(f.same(a[0], a[1])) })},

		"ABS":   {min: 1, max: 1, flags: stringy_, apply: numericFunction(xsd.Decimal.Abs, math.Abs)},
		"CEIL":  {min: 1, max: 1, flags: stringy_, apply: numericFunction(xsd.Decimal.Ceil, math.Ceil)},
		"FLOOR": {min: 1, max: 1, flags: stringy_, apply: numericFunction(xsd.Decimal.Floor, math.Floor)},
		"ROUND": {min: 1, max: 1, flags: stringy_, apply: numericFunction(xsd.Decimal.Round, roundFloat)},
		"RAND":  {min: 0, max: 0, flags: volatile | stringy_, apply: random},
	}
	for _, op := range []byte("+-*/") {
		functions[string(op)] = function{min: 2, max: 2, flags: stringy_ | onValues, node: func(_ *algebra.Call, a []node) node {
			return &arithmeticNode{left: a[0], right: a[1], op: op}
		}}
	}
	for op, r := range relations {
		functions[op] = function{min: 2, max: 2, flags: onValues, node: func(_ *algebra.Call, a []node) node {
			return &compareNode{left: a[0], right: a[1], relation: r}
		}}
	}
	for name, negate := range map[string]bool{"in": false, "not in": true} {
		functions[name] = function{min: 1, max: -1, flags: onValues, node: func(_ *algebra.Call, a []node) node {
			return &inNode{value: a[0], list: a[1:], negate: negate}
		}}
	}
	addTermFunctions()
	addStringFunctions()
	addDateFunctions()
}

// strict makes any undefined argument an error of the call.
func strict(apply func(*frame, []encoded.Term) encoded.Term) func(*frame, []encoded.Term) encoded.Term {
	return func(f *frame, a []encoded.Term) encoded.Term {
		for _, id := range a {
			if id == encoded.Undefined {
				return encoded.Undefined
			}
		}
		return apply(f, a)
	}
}

// roundFloat is fn:round: halves go towards positive infinity.
func roundFloat(x float64) float64 {
	if math.Abs(x) >= 1<<52 || x != x {
		return x
	}
	r := math.Floor(x)
	if x-r >= 0.5 {
		r++
	}
	return math.Copysign(r, x)
}
