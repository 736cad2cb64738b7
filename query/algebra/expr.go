package algebra

import "github.com/ententedb/entente/graph"

// Expr is an expression over a solution (SPARQL 1.2 Query, section 17). The set
// of forms is closed.
type Expr interface {
	expr()
	// Args returns pointers to the direct sub-expressions. The slice is fresh.
	Args() []*Expr
}

// VarExpr is a variable; unbound, it is an error.
type VarExpr struct{ Var Var }

// Const is a constant term.
type Const struct{ Term graph.Term }

// Call is an operator, a built-in function, or a function named by IRI (a cast
// or an extension; Name is then the IRI). Operators have the names "||" "&&"
// "!" "=" "!=" "<" ">" "<=" ">=" "+" "-" "*" "/" "unary-" "unary+" "in" "not in"
// (first argument, then the list); built-ins their SPARQL keyword in upper case:
// "BOUND" (its argument is a VarExpr), "IF", "COALESCE", "SAMETERM", "STR", "LANG",
// "REGEX", "TRIPLE", "SUBJECT", "ISTRIPLE", "LANGDIR", "STRLANGDIR", "HASLANG", "HASLANGDIR", …
type Call struct {
	Name      string
	Arguments []Expr
}

// Exists is EXISTS { Pattern } or, Negated, NOT EXISTS.
type Exists struct {
	Pattern Op
	Negated bool
}

// Aggregate is a set function; it occurs only in Group.Aggs once translated.
// Name is "COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT" or an
// extension ("MEDIAN"). Arg nil is COUNT(*).
type Aggregate struct {
	Name      string
	Distinct  bool
	Arg       Expr
	Separator string // of GROUP_CONCAT; " " by default
}

func (*VarExpr) expr()   {}
func (*Const) expr()     {}
func (*Call) expr()      {}
func (*Exists) expr()    {}
func (*Aggregate) expr() {}

// Args implements Expr.
func (*VarExpr) Args() []*Expr { return nil }

// Args implements Expr.
func (*Const) Args() []*Expr { return nil }

// Args implements Expr.
func (*Exists) Args() []*Expr { return nil }

// Args implements Expr.
func (e *Call) Args() []*Expr {
	args := make([]*Expr, len(e.Arguments))
	for i := range e.Arguments {
		args[i] = &e.Arguments[i]
	}
	return args
}

// Args implements Expr.
func (e *Aggregate) Args() []*Expr {
	if e.Arg == nil {
		return nil
	}
	return []*Expr{&e.Arg}
}
