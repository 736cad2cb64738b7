package query

import (
	"context"
	"errors"
)

// UpdateReport says what an update did.
type UpdateReport struct {
	// Inserted and Deleted count the quads that the operations asked to add and
	// to remove.
	Inserted, Deleted uint64
}

// Update carries out a SPARQL Update request on w, operation by operation. After
// an error the transaction must be given up, so that nothing of the request is
// kept.
func Update(ctx context.Context, w Writer, text string, opts ...Option) (UpdateReport, error) {
	return UpdateReport{}, errors.New("query: not built yet")
}
