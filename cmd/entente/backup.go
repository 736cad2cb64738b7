package main

import (
	"context"
	"errors"
	"fmt"
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
	if err := writeSynced(part, write); err != nil {
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

// restoreCmd is `entente restore`.
type restoreCmd struct {
	target
	Files []string `arg:"" name:"file" help:"A full backup, and then those made with --since, in order."`
}

// Run makes a store of backups.
func (c *restoreCmd) Run(ctx context.Context, std streams) error {
	var backups []io.Reader
	for _, name := range c.Files {
		r, closer, err := openBackup(name)
		if err != nil {
			return err
		}
		defer closer()
		backups = append(backups, r)
	}
	if err := storage.Restore(ctx, c.DB, c.options(), backups...); err != nil {
		return err
	}
	store, err := storage.Open(c.DB, c.options())
	if err != nil {
		return err
	}
	defer store.Close()
	info, err := store.Info()
	if err == nil {
		fmt.Fprintf(std.out, "restored %d quads, commit %d\n", info.Totals.Quads, info.Commit)
	}
	return err
}

// compactCmd is `entente compact`.
type compactCmd struct{ target }

// Run merges the store's runs and gives space back.
func (c *compactCmd) Run(ctx context.Context, std streams) error {
	store, err := c.openExisting()
	if err != nil {
		return err
	}
	defer store.Close()
	before, err := store.Info()
	if err != nil {
		return err
	}
	if err := store.Compact(ctx); err != nil {
		return err
	}
	after, err := store.Info()
	if err == nil {
		fmt.Fprintf(std.out, "%d runs, %s on disk; before: %d runs, %s\n", len(after.Runs), byteSize(after.OnDisk), len(before.Runs), byteSize(before.OnDisk))
	}
	return err
}

// logCmd is `entente log`.
type logCmd struct{ source }

// Run lists the commits, the newest first.
func (c *logCmd) Run(_ context.Context, std streams) error {
	store, err := c.open()
	if err != nil {
		return err
	}
	defer store.Close()
	log, err := store.Log()
	if err != nil {
		return err
	}
	for i := len(log) - 1; i >= 0; i-- {
		e := log[i]
		kept := ""
		if e.Kept {
			kept = "  kept"
		}
		fmt.Fprintf(std.out, "%6d  %s  +%d -%d%s\n", e.Commit, e.Time.Format("2006-01-02 15:04:05"), e.Added, e.Removed, kept)
	}
	return nil
}
