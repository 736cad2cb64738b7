package script

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/ententedb/entente/query"
)

// command is a dot command. args is the text after its name.
type command struct {
	name, usage, help string
	run               func(s *Session, ctx context.Context, args string) error
}

// commands lists the dot commands in the order that .help shows them. It is a
// function because .help itself reads it.
func commands() []command {
	return []command{
		{"help", "", "show this, with examples", (*Session).help},
		{"sparql", "[QUESTION]", "show the SPARQL that the last question (or this one) became", (*Session).showSPARQL},
		{"explain", "[SPARQL or question]", "show the plan of the last question or of this", (*Session).explainCommand},
		{"analyze", "[SPARQL or question]", "run it, and show what each operator did", (*Session).analyzeCommand},
		{"schema", "", "list classes and relations with their numbers", func(s *Session, ctx context.Context, _ string) error { return s.Schema(ctx) }},
		{"describe", "NAME", "all statements about a thing, named by label or IRI", (*Session).describe},
		{"graph", "NAME", "what a thing is connected with, drawn as a tree", (*Session).neighbourhood},
		{"why", "", "the statements behind the last answer, with their dates and sources", (*Session).why},
		{"plot", "[bar|line]", "draw the last answer: its first column against its last", (*Session).plot},
		{"prefix", "[NAME IRI]", "list the known prefixes, or add one", (*Session).prefix},
		{"set", "[NAME VALUE]", "list the parameters, or bind ?NAME in SPARQL to a term", (*Session).set},
		{"format", "table|csv|tsv|json|xml", "how to write answers", (*Session).setFormat},
		{"rows", "N", "how many rows tables show; 0 is all", (*Session).setRows},
		{"timer", "on|off", "print how long each answer took", (*Session).setTimer},
		{"output", "[FILE]", "write answers to a file; without a name, to the screen again", (*Session).output},
		{"save", "FILE", "save the statements answered so far as a script", (*Session).save},
		{"at", "[DATE|COMMIT|now]", "look at the graph as it was", (*Session).setAt},
		{"load", "FILE…", "load RDF files, all or none", (*Session).load},
		{"run", "FILE", "run a script", (*Session).runFile},
		{"quit", "", "leave (Ctrl-D does too)", func(*Session, context.Context, string) error { return ErrQuit }},
	}
}

// command carries out a dot command, given without its dot.
func (s *Session) command(ctx context.Context, text string) error {
	name, args, _ := strings.Cut(strings.TrimSpace(text), " ")
	if name == "exit" {
		name = "quit"
	}
	var names []string
	for _, c := range commands() {
		if c.name == name {
			return c.run(s, ctx, strings.TrimSpace(args))
		}
		if strings.HasPrefix(c.name, name) {
			names = append(names, "."+c.name)
		}
	}
	if len(names) > 0 {
		return fmt.Errorf("there is no command .%s; do you mean %s?", name, strings.Join(names, " or "))
	}
	return fmt.Errorf("there is no command .%s; .help lists them", name)
}

func (s *Session) help(context.Context, string) error {
	return s.paged(func(out io.Writer) error {
		fmt.Fprint(out, helpText)
		for _, c := range commands() {
			fmt.Fprintf(out, "  .%-32s %s\n", strings.TrimSpace(c.name+" "+c.usage), c.help)
		}
		return nil
	})
}

const helpText = `Ask in plain English, or write SPARQL; both at this prompt.

  which WTO members are outside NATO
  when did Finland join NATO
  top 5 WTO members outside NATO by GDP
  was the United Kingdom in the EU in 2015
  what about 1990
  SELECT ?c { ?c pk:memberOf pk:NATO FILTER NOT EXISTS { ?c pk:memberOf pk:EU } }

SPARQL of several lines ends with an empty line or a ";". TAB completes, Ctrl-C
cancels a running query, Ctrl-R searches what was typed before.

`

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
	f, err := ParseFormat(args)
	if err == nil {
		s.Format = f
	}
	return err
}

func (s *Session) setRows(_ context.Context, args string) error {
	var n int
	if _, err := fmt.Sscan(args, &n); err != nil || n < 0 {
		return fmt.Errorf(".rows: expected a number, got %q", args)
	}
	s.MaxRows = n
	return nil
}

func (s *Session) setTimer(_ context.Context, args string) error {
	if args != "on" && args != "off" {
		return fmt.Errorf(".timer: expected on or off, got %q", args)
	}
	s.Timer = args == "on"
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

// Schema lists the classes and relations of the graph with their numbers.
func (s *Session) Schema(ctx context.Context) error {
	fmt.Fprintln(s.Out, "classes")
	if err := s.sparql(ctx, `SELECT ?class (COUNT(*) AS ?things) { ?thing a ?class } GROUP BY ?class ORDER BY DESC(?things) ?class`); err != nil {
		return err
	}
	fmt.Fprintln(s.Out, "\nrelations")
	return s.sparql(ctx, `SELECT ?relation (COUNT(*) AS ?statements) { ?s ?relation ?o } GROUP BY ?relation ORDER BY DESC(?statements) ?relation`)
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

// Greet says what the session is about.
func (s *Session) Greet(ctx context.Context) {
	_ = s.View(func(ds query.Dataset) error {
		t, err := ds.Totals()
		if err == nil {
			fmt.Fprintf(s.Out, "Entente: %d statements. Ask a question, write SPARQL, or type .help\n", t.Quads)
		}
		return err
	})
}
