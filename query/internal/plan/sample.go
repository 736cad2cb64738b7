package plan

import (
	"cmp"
	"math"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// Sampling finds out where patterns are correlated: where the join of two has
// many more, or many fewer, rows than their numbers of rows and distinct values say.
// It is bounded by rows, not by time, so that the same data always give the same
// plan: at most sampledPairs × sampledRows rows are read and as many look-ups made,
// each some microseconds.
const (
	// sampleFrom is the cost of a plan from which on a better one is worth the sampling.
	sampleFrom   = 50_000
	sampledPairs = 6
	sampledRows  = 32
	// correlated is the factor by which an estimate is off before it is corrected: less may
	// be chance.
	correlated = 2.0
)

// pair is two leaves, as they are numbered in the planner's correlations.
type pair struct{ a, b *leaf }

// sample probes pairs of leaves that share a variable and notes by how much their
// joins differ from the estimates. The pairs with the fewest rows come first: a good
// plan begins with them. It reports whether it found anything to plan again for.
func (g *joinGroup) sample() (found bool, err error) {
	p := g.planner
	type candidate struct{ few, many *relation }
	var pairs []candidate
	for i, b := range g.leaves {
		for _, a := range g.leaves[:i] { // in the order of their rows
			if !a.sampleable() || !b.sampleable() || !a.visible.intersects(b.visible) {
				continue
			}
			if s, _, _ := p.starOf(a, b); s != nil && !a.leaf.bound.Has(encoded.Object) && !b.leaf.bound.Has(encoded.Object) {
				continue // well known from the characteristic sets
			}
			pairs = append(pairs, candidate{a, b})
		}
	}
	slices.SortStableFunc(pairs, func(x, y candidate) int {
		return cmp.Compare(x.few.leaf.rows+x.many.leaf.rows, y.few.leaf.rows+y.many.leaf.rows)
	})
	for _, c := range pairs[:min(len(pairs), sampledPairs)] {
		if err := p.ctx.Err(); err != nil {
			return false, err
		}
		factor, err := p.samplePair(c.few.unfiltered(), c.many.unfiltered())
		if err != nil {
			return false, err
		}
		if factor > correlated || factor < 1/correlated {
			p.correlations[pair{c.few.leaf, c.many.leaf}] = factor
			p.correlations[pair{c.many.leaf, c.few.leaf}] = factor
			found = true
		}
	}
	return found, nil
}

// sampleable reports whether r is a triple pattern whose rows can be looked up.
func (r *relation) sampleable() bool {
	return r.leaf != nil && !r.leaf.triples && !r.leaf.repeated && r.leaf.rows > 0
}

// unfiltered returns the relation of r's leaf without its filters.
func (r *relation) unfiltered() *relation {
	return &relation{rows: r.leaf.rows, distinct: r.leaf.distinct, bound: r.bound, visible: r.visible, leaf: r.leaf, star: r.leaf.star}
}

// samplePair returns how many times more rows the join of a and b has than was estimated: it looks
// up rows of a, from even distances, in b.
func (p *planner) samplePair(a, b *relation) (factor float64, err error) {
	if a.leaf.rows > b.leaf.rows {
		a, b = b, a
	}
	rows, err := p.ds.Sample(a.leaf.scan, sampledRows)
	if err != nil || len(rows) == 0 {
		return 1, err
	}
	matches := 0.0
	for _, row := range rows {
		probe := b.leaf.scan
		for _, pos := range positions {
			if n := b.leaf.node(pos); n.IsVar() && a.visible[n.Var] {
				probe.Pattern[pos] = row[a.leaf.position(n.Var)]
			}
		}
		n, _, err := p.ds.Count(probe)
		if err != nil {
			return 1, err
		}
		matches += float64(n)
	}
	// No match at all still leaves room for half a one.
	found := math.Max(matches, 0.5) / float64(len(rows)) * a.leaf.rows
	estimate, _ := p.joinRows(a, b)
	return found / math.Max(estimate, 0.5), nil
}

// positions are those of a triple.
var positions = [...]encoded.Position{encoded.Subject, encoded.Predicate, encoded.Object}

// position returns where v stands in a leaf.
func (l *leaf) position(v algebra.Var) encoded.Position {
	for _, pos := range positions {
		if n := l.node(pos); n.IsVar() && n.Var == v {
			return pos
		}
	}
	panic("plan: the variable is not in the pattern")
}

// correlation returns the factor of the strongest correlation between a leaf of l
// and one of r. (Correlations of several pairs mostly have one cause, which would count several
// times in their product.)
func (p *planner) correlation(l, r *relation) float64 {
	strongest := 1.0
	if len(p.correlations) == 0 {
		return strongest
	}
	for _, a := range l.leaves {
		for _, b := range r.leaves {
			if f, ok := p.correlations[pair{a, b}]; ok && math.Abs(math.Log(f)) > math.Abs(math.Log(strongest)) {
				strongest = f
			}
		}
	}
	return strongest
}
