package query

import "github.com/ententedb/entente/query/internal/dataset"

// Dataset is what the query engine reads through: one consistent snapshot of
// an RDF dataset. *storage.Tx satisfies it.
type Dataset = dataset.Dataset

// Writer is a dataset that can be changed: one write transaction.
type Writer = dataset.Writer
