package query

import (
	"context"
	"errors"
	"iter"
	"net/http"

	"github.com/ententedb/entente/graph"
)

// HTTPService returns a ServiceFunc that speaks the SPARQL protocol over this
// client (nil: a client with a time limit of one minute), to the endpoints that allow accepts.
func HTTPService(client *http.Client, allow func(endpoint string) bool) ServiceFunc {
	return func(ctx context.Context, endpoint, query string) ([]string, iter.Seq2[[]graph.Term, error], error) {
		return nil, nil, errors.New("query: not built yet")
	}
}
