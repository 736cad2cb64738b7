package main

import (
	"compress/gzip"
	"io"

	"github.com/klauspost/compress/zstd"
)

// decompress reads through .gz or .zst; the closer does not close r.
func decompress(r io.Reader, compression string) (io.ReadCloser, error) {
	switch compression {
	case ".gz":
		return gzip.NewReader(r)
	case ".zst":
		z, err := zstd.NewReader(r)
		if err != nil {
			return nil, err
		}
		return z.IOReadCloser(), nil
	}
	return io.NopCloser(r), nil
}
