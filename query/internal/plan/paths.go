package plan

import (
	"math"

	"github.com/ententedb/entente/query/algebra"
)

// pathsToPatterns turns the parts of paths that are patterns into patterns
// (18.2.2.4 and 18.4), so that they are joined in the best sequence.
//
//	(path ?s p ?o)        ==> (bgp (?s p ?o))
//	(path ?s ^P ?o)       ==> (path ?o P ?s)
//	(path ?s (seq P Q) ?o) ==> (join (path ?s P ?.v) (path ?.v Q ?o))
//	(path ?s (alt P Q) ?o) ==> (union (path ?s P ?o) (path ?s Q ?o))
func pathsToPatterns(p *planner, root algebra.Op) (algebra.Op, error) {
	return p.transform(root, func(op algebra.Op) algebra.Op {
		if o, ok := op.(*algebra.PathPattern); ok {
			return p.pathToPattern(o)
		}
		return simplifyOp(op)
	})
}

func (p *planner) pathToPattern(o *algebra.PathPattern) algebra.Op {
	switch x := o.Path.(type) {
	case *algebra.PathLink:
		return &algebra.BGP{Patterns: []algebra.TriplePattern{{Subject: o.Subject, Predicate: algebra.TermNode(x.Predicate), Object: o.Object}}}
	case *algebra.PathInverse:
		return p.pathToPattern(&algebra.PathPattern{Subject: o.Object, Path: x.Path, Object: o.Subject})
	case *algebra.PathSequence:
		mid := algebra.VarNode(p.newVar())
		return simplifyOp(&algebra.Join{
			Left:  p.pathToPattern(&algebra.PathPattern{Subject: o.Subject, Path: x.First, Object: mid}),
			Right: p.pathToPattern(&algebra.PathPattern{Subject: mid, Path: x.Second, Object: o.Object}),
		})
	case *algebra.PathAlternative:
		return simplifyOp(&algebra.Union{Branches: []algebra.Op{
			p.pathToPattern(&algebra.PathPattern{Subject: o.Subject, Path: x.Left, Object: o.Object}),
			p.pathToPattern(&algebra.PathPattern{Subject: o.Subject, Path: x.Right, Object: o.Object}),
		}})
	}
	return o
}

// closure is how many times more pairs a path p+ is taken to connect than p.
const closure = 4

// pathSize is an estimate of the pairs that a path connects.
type pathSize struct{ pairs, subjects, objects float64 }

func (p *planner) pathSize(path algebra.Path, sc scope) (pathSize, error) {
	nodes := math.Max(1, float64(p.totals.Subjects+p.totals.Objects))
	switch x := path.(type) {
	case *algebra.PathLink:
		s, o := algebra.Var(".s"), algebra.Var(".o")
		l, err := p.leafOf(algebra.TriplePattern{Subject: algebra.VarNode(s), Predicate: algebra.TermNode(x.Predicate), Object: algebra.VarNode(o)}, sc)
		if err != nil {
			return pathSize{}, err
		}
		return pathSize{l.rows, math.Max(1, l.distinct[s]), math.Max(1, l.distinct[o])}, nil
	case *algebra.PathInverse:
		n, err := p.pathSize(x.Path, sc)
		return pathSize{n.pairs, n.objects, n.subjects}, err
	case *algebra.PathSequence:
		a, err := p.pathSize(x.First, sc)
		if err != nil {
			return a, err
		}
		b, err := p.pathSize(x.Second, sc)
		return pathSize{a.pairs * b.pairs / math.Max(a.objects, b.subjects), a.subjects, b.objects}, err
	case *algebra.PathAlternative:
		a, err := p.pathSize(x.Left, sc)
		if err != nil {
			return a, err
		}
		b, err := p.pathSize(x.Right, sc)
		return pathSize{a.pairs + b.pairs, a.subjects + b.subjects, a.objects + b.objects}, err
	case *algebra.PathRepeat:
		n, err := p.pathSize(x.Path, sc)
		if x.Max != 1 {
			n.pairs = math.Min(n.pairs*closure, n.subjects*n.objects)
		}
		if x.Min == 0 {
			n = pathSize{n.pairs + nodes, nodes, nodes}
		}
		return n, err
	}
	return pathSize{float64(p.totals.Quads), math.Max(1, float64(p.totals.Subjects)), math.Max(1, float64(p.totals.Objects))}, nil
}

// costStep is the cost of one pair that a path finds.
const costStep = 20

// path plans a property path. The executor starts from an end that is bound.
func (p *planner) path(o *algebra.PathPattern, sc scope) (*relation, error) {
	n, err := p.pathSize(o.Path, sc)
	if err != nil {
		return nil, err
	}
	if !o.Subject.IsVar() {
		n.pairs, n.objects = n.pairs/n.subjects, math.Min(n.objects, n.pairs/n.subjects)
		n.subjects = 1
	}
	if !o.Object.IsVar() {
		n.pairs, n.subjects = n.pairs/n.objects, math.Min(n.subjects, n.pairs/n.objects)
		n.objects = 1
	}
	n.pairs = math.Max(1, n.pairs)
	r := single(n.pairs, costOpen+n.pairs*costStep, o)
	r.distinct = map[algebra.Var]float64{}
	if o.Subject.IsVar() {
		r.distinct[o.Subject.Var] = math.Max(1, n.subjects)
	}
	if o.Object.IsVar() {
		r.distinct[o.Object.Var] = math.Max(1, n.objects)
	}
	if !zeroLength(o.Path) && !sc.many {
		r.nodes = r.bound
	}
	if _, ok := o.Path.(*algebra.PathRepeat); ok && o.Subject.IsVar() && o.Object.IsVar() && o.Subject.Var != o.Object.Var {
		r.path = o
	}
	return r, nil
}

// lookupPath adds the plan that follows a path from the values of one end that l has.
func (p *planner) lookupPath(lc *candidate, l, r, out *relation, keep []algebra.Var,
	build func(lc, rc *candidate, method algebra.JoinMethod, on []algebra.Var) func() algebra.Op) {
	for _, n := range []algebra.Node{r.path.Subject, r.path.Object} {
		if !l.bound[n.Var] {
			continue
		}
		if zeroLength(r.path.Path) && !l.nodes[n.Var] {
			return // a path of length zero connects only nodes of the graph
		}
		keys := l.distinctOf(n.Var)
		fan := r.rows / r.distinctOf(n.Var)
		cost := lc.cost + costOpen + keys*(costSeek*closure+fan*costStep) + l.rows*costProbe + costOut*out.rows
		out.add(&candidate{cost: cost, sorted: keep, build: build(lc, r.plans[0], algebra.JoinLookup, []algebra.Var{n.Var})})
		return // the executor takes the first end that is bound, too
	}
}
