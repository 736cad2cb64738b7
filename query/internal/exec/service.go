package exec

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// errService is returned for SERVICE where Env.Service is nil.
var errService = errors.New("exec: SERVICE is not available")

// maxBindings is the greatest number of solutions that are sent along with a
// SERVICE request to restrict its answer.
const maxBindings = 500

// service asks an endpoint and delivers its answer. Where it is joined with
// other solutions, their distinct bindings of the common variables are sent
// along, if they are few; if there are no solutions, nobody is asked.
type service struct {
	left  *replay
	cols  []int // of left, sent along
	b     *builder
	op    *algebra.Service
	vars  []algebra.Var
	self  *node
	rows  *rows
	pos   int
	out   Batch
	asked bool
}

func (b *builder) service(o *algebra.Service) (*node, error) { return b.serviceWith(o, nil) }

// serviceWith builds SERVICE for a join with left, which is a replay or nil.
func (b *builder) serviceWith(o *algebra.Service, left *node) (*node, error) {
	vars := algebra.Vars(o.Input)
	s := &service{b: b, op: o, vars: vars, rows: newRows(len(vars))}
	if left != nil {
		s.left = left.run.(*replay)
		for _, v := range vars {
			if left.certain(v) {
				s.cols = append(s.cols, left.column(v))
			}
		}
	}
	n := &node{run: s, schema: vars, maybe: make([]bool, len(vars)), memory: share{budget: b.env.Budget},
		desc: Description{Operator: "service", Detail: describeNode(o.Name)}}
	s.self = n
	for i := range n.maybe {
		n.maybe[i] = true
	}
	return b.constants(n), nil
}

// serviceOfEach returns SERVICE ?x with the endpoints that another pattern binds
// ?x to: each is asked once.
func serviceOfEach(l algebra.Op, s *algebra.Service) algebra.Op {
	endpoints := &algebra.Distinct{Input: &algebra.Project{Input: l, Vars: []algebra.Var{s.Name.Var}}}
	bound := &algebra.Filter{Input: endpoints, Condition: &algebra.Call{Name: "BOUND", Arguments: []algebra.Expr{&algebra.VarExpr{Var: s.Name.Var}}}}
	return &algebra.Lateral{Left: bound, Right: s}
}

func (s *service) next(ctx context.Context) (*Batch, error) {
	if !s.asked {
		s.asked = true
		if err := s.ask(ctx); err != nil {
			return nil, err
		}
	}
	return s.rows.deliver(&s.out, &s.pos), nil
}

// failed is what comes of a failure to get an answer: the error, or, with SILENT, one solution
// that binds nothing (Federated Query, section 2.1). Errors of our own are not silenced.
func (s *service) failed(ctx context.Context, err error) error {
	if !s.op.Silent || ctx.Err() != nil {
		return err
	}
	s.rows = newRows(len(s.vars))
	s.rows.n = 1
	return nil
}

func (s *service) ask(ctx context.Context) error {
	if s.b.env.Service == nil {
		return s.failed(ctx, errService)
	}
	terms := s.b.env.Eval.Terms
	name := s.op.Name.Term
	if s.op.Name.IsVar() {
		id, ok := s.b.inject[s.op.Name.Var]
		if !ok {
			return s.failed(ctx, fmt.Errorf("exec: SERVICE ?%s: the variable has no value", s.op.Name.Var))
		}
		var err error
		if name, err = terms.Term(id); err != nil {
			return err
		}
	}
	if !name.IsIRI() {
		return s.failed(ctx, fmt.Errorf("exec: SERVICE %v: not an IRI", name))
	}
	var bound []algebra.Var
	var row []graph.Term
	for _, v := range s.vars {
		if id, ok := s.b.inject[v]; ok {
			t, err := terms.Term(id)
			if err != nil {
				return err
			}
			bound, row = append(bound, v), append(row, t)
		}
	}
	var bindings [][]graph.Term
	if len(bound) > 0 {
		bindings = [][]graph.Term{row}
	}
	if s.left != nil {
		if err := s.left.load(ctx); err != nil || s.left.rows.n == 0 {
			return err
		}
		if len(bound) == 0 && len(s.cols) > 0 {
			var err error
			if bound, bindings, err = s.bindings(); err != nil {
				return err
			}
		}
	}
	for i := range s.rows.cols {
		s.rows.cols[i] = []encoded.Term{}
	}
	var own error
	r := ServiceRequest{Endpoint: name.Value(), Pattern: s.op, Vars: s.vars, Bound: bound, Bindings: bindings}
	err := s.b.env.Service(ctx, r, func(row []graph.Term) error {
		own = s.add(ctx, row)
		return own
	})
	switch {
	case own != nil:
		return own
	case err != nil:
		return s.failed(ctx, err)
	}
	return nil
}

// add takes a row of the answer.
func (s *service) add(ctx context.Context, row []graph.Term) error {
	for i := range s.vars {
		id, err := s.b.env.Eval.Terms.Encode(row[i])
		if err != nil {
			return err
		}
		s.rows.cols[i] = append(s.rows.cols[i], id)
	}
	if s.rows.n++; s.rows.n&1023 != 0 {
		return nil
	}
	if err := s.self.memory.need(s.rows.bytes()); err != nil {
		return err
	}
	return ctx.Err()
}

// bindings returns the distinct bindings of the solutions that the answer is
// joined with, none if they are too many.
func (s *service) bindings() (bound []algebra.Var, rows [][]graph.Term, err error) {
	r := s.left.rows
	index := newKeyIndex(len(s.cols))
	cols := make([][]encoded.Term, len(s.cols))
	ids := make([]int32, BatchSize)
	for from := 0; from < r.n; from += BatchSize {
		to := min(from+BatchSize, r.n)
		for i, c := range s.cols {
			cols[i] = r.cols[c][from:to]
		}
		index.add(cols, to-from, ids)
		if index.size() > maxBindings {
			return nil, nil, nil
		}
	}
	for _, c := range s.cols {
		bound = append(bound, s.left.input.schema[c])
	}
	for id := range index.size() {
		row := make([]graph.Term, len(s.cols))
		if err := s.b.env.Eval.Terms.Decode(index.key(id), row); err != nil {
			return nil, nil, err
		}
		if slices.ContainsFunc(row, func(t graph.Term) bool { return t.IsBlank() || t.IsTriple() }) {
			return nil, nil, nil // a blank node means nothing to another endpoint
		}
		rows = append(rows, row)
	}
	return bound, rows, nil
}

func (s *service) close() {}

// replay reads its input into memory and delivers it from there, so that it
// can be looked at before.
type replay struct {
	input  *node
	self   *node
	rows   *rows
	loaded bool
	pos    int
	out    Batch
}

func newReplay(b *builder, in *node) *node {
	r := &replay{input: in, rows: newRows(len(in.schema))}
	r.self = &node{run: r, schema: in.schema, maybe: in.maybe, sorted: in.sorted, inputs: []*node{in},
		memory: share{budget: b.env.Budget}, desc: Description{Operator: "replay"}}
	return r.self
}

func (r *replay) load(ctx context.Context) error {
	if r.loaded {
		return nil
	}
	r.loaded = true
	return drain(ctx, r.input, func(b *Batch) error {
		r.rows.append(b)
		return r.self.memory.need(r.rows.bytes())
	})
}

func (r *replay) next(ctx context.Context) (*Batch, error) {
	if err := r.load(ctx); err != nil {
		return nil, err
	}
	return r.rows.deliver(&r.out, &r.pos), nil
}

func (r *replay) close() { r.rows = newRows(len(r.rows.cols)) }
