package script

import (
	"context"
	"errors"
	"fmt"

	"github.com/ententedb/entente/query"
)

// ShowSPARQL prints the SPARQL that a question becomes, and does not run it. Errors
// are as of Do.
func (s *Session) ShowSPARQL(ctx context.Context, question string) error {
	text, err := s.translate(ctx, question)
	if err == nil {
		fmt.Fprintln(s.Out, text)
	}
	return err
}

// translate returns the SPARQL of a question.
func (s *Session) translate(ctx context.Context, question string) (sparql string, err error) {
	err = s.View(func(ds query.Dataset) error {
		lexicon, err := s.words().Of(ctx, ds)
		if err != nil {
			return err
		}
		sparql, err = query.Translate(lexicon, question, append(s.questionOptions(), query.WithPrevious(s.earlier...))...)
		return err
	})
	if err != nil {
		s.writeRefusal(err)
	}
	return sparql, err
}

// Explain prints the plan of SPARQL or of a question; with analyze it runs it as
// well, without its answer, and prints what each operator did. Errors are as of Do.
func (s *Session) Explain(ctx context.Context, text string, analyze bool) error {
	opts := s.options()
	if !IsSPARQL(text) {
		sparql, err := s.translate(ctx, text)
		if err != nil {
			return err
		}
		text, opts = sparql, s.questionOptions()
	}
	return s.explain(ctx, text, analyze, opts)
}

func (s *Session) explain(ctx context.Context, text string, analyze bool, opts []query.Option) error {
	return s.View(func(ds query.Dataset) error {
		plan, err := query.Explain(ctx, ds, text, query.ExplainOptions{Analyze: analyze}, opts...)
		if err == nil {
			fmt.Fprint(s.Out, plan)
		}
		return err
	})
}

func (s *Session) showSPARQL(ctx context.Context, args string) error {
	if args != "" {
		return s.ShowSPARQL(ctx, args)
	}
	if s.last.sparql == "" {
		return errNothingYet
	}
	fmt.Fprintln(s.Out, s.last.sparql)
	return nil
}

var errNothingYet = errors.New("nothing has been answered yet")

func (s *Session) explainCommand(ctx context.Context, args string) error {
	return s.explainLast(ctx, args, false)
}

func (s *Session) analyzeCommand(ctx context.Context, args string) error {
	return s.explainLast(ctx, args, true)
}

func (s *Session) explainLast(ctx context.Context, args string, analyze bool) error {
	if args == "" {
		if s.last.sparql == "" {
			return errNothingYet
		}
		return s.explain(ctx, s.last.sparql, analyze, s.lastOptions())
	}
	return s.Explain(ctx, args, analyze)
}
