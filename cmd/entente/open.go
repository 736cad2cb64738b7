package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

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
	return storage.Open(s.DB, nil)
}

// target is the flag of the verbs that write a store.
type target struct {
	DB string `name:"db" type:"path" required:"" placeholder:"DIR" help:"The store, made if it is not there."`
}

// scriptStore lets sessions and scripts work on a store.
type scriptStore struct{ *storage.Store }

func (s scriptStore) View(f func(query.Dataset) error) error {
	return s.Store.View(func(tx *storage.Tx) error { return f(tx) })
}

func (s scriptStore) Update(f func(query.Writer) error) error {
	return s.Store.Update(func(tx *storage.Tx) error { return f(tx) })
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
