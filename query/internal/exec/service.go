package exec

import (
	"context"
	"errors"
	"fmt"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query/algebra"
)

// ErrService is returned for SERVICE where Env.Service is nil.
var ErrService = errors.New("exec: SERVICE is not available")

// service asks an endpoint and delivers its answer.
type service struct {
	b     *builder
	op    *algebra.Service
	vars  []algebra.Var
	rows  *rows
	pos   int
	out   Batch
	asked bool
}

func (b *builder) service(o *algebra.Service) (*node, error) {
	vars := algebra.Vars(o.Input)
	s := &service{b: b, op: o, vars: vars, rows: newRows(len(vars))}
	n := &node{run: s, schema: vars, maybe: make([]bool, len(vars)), desc: Description{Operator: "service", Detail: describeNode(o.Name)}}
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
			if !s.op.Silent || ctx.Err() != nil {
				return nil, err
			}
			// SILENT: a failure is one solution that binds nothing (Federated Query, section 2.1).
			s.rows = newRows(len(s.vars))
			s.rows.n = 1
		}
	}
	if s.pos >= s.rows.n {
		return nil, nil
	}
	to := min(s.pos+BatchSize, s.rows.n)
	b := s.rows.batch(&s.out, s.pos, to)
	s.pos = to
	return b, nil
}

func (s *service) ask(ctx context.Context) error {
	if s.b.env.Service == nil {
		return ErrService
	}
	terms := s.b.env.Eval.Terms
	name := s.op.Name.Term
	if s.op.Name.IsVar() {
		id, ok := s.b.inject[s.op.Name.Var]
		if !ok {
			return fmt.Errorf("exec: SERVICE ?%s: the variable has no value", s.op.Name.Var)
		}
		var err error
		if name, err = terms.Term(id); err != nil {
			return err
		}
	}
	if !name.IsIRI() {
		return fmt.Errorf("exec: SERVICE %v: not an IRI", name)
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
	for i := range s.rows.cols {
		s.rows.cols[i] = []encoded.Term{}
	}
	return s.b.env.Service(ctx, s.op, name.Value(), s.vars, bound, bindings, func(row []graph.Term) error {
		for i := range s.vars {
			id, err := terms.Encode(row[i])
			if err != nil {
				return err
			}
			s.rows.cols[i] = append(s.rows.cols[i], id)
		}
		s.rows.n++
		if s.rows.n&1023 == 0 {
			return ctx.Err()
		}
		return nil
	})
}

func (s *service) close() {}
