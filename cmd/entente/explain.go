package main

import (
	"context"
)

// explainCmd is `entente explain`.
type explainCmd struct {
	source
	moment
	Analyze bool   `help:"Run it too, and show what each operator did."`
	File    string `short:"f" type:"existingfile" help:"Read the query from this file."`
	Text    string `arg:"" optional:"" help:"A SPARQL query or a question; - or nothing reads standard input."`
}

// Run prints the plan.
func (c *explainCmd) Run(ctx context.Context, std streams) error {
	text, err := textOf(c.Text, c.File, std)
	if err != nil {
		return err
	}
	session, closer, err := output{moment: c.moment}.session(c.source, std)
	if err != nil {
		return err
	}
	defer closer()
	return session.Explain(ctx, text, c.Analyze)
}
