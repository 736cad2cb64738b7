package main

import (
	"io"
	"os"

	"golang.org/x/term"

	"github.com/ententedb/entente/query/script"
)

// output is the flags of every verb that prints answers.
type output struct {
	Format string `enum:",table,csv,tsv,json,xml" default:"" help:"How to write the answer: table (the default on a terminal), csv, tsv, json, xml."`
	Timer  bool   `help:"Print how long it took."`
	moment
}

// session opens the store and a session that writes answers to std.
func (o output) session(s opener, std streams) (*script.Session, func(), error) {
	limitMemory(1, 0)
	store, err := s.open()
	if err != nil {
		return nil, nil, err
	}
	format := script.Format(o.Format)
	width, terminal := terminalWidth(std.out)
	if o.Format == "" {
		format = script.Table
	}
	session := &script.Session{Store: scriptStore{store}, Out: std.out, Format: format, Width: width,
		Color: terminal && os.Getenv("NO_COLOR") == "", Timer: o.Timer, At: o.At, Prefixes: script.DefaultPrefixes()}
	return session, func() { store.Close() }, nil
}

// terminalWidth returns the columns of a terminal; 0 and false if out is none.
func terminalWidth(out io.Writer) (int, bool) {
	f, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	width, _, err := term.GetSize(int(f.Fd()))
	return width, err == nil
}
