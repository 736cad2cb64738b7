package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"

	"github.com/ententedb/entente/storage"
)

// backupCmd is `entente backup`.
type backupCmd struct {
	source
	Since string `type:"existingfile" placeholder:"FILE" help:"An earlier backup; what it holds is left out, and to restore both are needed."`
	Out   string `arg:"" help:"The file to write; .zst compresses, - is standard output."`
}

// Run writes a consistent copy of the store. The file appears when it is whole.
func (c *backupCmd) Run(ctx context.Context, std streams) error {
	store, err := c.open()
	if err != nil {
		return err
	}
	defer store.Close()
	opts := &storage.BackupOptions{}
	if c.Since != "" {
		since, closer, err := openBackup(c.Since)
		if err != nil {
			return err
		}
		defer closer()
		opts.Since = since
	}
	write := func(w io.Writer) error {
		if filepath.Ext(c.Out) != ".zst" {
			return store.Backup(ctx, w, opts)
		}
		z, err := zstd.NewWriter(w)
		if err != nil {
			return err
		}
		return errors.Join(store.Backup(ctx, z, opts), z.Close())
	}
	if c.Out == "-" {
		return write(std.out)
	}
	part := c.Out + ".part"
	if err := working(std, func() error { return writeSynced(part, write) }); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return os.Rename(part, c.Out)
}

// writeSynced writes a file, and returns when it is on the disk.
func writeSynced(name string, write func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// openBackup opens a backup file, compressed or not.
func openBackup(name string) (io.Reader, func(), error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	r := decompress(f)
	return r, func() { r.Close(); f.Close() }, nil
}
