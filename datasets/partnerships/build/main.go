// Command build writes the embedded graph of international partnerships from
// its source tables. It runs in the folder datasets/partnerships, through
// go generate (make dataset).
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"

	"github.com/klauspost/compress/zstd"

	"github.com/ententedb/entente/datasets/partnerships/tables"
	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/storage"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run() error {
	dir := os.DirFS(".")
	quads, err := tables.Build(dir)
	if err != nil {
		return err
	}
	coverage, err := tables.Coverage(dir, quads)
	if err != nil {
		return err
	}
	if err := os.WriteFile("COVERAGE.md", coverage, 0o644); err != nil {
		return err
	}
	lines := tables.Lines(quads)
	image, err := pack(lines)
	if err != nil {
		return err
	}
	if err := os.WriteFile("partnerships.image.zst", image, 0o644); err != nil {
		return err
	}
	sum := fmt.Sprintf("%x\n", sha256.Sum256(lines))
	if err := os.WriteFile("partnerships.sha256", []byte(sum), 0o644); err != nil {
		return err
	}
	fmt.Printf("partnerships.image.zst: %d statements, %d bytes\n", len(quads), len(image))
	return nil
}

// pack loads N-Triples into a store and returns its backup, compressed with
// Zstandard: an image opens without sorting anything anew.
func pack(lines []byte) ([]byte, error) {
	ctx := context.Background()
	store, err := storage.Open("", &storage.Options{InMemory: true})
	if err != nil {
		return nil, err
	}
	defer store.Close()
	if _, err := store.Load(ctx, bytes.NewReader(lines), rdfio.NTriples, nil); err != nil {
		return nil, err
	}
	var image bytes.Buffer
	if err := store.Backup(ctx, &image, nil); err != nil {
		return nil, err
	}
	w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	return w.EncodeAll(image.Bytes(), nil), nil
}
