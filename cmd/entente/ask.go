package main

import (
	"context"
	"strings"

	"github.com/ententedb/entente/query/script"
)

// askCmd is `entente ask`.
type askCmd struct {
	source
	output
	SPARQL   bool     `name:"sparql" help:"Print the SPARQL that the question becomes, and do not run it."`
	Question []string `arg:"" help:"The question, in quotation marks or not."`
}

// Run answers the question. A question that is not understood exits with 2.
func (c *askCmd) Run(ctx context.Context, std streams) error {
	session, closer, err := c.session(c.source, std)
	if err != nil {
		return err
	}
	defer closer()
	text := strings.Join(c.Question, " ")
	if c.SPARQL {
		return session.ShowSPARQL(ctx, text)
	}
	return session.Do(ctx, script.Statement{Kind: script.Question, Text: text, Line: 1})
}
