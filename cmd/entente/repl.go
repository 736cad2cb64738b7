package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dustin/go-humanize"
	"github.com/peterh/liner"
	"golang.org/x/term"
	"golang.org/x/text/unicode/norm"

	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/script"
)

// replCmd is `entente` itself: the prompt. With standard input from a pipe it
// runs that as a script.
type replCmd struct {
	access
	output
}

const (
	prompt     = "entente> "
	promptMore = "    ...> "
)

// Run reads statements and answers them until the end of input or .quit.
func (c *replCmd) Run(ctx context.Context, std streams) error {
	session, closer, err := c.session(c.access, std)
	if err != nil {
		return err
	}
	defer closer()
	in, ok := std.in.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		text, err := io.ReadAll(std.in)
		if err != nil {
			return err
		}
		return errors.Join(session.Run(ctx, "standard input", string(text), false), session.Close())
	}
	session.Timer = true
	r := &repl{session: session, std: std}
	if _, terminal := terminalWidth(std.out); terminal {
		r.busy = &busy{out: std.out, status: std.err}
		session.Out = r.busy
		session.Pager = (&pager{in, r.busy}).show
	}
	r.settings(ctx)
	r.greet(ctx)
	r.line = liner.NewLiner()
	defer r.line.Close()
	r.line.SetCtrlCAborts(true)
	r.line.SetMultiLineMode(true) // what is longer than the screen wraps
	r.line.SetTabCompletionStyle(liner.TabPrints)
	r.line.SetWordCompleter(r.complete)
	r.history = openHistory(r.line, std.err)
	defer r.history.close()
	return errors.Join(r.loop(ctx), session.Close())
}

// repl is the prompt: it gathers lines into statements.
type repl struct {
	session *script.Session
	line    *liner.State
	history *history
	std     streams
	busy    *busy    // nil where the output is no terminal
	lines   []string // of the SPARQL statement being typed
}

// settings carries out the settings file: a script of dot commands.
func (r *repl) settings(ctx context.Context) {
	name, err := configFile("config")
	if err != nil {
		return
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return // there need not be one
	}
	if err := r.session.Run(ctx, name, string(text), true); err != nil {
		report(r.std, err)
	}
}

// greet says what the session is about.
func (r *repl) greet(ctx context.Context) {
	_ = r.session.View(func(ds query.Dataset) error {
		t, err := ds.Totals()
		if err == nil {
			fmt.Fprintf(r.std.out, "Entente: %s statements. Ask a question, write SPARQL, or type .help\n", humanize.Comma(int64(t.Quads)))
		}
		return err
	})
}

func (r *repl) loop(ctx context.Context) error {
	for {
		p := prompt
		if len(r.lines) > 0 {
			p = promptMore
		}
		line, err := r.line.Prompt(p)
		switch {
		case errors.Is(err, liner.ErrPromptAborted): // Ctrl-C drops what was typed
			r.lines = nil
			continue
		case errors.Is(err, io.EOF): // Ctrl-D
			fmt.Fprintln(r.std.out)
			return nil
		case err != nil:
			return err
		}
		st, ok := r.gather(line)
		if !ok {
			continue
		}
		if st.Kind == script.SPARQL {
			st.source = script.OneLine(st.source)
		}
		r.history.add(st.source)
		if err := r.answer(ctx, st.Statement); errors.Is(err, script.ErrQuit) {
			return nil
		}
	}
}

// typed is a statement and the text it was typed as.
type typed struct {
	script.Statement
	source string
}

// gather adds a line; ok if that completes a statement.
func (r *repl) gather(line string) (st typed, ok bool) {
	trimmed := strings.TrimSpace(line)
	if len(r.lines) == 0 {
		switch {
		case trimmed == "" || trimmed[0] == '#':
			return typed{}, false
		case trimmed[0] == '.':
			return typed{script.Statement{Kind: script.Command, Text: trimmed[1:], Line: 1}, trimmed}, true
		case !script.IsSPARQL(trimmed):
			return typed{script.Statement{Kind: script.Question, Text: trimmed, Line: 1}, trimmed}, true
		}
	}
	r.lines = append(r.lines, line)
	if !script.Complete(r.lines) {
		return typed{}, false
	}
	text := strings.TrimSpace(strings.Join(r.lines, "\n"))
	r.lines = nil
	return typed{script.Statement{Kind: script.SPARQL, Text: text, Line: 1}, text}, true
}

// answer carries out a statement; Ctrl-C cancels it and not the session.
func (r *repl) answer(ctx context.Context, st script.Statement) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	if width, ok := terminalWidth(r.std.out); ok {
		r.session.Resize(width)
	}
	if r.busy != nil {
		r.busy.begin()
	}
	err := r.session.Do(ctx, st)
	if r.busy != nil {
		r.busy.end()
	}
	switch {
	case err == nil, errors.Is(err, script.ErrQuit):
	case ctx.Err() != nil:
		fmt.Fprintln(r.std.err, "cancelled")
	default:
		report(r.std, err)
	}
	return err
}

// complete offers what may stand at the cursor.
func (r *repl) complete(line string, pos int) (head string, completions []string, tail string) {
	before := string([]rune(line)[:pos])
	tail = string([]rune(line)[pos:])
	start, words := r.session.Complete(context.Background(), r.lines, before)
	return before[:start], agreeing(before[start:], words), tail
}

// agreeing makes completions begin with what was typed, so that their common
// beginning is never less. Words that differ from it in case or accents are left out
// where most do not, and that leads further ("mem": members, but no Memorandum);
// otherwise they get the letters that were typed.
func agreeing(typed string, words []string) []string {
	if len(words) == 1 || len(commonPrefix(words)) >= len(typed) {
		return words
	}
	begun := []rune(typed)
	var same, all []string
	for _, w := range words {
		if strings.HasPrefix(w, typed) {
			same = append(same, w)
		}
		if r := []rune(w); len(r) >= len(begun) && plain(string(r[:len(begun)])) == plain(typed) {
			all = append(all, typed+string(r[len(begun):]))
		}
	}
	if 2*len(same) >= len(all) && len(commonPrefix(same)) > len(typed) {
		return same
	}
	return all
}

// plain folds case and takes accents off.
func plain(text string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(text) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

func commonPrefix(words []string) string {
	if len(words) == 0 {
		return ""
	}
	prefix := words[0]
	for _, w := range words[1:] {
		for !strings.HasPrefix(w, prefix) {
			_, size := utf8.DecodeLastRuneInString(prefix)
			prefix = prefix[:len(prefix)-size]
		}
	}
	return prefix
}
