package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/ententedb/entente/datasets/partnerships"
	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/storage"
)

// source is the flag of every verb that reads a graph.
type source struct {
	DB string `name:"db" type:"path" placeholder:"DIR" help:"The store to use; without it, the embedded graph of partnerships."`
}

// open opens the store named by --db, or a copy of the embedded graph in
// memory. The caller closes it.
func (s source) open() (*storage.Store, error) {
	if s.DB == "" {
		return partnerships.Open()
	}
	if _, err := os.Stat(s.DB); err != nil {
		return nil, fmt.Errorf("there is no store at %s; “entente load --db %s FILE” makes one", s.DB, s.DB)
	}
	return storage.Open(s.DB, &storage.Options{KeepHistory: keepAll})
}

// keepAll is the number of earlier commits kept when a store is opened for
// reading: opening it never gives up history.
const keepAll = 1 << 30

// target is the flag of the verbs that write a store.
type target struct {
	DB          string `name:"db" type:"path" required:"" placeholder:"DIR" help:"The store, made if it is not there."`
	KeepHistory int    `placeholder:"N" help:"Keep this many earlier commits, for --at; the default is none."`
}

func (t target) options() *storage.Options { return &storage.Options{KeepHistory: t.KeepHistory} }

// openExisting opens the store, which must be there.
func (t target) openExisting() (*storage.Store, error) {
	if !exists(t.DB) {
		return nil, fmt.Errorf("there is no store at %s", t.DB)
	}
	return storage.Open(t.DB, t.options())
}

// moment is the flag of the verbs that answer.
type moment struct {
	At string `placeholder:"DATE|COMMIT" help:"Look at the store as it was: at the end of this day, at this time, or after the commit of this number; see “entente log”."`
}

// scriptStore lets sessions and scripts work on a store.
type scriptStore struct{ *storage.Store }

func (s scriptStore) View(f func(query.Dataset) error) error {
	return s.Store.View(func(tx *storage.Tx) error { return f(tx) })
}

func (s scriptStore) Update(f func(query.Writer) error) error {
	return s.Store.Update(func(tx *storage.Tx) error { return f(tx) })
}

// ViewAt calls f with the store as it was; see script.Historian.
func (s scriptStore) ViewAt(at string, f func(query.Dataset) error) error {
	tx, err := s.snapshotAt(at)
	if err != nil {
		return err
	}
	defer tx.Close()
	return f(tx)
}

func (s scriptStore) snapshotAt(at string) (*storage.Tx, error) {
	if commit, err := strconv.ParseUint(at, 10, 64); err == nil {
		return s.Store.SnapshotAt(commit)
	}
	if day, err := time.Parse(time.DateOnly, at); err == nil {
		return s.Store.SnapshotAtTime(day.Add(24*time.Hour - 1))
	}
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return nil, notUnderstood(fmt.Errorf("%q is neither a commit, a day such as 2026-11-24 nor a time such as 2026-11-24T09:30:00Z", at))
	}
	return s.Store.SnapshotAtTime(t)
}

// Load reads files as one commit.
func (s scriptStore) Load(ctx context.Context, files []string) (uint64, error) {
	inputs := make([]storage.Input, len(files))
	for i, name := range files {
		format, compression, err := formatOf(name, "")
		if err != nil {
			return 0, err
		}
		f, err := os.Open(name)
		if err != nil {
			return 0, err
		}
		defer f.Close()
		r, err := decompress(f, compression)
		if err != nil {
			return 0, err
		}
		defer r.Close()
		inputs[i] = storage.Input{Reader: r, Format: format, File: name, Base: fileIRI(name)}
	}
	report, err := s.Store.LoadInputs(ctx, inputs, nil)
	return report.Quads, err
}

// fileIRI is the base IRI of a local file.
func fileIRI(name string) string {
	abs, err := filepath.Abs(name)
	if err != nil {
		return ""
	}
	return "file://" + filepath.ToSlash(abs)
}

// formatOf tells format and compression from a file name; a format given by
// name takes precedence.
func formatOf(name, given string) (f rdfio.Format, compression string, err error) {
	ext := filepath.Ext(name)
	if ext == ".gz" || ext == ".zst" {
		compression = ext
		name = name[:len(name)-len(ext)]
	}
	if given != "" {
		f, ok := rdfio.FormatByName(given)
		if !ok {
			return 0, "", notUnderstood(fmt.Errorf("format %q is not known; known are %s", given, formatNames()))
		}
		return f, compression, nil
	}
	f, ok := rdfio.FormatByExtension(filepath.Ext(name))
	if !ok {
		return 0, "", notUnderstood(fmt.Errorf("%s: the name does not tell the format; name one with --format (%s)", name, formatNames()))
	}
	return f, compression, nil
}

// formatNames lists the names of the formats, for messages.
func formatNames() string {
	var names []string
	for _, f := range rdfio.Formats() {
		names = append(names, f.Name())
	}
	return strings.Join(names, ", ")
}
