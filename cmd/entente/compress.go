package main

import (
	"bufio"
	"compress/gzip"
	"io"

	"github.com/klauspost/compress/zstd"
)

// decompress reads through gzip or Zstandard where the text begins as these do,
// whatever the name of its file says. Nothing is read before the first Read, and
// the closer does not close r.
func decompress(r io.Reader) io.ReadCloser { return &decompressor{in: r} }

type decompressor struct {
	in  io.Reader
	out io.ReadCloser // nil before the first Read
}

func (d *decompressor) Read(p []byte) (int, error) {
	if d.out == nil {
		if err := d.open(); err != nil {
			return 0, err
		}
	}
	return d.out.Read(p)
}

func (d *decompressor) open() error {
	in := bufio.NewReaderSize(d.in, 256<<10)
	magic, err := in.Peek(4)
	if err != nil && err != io.EOF {
		return err
	}
	switch {
	case len(magic) >= 2 && string(magic[:2]) == "\x1f\x8b":
		d.out, err = gzip.NewReader(in)
		return err
	case string(magic) == "\x28\xb5\x2f\xfd":
		z, err := zstd.NewReader(in)
		if err == nil {
			d.out = z.IOReadCloser()
		}
		return err
	}
	d.out = io.NopCloser(in)
	return nil
}

func (d *decompressor) Close() error {
	if d.out == nil {
		return nil
	}
	return d.out.Close()
}

// compressionNames are the endings of compressed files' names.
var compressionNames = map[string]bool{".gz": true, ".zst": true}
