package main

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/ententedb/entente/query/script"
)

// queryCmd is `entente query`.
type queryCmd struct {
	source
	output
	File string `short:"f" type:"existingfile" help:"Read the query from this file."`
	Text string `arg:"" optional:"" help:"The query; - or nothing reads standard input."`
}

// Run answers the query. One that is not understood exits with 2.
func (c *queryCmd) Run(ctx context.Context, std streams) error {
	text, err := textOf(c.Text, c.File, std)
	if err != nil {
		return err
	}
	if script.IsUpdate(text) {
		return notUnderstood(errors.New("this is an update; “entente update” carries it out"))
	}
	session, closer, err := c.session(c.source, std)
	if err != nil {
		return err
	}
	defer closer()
	return session.Do(ctx, script.Statement{Kind: script.SPARQL, Text: text, Line: 1})
}

// textOf returns a query given on the command line, in a file or on standard input.
func textOf(text, file string, std streams) (string, error) {
	switch {
	case text != "" && text != "-" && file != "":
		return "", notUnderstood(errors.New("expected a query or a file, not both"))
	case file != "":
		b, err := os.ReadFile(file)
		return string(b), err
	case text == "" || text == "-":
		b, err := io.ReadAll(std.in)
		return string(b), err
	}
	return text, nil
}
