package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
)

// runCmd is `entente run`.
type runCmd struct {
	source
	output
	Set       map[string]string `placeholder:"NAME=VALUE" help:"Bind a parameter: ?NAME in SPARQL is this number, date, <IRI>, prefixed name or text."`
	KeepGoing bool              `help:"Go on after a statement that failed."`
	Files     []string          `arg:"" name:"file" help:"Script files; - is standard input."`
}

// Run carries out the scripts, one after the other, in one session.
func (c *runCmd) Run(ctx context.Context, std streams) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	session, closer, err := c.session(c.source, std)
	if err != nil {
		return err
	}
	defer closer()
	for name, value := range c.Set {
		term, err := session.ParseTerm(value)
		if err != nil {
			return notUnderstood(fmt.Errorf("--set %s: %w", name, err))
		}
		session.Set(name, term)
	}
	for _, name := range c.Files {
		text, err := readScript(name, std)
		if err != nil {
			return err
		}
		session.Dir = filepath.Dir(name)
		if err := session.Run(ctx, name, text, c.KeepGoing); err != nil {
			return err
		}
	}
	return nil
}

func readScript(name string, std streams) (string, error) {
	var b []byte
	var err error
	if name == "-" {
		b, err = io.ReadAll(std.in)
	} else {
		b, err = os.ReadFile(name)
	}
	text := string(b)
	if strings.HasPrefix(text, "#!") { // a shebang line; the line count stays
		text = "#" + text[1:]
	}
	return text, err
}
