package tables

import (
	"github.com/klauspost/compress/zstd"

	"github.com/ententedb/entente/graph"
)

// Pack returns the statements as N-Triples 1.2, one per line in the order
// given, compressed with Zstandard.
func Pack(quads []graph.Quad) ([]byte, error) {
	w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	var text []byte
	for _, q := range quads {
		text = q.Subject.Append(text)
		text = append(text, ' ')
		text = q.Predicate.Append(text)
		text = append(text, ' ')
		text = q.Object.Append(text)
		text = append(text, " .\n"...)
	}
	return w.EncodeAll(text, nil), nil
}
