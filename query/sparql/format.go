package sparql

import "github.com/ententedb/entente/query/algebra"

func FormatOp(op algebra.Op) string { return "" }
