package script

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
)

// Store is what a session works on. A store adapter in three methods keeps
// this package free of the storage layer.
type Store interface {
	View(f func(query.Dataset) error) error
	Update(f func(query.Writer) error) error
	// Load reads files into the store, all or none, and returns how many quads.
	Load(ctx context.Context, files []string) (quads uint64, err error)
}

// Format says how answers are written.
type Format string

// The formats of answers.
const (
	Table Format = "table"
	JSON  Format = "json"
	CSV   Format = "csv"
	TSV   Format = "tsv"
	XML   Format = "xml"
)

// ParseFormat checks the name of a format.
func ParseFormat(name string) (Format, error) {
	switch f := Format(strings.ToLower(name)); f {
	case Table, JSON, CSV, TSV, XML:
		return f, nil
	}
	return "", fmt.Errorf("format %q is not one of table, json, csv, tsv, xml", name)
}

// Session is a conversation with a store: settings, parameters, and the last
// question. It is used by one goroutine at a time.
type Session struct {
	Store Store
	Out   io.Writer
	// Format of answers; Width in columns and Color of tables (0: as wide as
	// they are); MaxRows shown in tables (0: all).
	Format  Format
	Width   int
	Color   bool
	MaxRows int
	// Timer prints how long each answer took.
	Timer bool
	// Prefixes are known without being declared.
	Prefixes []query.Prefix
	// Options are given to every query.
	Options []query.Option

	// Interactive says that a person reads: hints are shown.
	Interactive bool
	// Dir is the directory that file names in commands are relative to; "" is
	// the working directory.
	Dir string

	params  map[string]graph.Term
	lexicon lexiconCache
	last    *query.Answer // its results are closed
	outcome *Outcome      // where set, answers are recorded
	depth   int           // of scripts that run scripts
}

// Set binds a parameter: variables of this name in SPARQL stand for the term.
func (s *Session) Set(name string, value graph.Term) {
	if s.params == nil {
		s.params = map[string]graph.Term{}
	}
	s.params[strings.TrimLeft(name, "?$")] = value
}

// ErrQuit is returned by the command that ends a session.
var ErrQuit = errors.New("quit")

// Do carries out one statement and writes its answer.
func (s *Session) Do(ctx context.Context, st Statement) error {
	start := time.Now()
	var err error
	switch st.Kind {
	case Question:
		err = s.ask(ctx, st.Text)
	case SPARQL:
		err = s.sparql(ctx, st.Text)
	case Command:
		return s.command(ctx, st.Text)
	}
	if err == nil && s.Timer {
		fmt.Fprintf(s.Out, "%s\n", time.Since(start).Round(10*time.Microsecond))
	}
	return err
}

// options are those of every query in the session.
func (s *Session) options() []query.Option {
	opts := append([]query.Option{query.WithPrefixes(s.Prefixes...)}, s.Options...)
	for name, value := range s.params {
		opts = append(opts, query.WithBinding(name, value))
	}
	return opts
}

// sparql runs a query, or an update as one commit.
func (s *Session) sparql(ctx context.Context, text string) error {
	if IsUpdate(text) {
		var report query.UpdateReport
		err := s.Store.Update(func(w query.Writer) (err error) {
			report, err = query.Update(ctx, w, text, s.options()...)
			return err
		})
		if err == nil && s.Format == Table {
			fmt.Fprintf(s.Out, "inserted %d, deleted %d\n", report.Inserted, report.Deleted)
		}
		return err
	}
	return s.Store.View(func(ds query.Dataset) error {
		res, err := query.Run(ctx, ds, text, s.options()...)
		if err != nil {
			return err
		}
		defer res.Close()
		return s.write(ctx, ds, res, nil)
	})
}

// ask answers a question and remembers it.
func (s *Session) ask(ctx context.Context, text string) error {
	return s.Store.View(func(ds query.Dataset) error {
		lexicon, err := s.lexicon.of(ctx, ds)
		if err != nil {
			return err
		}
		answer, err := query.Ask(ctx, ds, text, append(s.options(), query.WithLexicon(lexicon))...)
		if err != nil {
			s.writeRefusal(err)
			return err
		}
		defer answer.Results.Close()
		s.last = answer
		return s.write(ctx, ds, answer.Results, answer)
	})
}

// lexiconCache keeps the lexicon of the last version of the data.
type lexiconCache struct {
	lexicon *query.Lexicon
	version uint64
}

func (c *lexiconCache) of(ctx context.Context, ds query.Dataset) (*query.Lexicon, error) {
	if c.lexicon == nil || c.version != ds.Version() {
		l, err := query.LoadLexicon(ctx, ds)
		if err != nil {
			return nil, err
		}
		c.lexicon, c.version = l, ds.Version()
	}
	return c.lexicon, nil
}
