package storage

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ententedb/entente/graph/rdfio"
)

func TestStore_Backup_RestoresEverything(t *testing.T) {
	ctx := context.Background()
	r := rand.New(rand.NewPCG(3, 3))
	s := openTest(t, t.TempDir(), nil)
	texts := []string{randomQuads(r, 6000), randomQuads(r, 30), randomQuads(r, 5000)}
	var files []*bytes.Buffer
	for i, text := range texts {
		_, err := s.Load(ctx, strings.NewReader(text), rdfio.NQuads, nil)
		must(t, err)
		if i == 2 {
			must(t, s.Compact(ctx))
		}
		o := &BackupOptions{}
		if i > 0 {
			o.Since = bytes.NewReader(files[i-1].Bytes())
		}
		files = append(files, &bytes.Buffer{})
		must(t, s.Backup(ctx, files[i], o))
	}
	want := contents(t, s)
	path := t.TempDir()
	must(t, Restore(ctx, path, nil, bytes.NewReader(files[0].Bytes()), bytes.NewReader(files[1].Bytes()), bytes.NewReader(files[2].Bytes())))
	compareContents(t, contents(t, openTest(t, path, nil)), want)
	if err := Restore(ctx, path, nil, bytes.NewReader(files[0].Bytes())); err == nil {
		t.Error("restored over a store")
	}
	if err := Restore(ctx, t.TempDir(), nil, bytes.NewReader(files[0].Bytes()), bytes.NewReader(files[2].Bytes())); err == nil {
		t.Error("restored with a gap")
	}
	var full bytes.Buffer
	must(t, s.Backup(ctx, &full, nil))
	image, err := OpenImage(bytes.NewReader(full.Bytes()), nil)
	must(t, err)
	defer closeTest(t, image)
	compareContents(t, contents(t, image), want)
	// A damaged backup is refused, wherever the damage is.
	for range 60 {
		b := bytes.Clone(full.Bytes())
		if r.IntN(3) == 0 {
			b = b[:r.IntN(len(b))]
		} else {
			b[r.IntN(len(b))] ^= byte(1 + r.IntN(255))
		}
		bad, err := OpenImage(bytes.NewReader(b), nil)
		if err == nil {
			bad.Close()
			t.Fatal("a damaged backup was opened")
		}
		if !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrNewerFormat) {
			t.Fatal(err)
		}
	}
}

// BenchmarkOpenImage opens a store in memory from a backup of about 10 MB.
func BenchmarkOpenImage(b *testing.B) {
	ctx := context.Background()
	s := openTest(b, "", nil)
	_, err := s.Load(ctx, strings.NewReader(randomQuads(rand.New(rand.NewPCG(1, 1)), 300_000)), rdfio.NQuads, nil)
	must(b, err)
	var image bytes.Buffer
	must(b, s.Backup(ctx, &image, nil))
	b.SetBytes(int64(image.Len()))
	b.ReportMetric(float64(image.Len())/1e6, "MB")
	for b.Loop() {
		s, err := OpenImage(bytes.NewReader(image.Bytes()), nil)
		must(b, err)
		must(b, s.Close())
	}
}

// BenchmarkOpen opens an empty store in memory.
func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		s, err := Open("", &Options{InMemory: true})
		must(b, err)
		must(b, s.Close())
	}
}
