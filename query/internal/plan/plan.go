package plan

import (
	"context"
	"fmt"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/dataset"
)

// Options says in which graphs a query is matched. It must be what the
// executor is given.
type Options struct {
	// Dataset is FROM and FROM NAMED.
	Dataset algebra.DatasetClause
	// Union makes the default graph the union of all graphs.
	Union bool
	// Trace, if not nil, is called after each rule that changed the tree.
	Trace func(rule string, root algebra.Op)
}

// Rule is one step of the optimiser: a function from a tree to a tree with
// the same solutions and the same visible variables.
type Rule struct {
	Name  string
	apply func(*planner, algebra.Op) (algebra.Op, error)
}

// Rules are the optimiser's steps, in their order.
var Rules = []Rule{
	// First the tree is made small and regular, so that the others find their patterns.
	{"simplify", simplify},
	// Patterns that hide in paths join the others before anything looks at them.
	{"paths to patterns", pathsToPatterns},
	// Constants next: a filter that became true or false takes its pattern with it.
	{"fold constants", foldConstants},
	// An OPTIONAL that is as good as a join becomes one, before filters move: more can
	// move through a join.
	{"reduce outer joins", reduceOuterJoins},
	// Filters go down before they are turned into constants and semi-joins, so that these
	// apply to the smallest pattern.
	{"push filters", pushFilters},
	// Joins that an OPTIONAL stands between come together. After the filters, which may pass
	// an OPTIONAL on their way down only where it stands above them.
	{"hoist optionals", hoistOptionals},
	// Constants in patterns shorten scans; the filters are where they can be used by now.
	{"substitute equal", substituteEqual},
	// What moved may have left filters without a condition, joins of units, and so on.
	{"simplify again", simplify},
	// EXISTS and NOT EXISTS become joins, before the joins are ordered.
	{"exists to semi-join", existsToSemiJoin},
	// Patterns that the statistics know to be empty empty what is joined with them.
	{"remove empty", removeEmpty},
	// Needs groups and slices as they were written.
	{"top n", topN},
	// Chooses; everything after it must keep the choices valid.
	{"order joins", orderJoins},
	// Looks for groups of one scan, which are there now.
	{"count from metadata", countFromMetadata},
	// Last, because every earlier rule may change which variables are read.
	{"drop columns", dropColumns},
}

// Optimize returns a tree that gives the same answer as root, which is used
// up: its nodes become part of the result. Statistics come from ds.
func Optimize(ctx context.Context, root algebra.Op, ds dataset.Dataset, opts Options) (algebra.Op, error) {
	p := &planner{ctx: ctx, ds: ds, opts: opts, terms: map[graph.Term]encodedTerm{}, predicates: map[encoded.Term]encoded.PredicateStats{},
		scopes: map[*algebra.Scan]scope{}, correlations: map[pair]float64{}}
	if err := p.setScope(); err != nil {
		return nil, err
	}
	for _, r := range Rules {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var err error
		if root, err = r.apply(p, root); err != nil {
			return nil, fmt.Errorf("plan: %s: %w", r.Name, err)
		}
		if opts.Trace != nil {
			opts.Trace(r.Name, root)
		}
	}
	return root, nil
}

// planner is the state of one call of Optimize.
type planner struct {
	ctx  context.Context
	ds   dataset.Dataset
	opts Options

	scope      scope // of the default graph
	named      scope // of GRAPH ?g
	terms      map[graph.Term]encodedTerm
	predicates map[encoded.Term]encoded.PredicateStats
	totals     encoded.Totals
	sets       *encoded.CharacteristicSets // nil if not known
	// correlations has what sampling found: by how much the join of two leaves differs from its estimate.
	correlations map[pair]float64
	scopes       map[*algebra.Scan]scope // the active graph of each scan
	hidden       int                     // hidden variables made so far
	// wanted are the variables by which the operator above groups.
	wanted set
	// distributing is set while the parts of a distributed union are planned.
	distributing bool
}

type encodedTerm struct {
	id encoded.Term
	ok bool
}

// newVar returns a hidden variable that occurs nowhere else.
func (p *planner) newVar() algebra.Var {
	p.hidden++
	return algebra.Var(fmt.Sprintf(".opt%d", p.hidden))
}
