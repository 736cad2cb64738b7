package script

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"github.com/ententedb/entente/query"
)

// command is a dot command.
type command struct {
	name, usage, help string
	examples          []string // what is typed, and what comes of it
	run               func(s *Session, ctx context.Context, args string) error
	complete          completer // of what follows the name; nil for nothing
}

// commands lists the dot commands in the order that .help shows them. It is a
// function because .help itself reads it.
func commands() []command {
	return []command{
		{"help", "[COMMAND]", "show this, or more about one command",
			[]string{".help plot"}, (*Session).help, commandNames},
		{"sparql", "[QUESTION]", "show the SPARQL of the last question, or of this one",
			[]string{"which EU members are outside NATO\n.sparql", ".sparql is Japan in NATO"}, (*Session).showSPARQL, statements},
		{"explain", "[SPARQL or question]", "show the plan of the last query, or of this one",
			[]string{".explain which EU members are outside NATO", ".explain SELECT * { ?c pk:memberOf pk:NATO ; pk:capital ?city }"},
			(*Session).explainCommand, statements},
		{"analyze", "[SPARQL or question]", "run it, and show what each operator did",
			[]string{".analyze top 5 WTO members outside NATO by GDP"}, (*Session).analyzeCommand, statements},
		{"why", "", "the statements behind the last answer, with dates and sources",
			[]string{"is Finland in NATO\n.why"}, (*Session).why, nil},
		{"schema", "", "list classes and relations, their names and numbers",
			[]string{".schema"}, func(s *Session, ctx context.Context, _ string) error { return s.Schema(ctx) }, nil},
		{"describe", "NAME", "all statements about a thing: its name, or an IRI",
			[]string{".describe AUKUS", ".describe pk:AUKUS"}, (*Session).describe, things},
		{"graph", "NAME", "what a thing is connected with, drawn as a tree",
			[]string{".graph AUKUS"}, (*Session).neighbourhood, things},
		{"plot", "[bar|line|time] [COLUMN]", "draw the last answer: its numbers by its first column",
			[]string{"top 10 NATO members by GDP\n.plot", "defence spending of Poland by year\n.plot time"}, (*Session).plot, choice("bar", "line", "time")},
		{"at", "[DATE|COMMIT|now]", "look at the store as it was",
			[]string{".at 2026-11-24    at the end of that day", ".at 12            after commit 12; see “entente log”", ".at now"}, (*Session).setAt, choice("now")},
		{"set", "[NAME VALUE]", "list the parameters, or bind ?NAME in SPARQL to a term",
			[]string{".set org pk:NATO\nSELECT ?c { ?c pk:memberOf ?org }", ".set year 2004", `.set name "Côte d'Ivoire"`}, (*Session).set, nil},
		{"prefix", "[NAME IRI]", "list the known prefixes, or add one",
			[]string{".prefix ex http://example.org/"}, (*Session).prefix, nil},
		{"format", "[table|csv|tsv|json|xml]", "how to write answers",
			[]string{".format csv"}, (*Session).setFormat, choice("table", "csv", "tsv", "json", "xml")},
		{"labels", "[on|off]", "show things by their labels, or as prefixed names",
			[]string{".labels off"}, (*Session).setLabels, choice("on", "off")},
		{"rows", "[N]", "how many rows tables show; 0 is all",
			[]string{".rows 40"}, (*Session).setRows, nil},
		{"timer", "[on|off]", "print how long each answer took",
			[]string{".timer off"}, (*Session).setTimer, choice("on", "off")},
		{"output", "[FILE]", "write answers to a file; without one, to the screen again",
			[]string{".format csv\n.output members.csv\nwhich EU members are outside NATO\n.output"}, (*Session).output, files},
		{"save", "FILE", "save the statements answered so far as a script",
			[]string{".save session.ent"}, (*Session).save, files},
		{"load", "FILE…", "load RDF files, all or none",
			[]string{".load people.ttl more.nq.gz"}, (*Session).load, files},
		{"run", "FILE", "run a script",
			[]string{".run session.ent"}, (*Session).runFile, files},
		{"quit", "", "leave (Ctrl-D does too)",
			nil, func(*Session, context.Context, string) error { return ErrQuit }, nil},
	}
}

// command carries out a dot command, given without its dot.
func (s *Session) command(ctx context.Context, text string) error {
	name, args, _ := strings.Cut(strings.TrimSpace(text), " ")
	c, err := commandNamed(name)
	if err != nil {
		return err
	}
	return c.run(s, ctx, strings.TrimSpace(args))
}

// commandNamed finds a command.
func commandNamed(name string) (command, error) {
	if name == "exit" {
		name = "quit"
	}
	var names []string
	begin := name[:min(3, len(name))] // the rest may be mistyped
	for _, c := range commands() {
		if c.name == name {
			return c, nil
		}
		if strings.HasPrefix(c.name, begin) {
			names = append(names, "."+c.name)
		}
	}
	if len(names) > 0 && name != "" {
		return command{}, fmt.Errorf("there is no command .%s; do you mean %s?", name, strings.Join(names, " or "))
	}
	return command{}, fmt.Errorf("there is no command .%s; .help lists them", name)
}

func (s *Session) prefix(_ context.Context, args string) error {
	words := strings.Fields(args)
	switch len(words) {
	case 0:
		for _, p := range s.Prefixes {
			fmt.Fprintf(s.Out, "%-10s %s\n", p.Name+":", p.IRI)
		}
		return nil
	case 2:
		name := strings.TrimSuffix(words[0], ":")
		iri := strings.Trim(words[1], "<>")
		for i := range s.Prefixes {
			if s.Prefixes[i].Name == name {
				s.Prefixes[i].IRI = iri
				return nil
			}
		}
		s.Prefixes = append(s.Prefixes, query.Prefix{Name: name, IRI: iri})
		return nil
	}
	return fmt.Errorf(".prefix: expected a name and an IRI, such as: .prefix ex http://example.org/")
}

func (s *Session) set(_ context.Context, args string) error {
	name, value, ok := strings.Cut(args, " ")
	if args == "" {
		names := make([]string, 0, len(s.params))
		for name := range s.params {
			names = append(names, name)
		}
		sort.Strings(names)
		for _, name := range names {
			fmt.Fprintf(s.Out, "?%s = %s\n", name, s.params[name])
		}
		return nil
	}
	if !ok {
		return fmt.Errorf(".set: expected a name and a value, such as: .set year 2004")
	}
	t, err := s.ParseTerm(strings.TrimSpace(value))
	if err != nil {
		return err
	}
	s.Set(name, t)
	return nil
}

func (s *Session) setFormat(_ context.Context, args string) error {
	if args == "" {
		fmt.Fprintln(s.Out, s.Format)
		return nil
	}
	f, err := ParseFormat(args)
	if err == nil {
		s.Format = f
	}
	return err
}

func (s *Session) setRows(_ context.Context, args string) error {
	if args == "" {
		fmt.Fprintln(s.Out, s.MaxRows)
		return nil
	}
	n, err := strconv.Atoi(args)
	if err != nil || n < 0 {
		return fmt.Errorf(".rows: expected a number, got %q", args)
	}
	s.MaxRows = n
	return nil
}

func (s *Session) setTimer(_ context.Context, args string) error {
	return s.onOff("timer", &s.Timer, args)
}

func (s *Session) setLabels(_ context.Context, args string) error {
	labels := !s.NoLabels
	err := s.onOff("labels", &labels, args)
	s.NoLabels = !labels
	return err
}

// onOff changes a setting, or shows it.
func (s *Session) onOff(name string, setting *bool, args string) error {
	switch args {
	case "":
		fmt.Fprintln(s.Out, map[bool]string{true: "on", false: "off"}[*setting])
	case "on", "off":
		*setting = args == "on"
	default:
		return fmt.Errorf(".%s: expected on or off, got %q", name, args)
	}
	return nil
}

func (s *Session) load(ctx context.Context, args string) error {
	files := strings.Fields(args)
	if len(files) == 0 {
		return fmt.Errorf(".load: expected file names")
	}
	for i := range files {
		files[i] = s.path(files[i])
	}
	n, err := s.Store.Load(ctx, files)
	if err == nil {
		fmt.Fprintf(s.Out, "loaded %d quads\n", n)
	}
	return err
}

// maxDepth bounds scripts that run scripts.
const maxDepth = 16

func (s *Session) runFile(ctx context.Context, args string) error {
	if s.depth >= maxDepth {
		return fmt.Errorf(".run %s: scripts run each other more than %d deep", args, maxDepth)
	}
	name := s.path(args)
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	dir := s.Dir
	s.Dir, s.depth = filepath.Dir(name), s.depth+1
	defer func() { s.Dir, s.depth = dir, s.depth-1 }()
	return s.Run(ctx, name, string(text), s.keepGoing)
}

// path resolves a file name against the running script's directory.
func (s *Session) path(name string) string {
	if filepath.IsAbs(name) || s.Dir == "" {
		return name
	}
	return filepath.Join(s.Dir, name)
}

func (s *Session) describe(ctx context.Context, args string) error {
	if args == "" {
		return fmt.Errorf(".describe: expected a name or an IRI")
	}
	t, err := s.ParseTerm(args)
	if err != nil || !t.IsIRI() {
		return s.ask(ctx, "tell me about "+args)
	}
	return s.sparql(ctx, "DESCRIBE "+t.String())
}
