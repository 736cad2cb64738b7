package plan

import (
	"math"

	"github.com/ententedb/entente/query/algebra"
)

// selectivity estimates the part of r's rows that a condition keeps, and what
// it costs for each row.
func (p *planner) selectivity(e algebra.Expr, r *relation) (part, cost float64) {
	switch x := e.(type) {
	case *algebra.Exists:
		return 0.5, 1000
	case *algebra.Call:
		return p.callSelectivity(x, r)
	}
	return 0.9, 1
}

func (p *planner) callSelectivity(c *algebra.Call, r *relation) (part, cost float64) {
	cost = costFilter
	switch {
	case hasExists(c):
		cost = 1000
	case textual(c):
		cost = costText
	}
	if len(c.Arguments) == 0 {
		return 0.5, cost
	}
	switch c.Name {
	case "&&":
		part = 1
		for _, a := range c.Arguments {
			s, _ := p.selectivity(a, r)
			part *= s
		}
		return part, cost
	case "||":
		part = 1
		for _, a := range c.Arguments {
			s, _ := p.selectivity(a, r)
			part *= 1 - s
		}
		return 1 - part, cost
	case "!":
		s, _ := p.selectivity(c.Arguments[0], r)
		return math.Max(0.05, 1-s), cost
	case "=", "SAMETERM":
		d := 1.0
		for _, a := range c.Arguments {
			if v, ok := a.(*algebra.VarExpr); ok {
				d = math.Max(d, r.distinctOf(v.Var))
			}
		}
		if d == 1 {
			d = 10
		}
		return 1 / d, cost
	case "in":
		if v, ok := c.Arguments[0].(*algebra.VarExpr); ok {
			return math.Min(1, float64(len(c.Arguments)-1)/r.distinctOf(v.Var)), cost
		}
		return 0.2, cost
	case "not in", "!=":
		return 0.9, cost
	case "<", ">", "<=", ">=":
		return 0.33, cost
	case "BOUND":
		return 0.9, cost
	case "REGEX", "CONTAINS", "STRSTARTS", "STRENDS":
		return 0.1, cost
	case "LANGMATCHES":
		return 0.3, cost
	}
	return 0.5, cost
}

// textual reports whether e needs the characters of terms.
func textual(e algebra.Expr) bool {
	found := false
	algebra.WalkExpr(e, func(x algebra.Expr) bool {
		if c, ok := x.(*algebra.Call); ok {
			switch c.Name {
			case "REGEX", "REPLACE", "CONTAINS", "STRSTARTS", "STRENDS", "STRBEFORE", "STRAFTER", "STR", "LCASE", "UCASE", "STRLEN",
				"SUBSTR", "CONCAT", "LANG", "LANGMATCHES", "ENCODE_FOR_URI", "MD5", "SHA1", "SHA256", "SHA384", "SHA512":
				found = true
			}
		}
		return !found
	})
	return found
}

// textPenalty is what it costs more to compute e where the rows are not sorted by a variable of it:
// the dictionary is then read here and there instead of from front to back.
func textPenalty(e algebra.Expr, r *relation, sorted []algebra.Var) float64 {
	if !textual(e) {
		return 0
	}
	terms := 0.0
	for _, v := range algebra.ExprVars(e) {
		if len(sorted) > 0 && v == sorted[0] {
			return 0
		}
		terms = math.Max(terms, r.distinctOf(v))
	}
	return 2 * costText * terms
}
