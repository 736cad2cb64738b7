package script

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Error is a statement of a script that failed.
type Error struct {
	File string
	Line int
	Err  error
}

// Error names file and line.
func (e *Error) Error() string { return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err) }

// Unwrap returns what went wrong.
func (e *Error) Unwrap() error { return e.Err }

// Detail shows the place in the statement, if the error knows it.
func (e *Error) Detail() string {
	var d interface{ Detail() string }
	if errors.As(e.Err, &d) {
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, d.Detail())
	}
	return e.Error()
}

// Result is the result of one statement of a script, with its expect lines.
type Result struct {
	File string
	Line int
	Text string // of the statement
	Err  error  // nil if it did what it should
	Took time.Duration
}

// Run carries out a script, whose name is for messages. It stops at the first
// statement that fails or does not answer what its expect line says; with
// keepGoing, which holds for the scripts it runs too, it goes on and returns all
// failures, joined, each an *Error.
func (s *Session) Run(ctx context.Context, name, text string, keepGoing bool) error {
	s.keepGoing = keepGoing
	var failures []error
	statements := Split(text)
	for len(statements) > 0 {
		st := statements[0]
		n := 1 // statements taken: this one and its expect lines
		for n < len(statements) && statements[n].Kind == Expect {
			n++
		}
		expects := statements[1:n]
		statements = statements[n:]
		start := time.Now()
		errs := s.step(ctx, st, expects)
		if len(errs) == 1 && errors.Is(errs[0].Err, ErrQuit) {
			break
		}
		joined := make([]error, len(errs))
		for i, e := range errs {
			e.File = name
			joined[i] = e
		}
		failures = append(failures, joined...)
		if s.Report != nil && !isInclude(st) {
			s.Report(Result{name, st.Line, st.Text, errors.Join(joined...), time.Since(start)})
		}
		if len(errs) > 0 && (!keepGoing || ctx.Err() != nil) {
			break
		}
	}
	return errors.Join(failures...)
}

// isInclude tells a .run command, whose statements are reported themselves.
func isInclude(st Statement) bool {
	return st.Kind == Command && strings.HasPrefix(st.Text, "run ")
}

// step carries out a statement and checks its answer.
func (s *Session) step(ctx context.Context, st Statement, expects []Statement) (errs []*Error) {
	if st.Kind == Expect {
		return []*Error{{Line: st.Line, Err: errors.New("expect line without a statement before it")}}
	}
	if len(expects) == 0 {
		if err := s.Do(ctx, st); err != nil {
			errs = append(errs, &Error{Line: st.Line, Err: err})
		}
		return errs
	}
	outcome := s.record(ctx, st)
	for _, e := range expects {
		if err := Check(e.Text, outcome); err != nil {
			errs = append(errs, &Error{Line: e.Line, Err: err})
		}
	}
	return errs
}

// record carries out a statement, writes its answer, and keeps it for expect
// lines.
func (s *Session) record(ctx context.Context, st Statement) Outcome {
	outcome, before := Outcome{}, s.outcome
	s.outcome = &outcome
	defer func() { s.outcome = before }()
	outcome.Err = s.Do(ctx, st)
	return outcome
}
