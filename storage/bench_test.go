package storage

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/ententedb/entente/graph/rdfio"
)

// benchFile returns the path of the unpacked benchmark data.
func benchFile(b testing.TB) string {
	b.Helper()
	const unpacked, packed = "/tmp/bench/bsbm-5000.nt", "../../shared/bench/bsbm-5000.nt.zst"
	if _, err := os.Stat(unpacked); err == nil {
		return unpacked
	}
	f, err := os.Open(packed)
	if err != nil {
		b.Skipf("the benchmark data is not here: %v", err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	must(b, err)
	defer z.Close()
	must(b, os.MkdirAll(filepath.Dir(unpacked), 0o755))
	out, err := os.Create(unpacked)
	must(b, err)
	_, err = out.ReadFrom(z)
	must(b, err)
	must(b, out.Close())
	return unpacked
}

// diskUse returns the bytes of the files below a directory.
func diskUse(dir string) (n int64) {
	filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			if i, err := d.Info(); err == nil {
				n += i.Size()
			}
		}
		return nil
	})
	return n
}

// BenchmarkLoad loads the benchmark data into an empty store on disk.
func BenchmarkLoad(b *testing.B) {
	path := benchFile(b)
	for b.Loop() {
		dir, err := os.MkdirTemp(filepath.Dir(path), "store-*")
		must(b, err)
		f, err := os.Open(path)
		must(b, err)
		info, err := f.Stat()
		must(b, err)
		b.SetBytes(info.Size())
		s, err := Open(dir, nil)
		must(b, err)
		r, err := s.Load(context.Background(), f, rdfio.NTriples, nil)
		must(b, err)
		f.Close()
		must(b, s.Close())
		b.ReportMetric(float64(r.Quads)/r.Duration.Seconds(), "triples/s")
		b.ReportMetric(float64(diskUse(dir)>>20), "MB")
		must(b, os.RemoveAll(dir))
	}
}
