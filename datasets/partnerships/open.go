package partnerships

import (
	"context"

	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/storage"
)

// Open returns a new store in memory that holds the graph. The caller closes
// it; what is written to it is lost then.
func Open() (*storage.Store, error) {
	r, err := NTriples()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	store, err := storage.Open("", &storage.Options{InMemory: true})
	if err != nil {
		return nil, err
	}
	_, err = store.Load(context.Background(), r, rdfio.NTriples, nil)
	if err != nil {
		store.Close()
		return nil, err
	}
	return store, nil
}
