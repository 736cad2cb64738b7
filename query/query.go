package query

import (
	"context"
	"errors"
	"fmt"

	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/dataset"
	"github.com/ententedb/entente/query/internal/eval"
	"github.com/ententedb/entente/query/internal/exec"
	"github.com/ententedb/entente/query/internal/plan"
	"github.com/ententedb/entente/query/sparql"
)

// Dataset is what the query engine reads through: one consistent snapshot of
// an RDF dataset. *storage.Tx satisfies it.
type Dataset = dataset.Dataset

// Writer is a dataset that can be changed: one write transaction.
type Writer = dataset.Writer

// Run answers a SPARQL query on a snapshot. The results must be used up or
// closed before the snapshot is.
func Run(ctx context.Context, ds Dataset, text string, opts ...Option) (*Results, error) {
	c := newConfig(opts)
	e, err := c.prepare(text)
	if err != nil {
		return nil, err
	}
	r, err := newRun(ctx, ds, e, c)
	if err != nil {
		return nil, err
	}
	return r.results()
}

// Prepared is a query that was parsed once and can be run many times, on
// different snapshots and with different parameters; each run is planned for
// its snapshot. It may be used by several goroutines at once.
type Prepared struct{ query *algebra.Query }

// Prepare parses a SPARQL query. Of the options only those that concern the
// text count: WithBase and WithPrefixes.
func Prepare(text string, opts ...Option) (*Prepared, error) {
	q, err := newConfig(opts).parse(text)
	if err != nil {
		return nil, err
	}
	return &Prepared{q}, nil
}

func (c *config) parse(text string) (*algebra.Query, error) {
	return sparql.Parse(text, &sparql.Options{Base: c.base, Prefixes: c.prefixes})
}

// Query returns the query in algebra form, which must not be changed.
func (p *Prepared) Query() *algebra.Query { return p.query }

// Run answers the query on a snapshot; parameters are given by [WithBinding].
func (p *Prepared) Run(ctx context.Context, ds Dataset, opts ...Option) (*Results, error) {
	return RunQuery(ctx, ds, p.query, opts...)
}

// RunQuery answers a query that is already in algebra form, such as the
// question front end makes. The tree is not changed.
func RunQuery(ctx context.Context, ds Dataset, q *algebra.Query, opts ...Option) (*Results, error) {
	r, err := newRun(ctx, ds, &cached{query: q}, newConfig(opts))
	if err != nil {
		return nil, err
	}
	return r.results()
}

// run is one run of a query: from its tree to the root operator.
type run struct {
	ctx     context.Context
	cancel  context.CancelFunc
	ds      Dataset
	entry   *cached
	query   *algebra.Query // of entry
	config  *config
	clause  algebra.DatasetClause
	plan    algebra.Op
	terms   *eval.Terms
	env     *exec.Env
	root    exec.Operator
	started bool
}

// newRun plans a query and builds its operators.
func newRun(ctx context.Context, ds Dataset, e *cached, c *config) (*run, error) {
	r := &run{ds: ds, entry: e, query: e.query, config: c, clause: e.query.Dataset}
	if c.dataset.Given {
		r.clause = c.dataset
	}
	if c.timeout > 0 {
		r.ctx, r.cancel = context.WithTimeoutCause(ctx, c.timeout, ErrTimeout)
	} else {
		r.ctx, r.cancel = context.WithCancel(ctx)
	}
	if err := r.build(); err != nil {
		r.close()
		return nil, r.explain(err)
	}
	return r, nil
}

// build takes the tree through the stages: bind, Optimize, Build.
func (r *run) build() error {
	root, err := r.optimized()
	if err != nil {
		return err
	}
	r.plan = root
	r.terms = eval.NewTerms(r.ds)
	r.env = &exec.Env{
		Dataset:  r.ds,
		Context:  r.ctx,
		Eval:     &eval.Env{Terms: r.terms, Now: r.config.now, Base: r.query.Base},
		Budget:   exec.NewBudget(r.config.memory, r.config.maxSpill),
		Clause:   r.clause,
		Union:    r.config.union,
		SpillDir: r.config.spillDir,
		Service:  r.config.serve(),
	}
	r.terms.Charge(r.env.Budget.Charge)
	r.root, err = exec.Build(root, r.env)
	return err
}

// optimized returns the plan, from the cache if it is there.
func (r *run) optimized() (algebra.Op, error) {
	c := r.config
	version := r.ds.Version()
	if r.entry.plan != nil && r.entry.version == version && len(c.bindings) == 0 && !c.noOptimizer {
		return algebra.Clone(r.entry.plan), nil
	}
	root, err := bindQuery(algebra.Clone(r.query.Root), c.bindings)
	if err != nil {
		return nil, err
	}
	root = bindRoot(root, r.query, c.bindings)
	eval.IdentifySolutions(&root)
	if r.query.Form == FormAsk { // one solution is enough, and none of its terms is read
		root = &algebra.Slice{Input: &algebra.Project{Input: root}, Limit: 1}
	}
	if c.noOptimizer {
		return root, nil
	}
	root, err = plan.Optimize(r.ctx, root, r.ds, plan.Options{Dataset: r.clause, Union: c.union})
	if err == nil && r.entry.key != "" && len(c.bindings) == 0 {
		c.cache.put(&cached{r.entry.key, r.query, algebra.Clone(root), version})
	}
	return root, err
}

// next returns the next batch of solutions, nil at the end.
func (r *run) next() (*exec.Batch, error) {
	b, err := r.root.Next(r.ctx)
	if err != nil {
		return nil, r.explain(err)
	}
	return b, nil
}

// explain turns the error of a context whose time is up into ErrTimeout.
func (r *run) explain(err error) error {
	if errors.Is(err, context.DeadlineExceeded) && errors.Is(context.Cause(r.ctx), ErrTimeout) {
		return fmt.Errorf("%w (%v)", ErrTimeout, r.config.timeout)
	}
	return err
}

// close frees the operators and the context.
func (r *run) close() {
	if r.root != nil {
		r.root.Close()
	}
	r.cancel()
}
