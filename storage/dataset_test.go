package storage_test

import (
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/storage"
)

var (
	_ query.Dataset = (*storage.Tx)(nil)
	_ query.Writer  = (*storage.Tx)(nil)
)
