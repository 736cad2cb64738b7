package query

import (
	"context"
	"errors"

	"github.com/ententedb/entente/query/algebra"
	"github.com/ententedb/entente/query/internal/dataset"
)

// Dataset is what the query engine reads through: one consistent snapshot of
// an RDF dataset. *storage.Tx satisfies it.
type Dataset = dataset.Dataset

// Writer is a dataset that can be changed: one write transaction.
type Writer = dataset.Writer

// Run answers a SPARQL query on a snapshot. The results must be used up or
// closed before the snapshot is.
func Run(ctx context.Context, ds Dataset, text string, opts ...Option) (*Results, error) {
	p, err := Prepare(text, opts...)
	if err != nil {
		return nil, err
	}
	return p.Run(ctx, ds, opts...)
}

// RunQuery answers a query that is already in algebra form, such as the
// question front end makes. The tree is not changed.
func RunQuery(ctx context.Context, ds Dataset, q *algebra.Query, opts ...Option) (*Results, error) {
	return nil, errors.New("query: not built yet")
}

// Prepared is a query that was parsed once and can be run many times, on
// different snapshots and with different parameters; each run is planned for
// its snapshot. It may be used by several goroutines at once.
type Prepared struct{ query *algebra.Query }

// Prepare parses a SPARQL query.
func Prepare(text string, opts ...Option) (*Prepared, error) {
	return nil, errors.New("query: not built yet")
}

// Query returns the query in algebra form, which must not be changed.
func (p *Prepared) Query() *algebra.Query { return p.query }

// Run answers the query on a snapshot; parameters are given by [WithBinding].
func (p *Prepared) Run(ctx context.Context, ds Dataset, opts ...Option) (*Results, error) {
	return RunQuery(ctx, ds, p.query, opts...)
}
