package script

import (
	"context"
	"errors"
	"fmt"
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

// Run carries out a script, whose name is for messages. It stops at the first
// statement that fails or does not answer what its expect line says; with
// keepGoing it goes on and returns all failures, joined.
func (s *Session) Run(ctx context.Context, name, text string, keepGoing bool) error {
	var failures []error
	fail := func(line int, err error) bool {
		failures = append(failures, &Error{name, line, err})
		return keepGoing && ctx.Err() == nil
	}
	statements := Split(text)
	for i := 0; i < len(statements); i++ {
		st := statements[i]
		if st.Kind == Expect {
			if !fail(st.Line, errors.New("expect line without a statement before it")) {
				break
			}
			continue
		}
		expected := i+1 < len(statements) && statements[i+1].Kind == Expect
		if !expected {
			err := s.Do(ctx, st)
			if errors.Is(err, ErrQuit) {
				break
			}
			if err != nil && !fail(st.Line, err) {
				break
			}
			continue
		}
		outcome := s.record(ctx, st)
		stop := false
		for i+1 < len(statements) && statements[i+1].Kind == Expect && !stop {
			i++
			if err := Check(statements[i].Text, outcome); err != nil {
				stop = !fail(statements[i].Line, err)
			}
		}
		if stop {
			break
		}
	}
	return errors.Join(failures...)
}

// record carries out a statement, writes its answer, and keeps it for expect
// lines.
func (s *Session) record(ctx context.Context, st Statement) Outcome {
	outcome := Outcome{}
	s.outcome = &outcome
	defer func() { s.outcome = nil }()
	outcome.Err = s.Do(ctx, st)
	return outcome
}
