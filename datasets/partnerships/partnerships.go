// Package partnerships is the flagship graph of Entente: who is bound to whom
// among states and organisations, by what, since when, and from which source.
//
// The graph is built from the tables in data (see package tables), described
// by ontology.ttl, and embedded in the binary.
package partnerships

import (
	"bytes"
	_ "embed"
	"io"

	"github.com/klauspost/compress/zstd"
)

//go:generate go run ./build

//go:embed partnerships.nt.zst
var packed []byte

// NTriples returns the whole graph as N-Triples 1.2. The caller closes it.
func NTriples() (io.ReadCloser, error) {
	d, err := zstd.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
}
