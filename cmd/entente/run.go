package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// runCmd is `entente run`.
type runCmd struct {
	access
	output
	Set       map[string]string `mapsep:"none" placeholder:"NAME=VALUE" help:"Bind a parameter: ?NAME in SPARQL is this number, date, <IRI>, prefixed name or text."`
	KeepGoing bool              `help:"Go on after a statement that failed."`
	Report    string            `enum:",tap,junit" default:"" placeholder:"tap|junit" help:"Instead of answers, write for each statement whether it did what it should, in this form."`
	Files     []string          `arg:"" name:"file" help:"Script files; - is standard input."`
}

// Run carries out the scripts, one after the other, in one session.
func (c *runCmd) Run(ctx context.Context, std streams) error {
	session, closer, err := c.session(c.access, std)
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
	report := newReport(c.Report, std.out)
	if report != nil {
		session.Out, session.Report = io.Discard, report.add
	}
	var failures []error
	for _, name := range c.Files {
		text, err := readScript(name, std)
		if err != nil {
			return err
		}
		if session.Dir = filepath.Dir(name); name == "-" {
			session.Dir, name = "", "standard input"
		}
		if err := session.Run(ctx, name, text, c.KeepGoing); err != nil {
			failures = append(failures, err)
			if !c.KeepGoing {
				break
			}
		}
	}
	err = errors.Join(append(failures, session.Close())...)
	if report == nil {
		return err
	}
	if closeErr := report.close(); closeErr != nil {
		return closeErr
	}
	if err != nil {
		return &exitError{exitFailed, nil} // the report says why
	}
	return nil
}

func readScript(name string, std streams) (string, error) {
	if name == "-" {
		b, err := io.ReadAll(std.in)
		return string(b), err
	}
	b, err := os.ReadFile(name)
	return string(b), err
}
