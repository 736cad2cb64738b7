package plan

import (
	"math"
	"slices"
	"strings"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// Costs, in rows that a scan delivers. They were set by BenchmarkCosts of
// package query and are good to a factor of two.
const (
	costSeek   = 150 // one look-up in an index
	costOpen   = 300 // starting a scan
	costBuild  = 12  // one row into a hash table
	costProbe  = 4   // one row looked up in it
	costMerge  = 1   // one row through a merge join
	costOut    = 2   // one row delivered by a join
	costFilter = 3   // one row through a comparison
	costText   = 40  // one row through a function that needs characters
	costGroup  = 12  // one row grouped by hashing
	costSorted = 2   // one row grouped on sorted input
	costSort   = 30  // one row sorted
)

// relation is a set of patterns that have to be joined, seen as one: how many
// rows, of which variables, and the plans that are worth keeping.
type relation struct {
	rows                   float64
	exact                  bool
	distinct               map[algebra.Var]float64 // of the visible variables; missing: rows
	bound                  set
	visible                set
	nodes                  set // of the bound variables, those whose values are surely nodes of the active graph
	plans                  []*candidate
	boundList, visibleList []algebra.Var        // see lists
	leaf                   *leaf                // of a triple pattern: it can be looked up
	leaves                 []*leaf              // all that were joined
	star                   *star                // not nil if it joins patterns of one subject
	path                   *algebra.PathPattern // a repeated path between two variables: so can it
	filters                []algebra.Expr
	limits                 map[algebra.Var][]encoded.Range // of the leaf, from its filters
	rangeRows              float64                         // rows of the leaf that lie in the limits
	name                   string                          // for a plan that does not depend on the written order
}

// candidate is one plan of a relation.
type candidate struct {
	cost   float64
	sorted []algebra.Var // the rows ascend by these variables' ids
	build  func() algebra.Op
}

// accepts reports whether a plan of this cost and order would be kept.
func (r *relation) accepts(cost float64, sorted []algebra.Var) bool {
	for _, o := range r.plans {
		if o.cost <= cost && (len(sorted) == 0 || len(o.sorted) > 0 && o.sorted[0] == sorted[0]) {
			return false
		}
	}
	return true
}

// add keeps c unless a plan that costs no more gives the same order, and drops
// the plans that c makes superfluous. An order is told by its first variable: the
// others are hardly ever of use, and cost planning time.
func (r *relation) add(c *candidate) {
	if !r.accepts(c.cost, c.sorted) {
		return
	}
	r.plans = slices.DeleteFunc(r.plans, func(o *candidate) bool {
		return c.cost <= o.cost && (len(o.sorted) == 0 || len(c.sorted) > 0 && c.sorted[0] == o.sorted[0])
	})
	r.plans = append(r.plans, c)
}

// cheapest returns the plan of least cost.
func (r *relation) cheapest() *candidate {
	best := r.plans[0]
	for _, c := range r.plans[1:] {
		if c.cost < best.cost {
			best = c
		}
	}
	return best
}

// lists returns the bound and the visible variables in the order of their names.
func (r *relation) lists() (bound, visible []algebra.Var) {
	if r.visibleList == nil {
		r.boundList, r.visibleList = sorted(r.bound), sorted(r.visible)
	}
	return r.boundList, r.visibleList
}

// shared returns the variables that are in both of two ascending lists.
func shared(a, b []algebra.Var) []algebra.Var {
	var out []algebra.Var
	for len(a) > 0 && len(b) > 0 {
		switch c := strings.Compare(string(a[0]), string(b[0])); {
		case c < 0:
			a = a[1:]
		case c > 0:
			b = b[1:]
		default:
			out = append(out, a[0])
			a, b = a[1:], b[1:]
		}
	}
	return out
}

// distinctOf returns the number of distinct values of v.
func (r *relation) distinctOf(v algebra.Var) float64 {
	d, ok := r.distinct[v]
	if !ok || d > r.rows {
		d = r.rows
	}
	return math.Max(d, 1)
}

// scaled returns distinct counts after a filter kept this part of the rows:
// of d values with n/d rows each, one stays if any of its rows does.
func (r *relation) scaled(part float64) map[algebra.Var]float64 {
	out := make(map[algebra.Var]float64, len(r.distinct))
	for v, d := range r.distinct {
		per := r.rows / math.Max(d, 1)
		out[v] = math.Max(1, d*(1-math.Pow(1-math.Min(part, 1), math.Max(per, 1))))
	}
	return out
}

// unary makes the relation of an operator with one input from that of its
// input: wrap makes the operator, each row costs perRow.
func (r *relation) unary(rows, perRow float64, wrap func(algebra.Op) algebra.Op) *relation {
	out := &relation{rows: rows, distinct: r.distinct, bound: r.bound, visible: r.visible, nodes: r.nodes, name: r.name}
	for _, c := range r.plans {
		out.plans = append(out.plans, &candidate{
			cost: c.cost + perRow*r.rows, sorted: c.sorted,
			build: func() algebra.Op { return wrap(c.build()) },
		})
	}
	return out
}

// single makes a relation that has one plan.
func single(rows, cost float64, op algebra.Op) *relation {
	return &relation{
		rows: rows, bound: bound(op), visible: visible(op), name: nameOf(op),
		plans: []*candidate{{cost: cost, build: func() algebra.Op { return op }}},
	}
}

// rounded keeps three digits of an estimate: more would say more than is known.
func rounded(rows float64) float64 {
	if rows < 1 {
		return math.Ceil(rows)
	}
	unit := math.Pow(10, math.Max(0, math.Floor(math.Log10(rows))-2))
	return math.Round(rows/unit) * unit
}
