package reference

import (
	"fmt"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/xsd"
	"github.com/ententedb/entente/query/algebra"
)

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
