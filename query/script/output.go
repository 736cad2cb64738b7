package script

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ententedb/entente/query"
)

// screen is how answers were written before .output.
type screen struct {
	out   io.Writer
	width int
	color bool
	pager func(func(io.Writer) error) error
	file  *os.File
}

// output carries out .output: answers go to a file, or to the screen again.
func (s *Session) output(_ context.Context, args string) error {
	if err := s.Close(); err != nil || args == "" {
		return err
	}
	f, err := os.Create(s.path(args))
	if err != nil {
		return err
	}
	s.screen = &screen{s.Out, s.Width, s.Color, s.Pager, f}
	s.Out, s.Width, s.Color, s.Pager = f, 0, false, nil
	return nil
}

// Close closes the file of .output, if there is one. The session can still be
// used.
func (s *Session) Close() error {
	if s.screen == nil {
		return nil
	}
	err := s.screen.file.Close()
	s.Out, s.Width, s.Color, s.Pager = s.screen.out, s.screen.width, s.screen.color, s.screen.pager
	s.screen = nil
	return err
}

// save carries out .save.
func (s *Session) save(_ context.Context, args string) error {
	if args == "" {
		return errors.New(".save: expected a file name")
	}
	if len(s.done) == 0 {
		return errNothingYet
	}
	var b strings.Builder
	b.WriteString("#!/usr/bin/env -S entente run\n")
	for _, text := range s.done {
		b.WriteString("\n" + strings.TrimSpace(text) + "\n")
	}
	if err := os.WriteFile(s.path(args), []byte(b.String()), 0o755); err != nil {
		return err
	}
	fmt.Fprintf(s.Out, "saved %d statements\n", len(s.done))
	return nil
}

// setAt carries out .at.
func (s *Session) setAt(ctx context.Context, args string) error {
	switch args {
	case "":
		if s.At == "" {
			fmt.Fprintln(s.Out, "now")
		} else {
			fmt.Fprintln(s.Out, s.At)
		}
		return nil
	case "now":
		s.At = ""
		return nil
	}
	before := s.At
	s.At = args
	err := s.View(func(query.Dataset) error { return nil })
	if err != nil {
		s.At = before
	}
	return err
}

// Resize sets the width of the terminal in columns; it is remembered while .output
// sends answers to a file.
func (s *Session) Resize(width int) {
	if s.screen != nil {
		s.screen.width = width
		return
	}
	s.Width = width
}
