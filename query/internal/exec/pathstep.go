package exec

import (
	"context"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// termSet is a set of terms that remembers the sequence of insertion.
type termSet struct {
	memory share
	index  *keyIndex
	ids    []int32
	buf    []encoded.Term
}

func newTermSet(budget *Budget) *termSet {
	return &termSet{memory: share{budget: budget}, index: newKeyIndex(1)}
}

func (s *termSet) size() int { return s.index.size() }

// terms returns the terms in the sequence of insertion. The slice belongs to the set.
func (s *termSet) terms() []encoded.Term { return s.index.keys }

func (s *termSet) add(ctx context.Context, terms []encoded.Term) error {
	for len(terms) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(len(terms), BatchSize)
		s.ids = sized(s.ids, n)
		s.index.add([][]encoded.Term{terms[:n]}, n, s.ids)
		terms = terms[n:]
		if err := s.hold(); err != nil {
			return err
		}
	}
	return nil
}

func (s *termSet) hold() error { return s.memory.need(s.index.bytes() + int64(8*cap(s.buf))) }

// sorted returns a sorted copy of the terms from number at on.
func (s *termSet) sorted(at int) ([]encoded.Term, error) {
	s.buf = append(s.buf[:0], s.index.keys[at:]...)
	slices.Sort(s.buf)
	return s.buf, s.hold()
}

func (s *termSet) hasAny(terms []encoded.Term) bool {
	for len(terms) > 0 {
		n := min(len(terms), BatchSize)
		s.ids = sized(s.ids, n)
		s.index.find([][]encoded.Term{terms[:n]}, n, s.ids)
		if slices.ContainsFunc(s.ids[:n], func(id int32) bool { return id >= 0 }) {
			return true
		}
		terms = terms[n:]
	}
	return false
}

func (s *termSet) free() {
	if s != nil {
		s.index, s.buf = nil, nil
		s.memory.free()
	}
}

// step finds the nodes one path away from a set of nodes.
type step interface {
	// from adds to out the nodes that the path leads to from nodes, which are
	// distinct and ascending; backwards if not forward.
	from(ctx context.Context, nodes []encoded.Term, forward bool, out *termSet) error
	close()
}

func (b *builder) newStep(p algebra.Path) (step, error) {
	switch p := p.(type) {
	case *algebra.PathInverse:
		s, err := b.newStep(p.Path)
		return inverseStep{s}, err
	case *algebra.PathSequence:
		first, err := b.newStep(p.First)
		if err != nil {
			return nil, err
		}
		second, err := b.newStep(p.Second)
		return sequenceStep{first, second, b.env.Budget}, err
	case *algebra.PathAlternative:
		left, err := b.newStep(p.Left)
		if err != nil {
			return nil, err
		}
		right, err := b.newStep(p.Right)
		return alternativeStep{left, right}, err
	case *algebra.PathRepeat:
		s, err := b.newStep(p.Path)
		return repeatStep{s, p.Min, p.Max, b.env.Budget}, err
	}
	return &scanStep{b: b, path: p}, nil
}

type inverseStep struct{ path step }

func (s inverseStep) from(ctx context.Context, nodes []encoded.Term, forward bool, out *termSet) error {
	return s.path.from(ctx, nodes, !forward, out)
}

func (s inverseStep) close() { s.path.close() }

type sequenceStep struct {
	first, second step
	budget        *Budget
}

func (s sequenceStep) from(ctx context.Context, nodes []encoded.Term, forward bool, out *termSet) error {
	a, b := s.first, s.second
	if !forward {
		a, b = b, a
	}
	mid := newTermSet(s.budget)
	defer mid.free()
	if err := a.from(ctx, nodes, forward, mid); err != nil {
		return err
	}
	sorted, err := mid.sorted(0)
	if err != nil {
		return err
	}
	return b.from(ctx, sorted, forward, out)
}

func (s sequenceStep) close() { s.first.close(); s.second.close() }

type alternativeStep struct{ left, right step }

func (s alternativeStep) from(ctx context.Context, nodes []encoded.Term, forward bool, out *termSet) error {
	if err := s.left.from(ctx, nodes, forward, out); err != nil {
		return err
	}
	return s.right.from(ctx, nodes, forward, out)
}

func (s alternativeStep) close() { s.left.close(); s.right.close() }

type repeatStep struct {
	path     step
	min, max int
	budget   *Budget
}

func (s repeatStep) from(ctx context.Context, nodes []encoded.Term, forward bool, out *termSet) error {
	reached, err := closure(ctx, s.path, nodes, s.min, s.max, forward, s.budget)
	if err != nil {
		return err
	}
	defer reached.free()
	return out.add(ctx, reached.terms())
}

func (s repeatStep) close() { s.path.close() }

// scanStep is a link or a negated set: scans that are looked up by one end.
type scanStep struct {
	b    *builder
	path algebra.Path
	dirs [2]*scanDirection
}

// scanDirection is the scans for going one way.
type scanDirection struct {
	fetchers []*scanFetcher
	to       []int // column of the other end, for each
	inputs   []*node
	rows     []*rows
	memory   share
}

// stepKeys is the number of nodes whose neighbours are fetched at once.
const stepKeys = 1024

func (d *scanDirection) grown(out *rows) error { return d.memory.need(out.bytes()) }

func (s *scanStep) direction(forward bool) (*scanDirection, error) {
	i := 0
	if !forward {
		i = 1
	}
	if s.dirs[i] != nil {
		return s.dirs[i], nil
	}
	d := &scanDirection{memory: share{budget: s.b.env.Budget}}
	from, to := algebra.VarNode(s.b.fresh("from")), algebra.VarNode(s.b.fresh("to"))
	add := func(subject, object algebra.Node, spec *scanSpec) error {
		n, err := s.b.scanSorted(spec, []algebra.Var{from.Var})
		if err != nil {
			return err
		}
		d.inputs = append(d.inputs, n)
		r, ok := n.run.(*scanRun)
		if !ok {
			return nil
		}
		d.fetchers = append(d.fetchers, &scanFetcher{scan: r, cols: []int{n.column(from.Var)}})
		d.to = append(d.to, n.column(to.Var))
		d.rows = append(d.rows, newRows(len(n.schema)))
		return nil
	}
	switch p := s.path.(type) {
	case *algebra.PathLink:
		subject, object := from, to
		if !forward {
			subject, object = to, from
		}
		if err := add(subject, object, linkSpec(subject, p.Predicate, object)); err != nil {
			return nil, err
		}
	case *algebra.PathNegated:
		for _, inverse := range []bool{false, true} {
			if inverse && p.Inverse == nil || !inverse && p.Forward == nil && p.Inverse != nil {
				continue
			}
			except, subject, object := p.Forward, from, to
			if inverse {
				except = p.Inverse
			}
			if inverse == forward {
				subject, object = to, from
			}
			ranges, err := s.b.allExcept(except)
			if err != nil {
				return nil, err
			}
			v := s.b.fresh("predicate")
			spec := &scanSpec{nodes: [4]algebra.Node{subject, algebra.VarNode(v), object}, unneeded: []algebra.Var{v},
				ranges: []algebra.VarRange{{Var: v, Ranges: ranges}}}
			if err := add(subject, object, spec); err != nil {
				return nil, err
			}
		}
	}
	s.dirs[i] = d
	return d, nil
}

func (s *scanStep) from(ctx context.Context, nodes []encoded.Term, forward bool, out *termSet) error {
	d, err := s.direction(forward)
	if err != nil {
		return err
	}
	for i, f := range d.fetchers {
		for from := 0; from < len(nodes); from += stepKeys {
			some := nodes[from:min(from+stepKeys, len(nodes))]
			d.rows[i].reset()
			if err := f.fetch(ctx, [][]encoded.Term{some}, len(some), d.rows[i], d.grown); err != nil {
				return err
			}
			if err := out.add(ctx, d.rows[i].cols[d.to[i]][:d.rows[i].n]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *scanStep) close() {
	for _, d := range s.dirs {
		if d != nil {
			for _, n := range d.inputs {
				n.Close()
			}
			d.memory.free()
		}
	}
}
