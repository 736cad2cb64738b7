package script

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
)

// Store is what a session works on. A store adapter in three methods keeps
// this package free of the storage layer. View and Update call f with one snapshot
// or one write transaction, valid until f returns, and return f's error as it is;
// Update commits if f returns nil. They must be safe for concurrent use if
// sessions that share the store are used at the same time.
type Store interface {
	View(f func(query.Dataset) error) error
	Update(f func(query.Writer) error) error
	// Load reads files into the store, all or none, and returns how many quads.
	Load(ctx context.Context, files []string) (quads uint64, err error)
}

// Historian is a Store that can be read as it was: after the commit of a number, or
// at the end of a day or at a time ("2026-11-24", "2026-11-24T09:30:00Z"). ViewAt
// returns f's error as it is, and one of its own if at is no moment or the store
// does not keep that far back.
type Historian interface {
	ViewAt(at string, f func(query.Dataset) error) error
}

var errNoHistory = errors.New("this store keeps no history")

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
	// Out is where answers go; it is never closed.
	Out io.Writer
	// Format of answers; Width in columns and Color of tables (0: as wide as
	// they are); MaxRows shown in tables (0: all).
	Format  Format
	Width   int
	Color   bool
	MaxRows int
	// NoLabels shows things in tables as prefixed names rather than by their labels.
	NoLabels bool
	// Compact tables have no frame, and those of SPARQL the IRI before each label:
	// for programs that read text.
	Compact bool
	// Timer prints how long each answer took.
	Timer bool
	// Prefixes are known without being declared.
	Prefixes []query.Prefix
	// Options are given to every query.
	Options []query.Option

	// Pager, if set, shows the table or list that write writes, at the reader's
	// pace; without it all is written to Out.
	Pager func(write func(io.Writer) error) error
	// Report, if set, is called for each statement of a script, by the goroutine
	// of Run.
	Report func(Result)
	// At is the moment that is looked at, as Historian takes it; "" is now.
	At string
	// Dir is the directory that file names in commands are relative to; "" is
	// the working directory.
	Dir string

	params    map[string]graph.Term
	lexicons  *query.Lexicons
	shared    sync.Once // makes lexicons
	last      lastAnswer
	earlier   []string      // questions that the next one may refer to, oldest first
	done      []string      // statements that were answered, for .save
	outcome   *Outcome      // where set, answers are recorded
	depth     int           // of scripts that run scripts
	keepGoing bool          // of the script that runs
	started   time.Time     // when the statement began
	waited    time.Duration // since then, for whoever reads the answer
	screen    *screen       // set while answers go to a file
}

// lastAnswer is what is remembered of the last query or question.
type lastAnswer struct {
	sparql   string // "" if there was none
	question bool   // that is what it was
	vars     []string
	heads    []string       // of the columns, as people see them
	rows     [][]graph.Term // the first mostKept
}

// mostKept bounds the rows that are remembered of an answer.
const mostKept = 1000

// Set binds a parameter: variables of this name, with "?" or without, stand for the
// term in SPARQL from now on.
func (s *Session) Set(name string, value graph.Term) {
	if s.params == nil {
		s.params = map[string]graph.Term{}
	}
	s.params[strings.TrimLeft(name, "?$")] = value
}

// ErrQuit is returned by the command that ends a session.
var ErrQuit = errors.New("quit")

// Do carries out one statement and writes its answer. The error is the
// statement's own: a *query.SyntaxError, a *query.Refusal of a question, ErrQuit, that
// of ctx, or what the store, Out or Pager returned. A Statement of kind Expect does
// nothing; Run compares. The session can be used after an error.
func (s *Session) Do(ctx context.Context, st Statement) error {
	s.started, s.waited = time.Now(), 0
	switch st.Kind {
	case Command:
		return s.command(ctx, st.Text)
	case SPARQL:
		s.last.sparql, s.last.question = st.Text, false
		if err := s.sparql(ctx, st.Text); err != nil {
			return err
		}
	case Question:
		if err := s.ask(ctx, st.Text); err != nil {
			return err
		}
	}
	if s.depth == 0 {
		s.done = append(s.done, st.Text)
	}
	return nil
}

// took is what follows the number of rows: how long the statement took, if that
// is wanted.
func (s *Session) took() string {
	if !s.Timer {
		return ""
	}
	return fmt.Sprintf(" (%s)", readable(time.Since(s.started)-s.waited))
}

// readable rounds a duration to three digits.
func readable(d time.Duration) time.Duration {
	for unit := time.Nanosecond; ; unit *= 10 {
		if d < 1000*unit {
			return d.Round(unit)
		}
	}
}

// View calls f with one snapshot, valid until f returns: of the present, or of the
// moment of At, for which Store must be a Historian. It returns f's error as it is.
func (s *Session) View(f func(query.Dataset) error) error {
	if s.At == "" {
		return s.Store.View(f)
	}
	h, ok := s.Store.(Historian)
	if !ok {
		return errNoHistory
	}
	return h.ViewAt(s.At, f)
}

// options are those of every SPARQL query in the session.
func (s *Session) options() []query.Option {
	opts := s.questionOptions()
	for name, value := range s.params {
		opts = append(opts, query.WithBinding(name, value))
	}
	return opts
}

// questionOptions are those of questions, whose variables are no parameters.
func (s *Session) questionOptions() []query.Option {
	return append([]query.Option{query.WithPrefixes(s.Prefixes...)}, s.Options...)
}

// lastOptions are those of the last query or question.
func (s *Session) lastOptions() []query.Option {
	if s.last.question {
		return s.questionOptions()
	}
	return s.options()
}

// sparql runs a query, or an update as one commit.
func (s *Session) sparql(ctx context.Context, text string) error {
	if IsUpdate(text) {
		if s.At != "" {
			return errors.New("the past cannot be changed; “.at now” goes back to the present")
		}
		var report query.UpdateReport
		err := s.Store.Update(func(w query.Writer) (err error) {
			report, err = query.Update(ctx, w, text, s.options()...)
			return err
		})
		if err == nil && s.Format == Table {
			fmt.Fprintf(s.Out, "inserted %d, deleted %d%s\n", report.Inserted, report.Deleted, s.took())
		}
		return err
	}
	text = strings.TrimSuffix(strings.TrimSpace(text), ";") // which ends a statement here
	return s.View(func(ds query.Dataset) error {
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
	return s.View(func(ds query.Dataset) error {
		lexicon, err := s.words().Of(ctx, ds)
		if err != nil {
			return err
		}
		opts := append(s.questionOptions(), query.WithLexicon(lexicon), query.WithPrevious(s.earlier...))
		if s.Format == Table {
			opts = append(opts, query.ForPeople())
		}
		answer, err := query.Ask(ctx, ds, text, opts...)
		if err != nil {
			s.writeRefusal(err)
			return err
		}
		defer answer.Results.Close()
		s.last.sparql, s.last.question = answer.SPARQL, true
		s.Remember(text)
		return s.write(ctx, ds, answer.Results, answer)
	})
}

// mostEarlier bounds the questions that a follow-up may build upon.
const mostEarlier = 8

// Remember makes later questions able to refer to these, the oldest first.
func (s *Session) Remember(questions ...string) {
	s.earlier = append(s.earlier, questions...)
	if n := len(s.earlier) - mostEarlier; n > 0 {
		s.earlier = s.earlier[n:]
	}
}

// Fork returns a session with the same settings that has heard nothing yet and
// writes to out. Sessions forked from one share its words of the graph. They may be
// used at the same time, and several goroutines may fork one that nobody uses.
func (s *Session) Fork(out io.Writer) *Session {
	return &Session{Store: s.Store, Out: out, Format: s.Format, Width: s.Width, Color: s.Color, MaxRows: s.MaxRows, NoLabels: s.NoLabels, Compact: s.Compact,
		Timer: s.Timer, Prefixes: s.Prefixes, Options: s.Options, At: s.At, Dir: s.Dir, lexicons: s.words()}
}

// words are the words of the graph, shared with the sessions forked from this one.
func (s *Session) words() *query.Lexicons {
	s.shared.Do(func() {
		if s.lexicons == nil {
			s.lexicons = &query.Lexicons{}
		}
	})
	return s.lexicons
}
