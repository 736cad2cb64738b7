package main

import (
	"context"
	"errors"
	"fmt"
	"math"
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
	DB string `name:"db" type:"path" placeholder:"DIR" help:"The store to use, or an RDF file to read into memory; without it, the embedded graph of partnerships."`
}

// open opens the store named by --db for reading, beside others that do the same.
// Without --db it is the embedded graph, in memory. The caller closes it.
func (s source) open() (*storage.Store, error) { return s.openAs(true) }

func (s source) openAs(readOnly bool) (*storage.Store, error) {
	if s.DB == "" {
		return partnerships.Open()
	}
	if info, err := os.Stat(s.DB); err == nil && !info.IsDir() {
		return s.openFile()
	}
	store, err := storage.Open(s.DB, &storage.Options{ReadOnly: readOnly, MustExist: true, KeepHistory: keepAll})
	switch {
	case errors.Is(err, storage.ErrNoStore):
		return nil, fmt.Errorf("there is no store at %s; “entente load --db %s FILE” makes one", s.DB, s.DB)
	case err == nil, !readOnly, errors.Is(err, storage.ErrLocked), errors.Is(err, storage.ErrNewerFormat):
		return store, err
	}
	// What a crash has left is put in order by opening the store for writing.
	if store, repairErr := storage.Open(s.DB, &storage.Options{MustExist: true, KeepHistory: keepAll}); repairErr == nil {
		return store, nil
	}
	return nil, err
}

// openFile reads an RDF file into a store in memory.
func (s source) openFile() (*storage.Store, error) {
	if _, ok := formatByName(s.DB); !ok {
		return nil, fmt.Errorf("%s is a file, and its name is not that of an RDF format", s.DB)
	}
	limitMemory(1, math.MaxInt64) // the data is in memory too, however large it is
	store, err := storage.Open("", &storage.Options{InMemory: true})
	if err != nil {
		return nil, err
	}
	if _, err := (scriptStore{store}).Load(context.Background(), []string{s.DB}); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}

// access is the flags of the verbs that read a store and may change it.
type access struct {
	source
	ReadOnly bool `help:"Open the store for reading only, beside others that do the same."`
}

func (a access) open() (*storage.Store, error) { return a.openAs(a.ReadOnly) }

// opener is a source, for reading or for writing.
type opener interface {
	open() (*storage.Store, error)
}

// keepAll is the number of earlier commits kept when a store is opened without
// saying how many: doing so never gives up history.
const keepAll = 1 << 30

// target is the flag of the verbs that write a store.
type target struct {
	DB          string `name:"db" type:"path" required:"" placeholder:"DIR" help:"The store, made if it is not there."`
	KeepHistory int    `placeholder:"N" help:"Keep this many earlier commits, for --at; the default is none."`
}

func (t target) options() *storage.Options { return &storage.Options{KeepHistory: t.KeepHistory} }

// openExisting opens the store, which must be there.
func (t target) openExisting() (*storage.Store, error) {
	o := t.options()
	o.MustExist = true
	return storage.Open(t.DB, o)
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
		format, err := formatOf(name, "")
		if err != nil {
			return 0, err
		}
		f, err := os.Open(name)
		if err != nil {
			return 0, err
		}
		defer f.Close()
		r := decompress(f)
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

// formatOf tells the format from a file name, which may end in .gz or .zst; a
// format given by name takes precedence.
func formatOf(name, given string) (rdfio.Format, error) {
	if given != "" {
		f, ok := rdfio.FormatByName(given)
		if !ok {
			return 0, notUnderstood(fmt.Errorf("format %q is not known; known are %s", given, formatNames()))
		}
		return f, nil
	}
	if f, ok := formatByName(name); ok {
		return f, nil
	}
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return 0, notUnderstood(fmt.Errorf("%s is a directory; name the files in it", name))
	}
	return 0, notUnderstood(fmt.Errorf("%s: the name does not tell the format; name one with --format (%s)", name, formatNames()))
}

// formatByName finds the format that a file's name tells.
func formatByName(name string) (rdfio.Format, bool) {
	ext := filepath.Ext(name)
	if compressionNames[ext] {
		ext = filepath.Ext(strings.TrimSuffix(name, ext))
	}
	return rdfio.FormatByExtension(ext)
}

// formatNames lists the names of the formats, for messages.
func formatNames() string {
	var names []string
	for _, f := range rdfio.Formats() {
		names = append(names, f.Name())
	}
	return strings.Join(names, ", ")
}
