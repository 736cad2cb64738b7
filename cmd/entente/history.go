package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/peterh/liner"
)

// history is what was typed at the prompt, in this session and those before: in
// memory for the line editor, and in a file that every session adds to at once.
type history struct {
	line *liner.State
	file *os.File // nil if it cannot be kept
	last string
}

// configFile names a file of the user's: history is what was typed in earlier
// sessions, config the settings.
func configFile(name string) (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "entente", name), nil
}

// openHistory reads what earlier sessions have left. That there will be nothing
// left of this one is said, and no reason not to start.
func openHistory(line *liner.State, notes io.Writer) *history {
	h := &history{line: line}
	if err := h.open(); err != nil {
		fmt.Fprintln(notes, "what is typed is not kept for later sessions:", err)
	}
	return h
}

func (h *history) open() error {
	name, err := configFile("history")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	lines, _ := h.line.ReadHistory(f) // what is damaged is left out
	if lines > 2*liner.HistoryLimit {
		// The older half goes.
		if err := f.Truncate(0); err != nil {
			return err
		}
		if _, err := h.line.WriteHistory(f); err != nil {
			return err
		}
	}
	h.file = f
	return nil
}

// add keeps a line, unless it is the one before once more.
func (h *history) add(line string) {
	h.line.AppendHistory(line)
	if h.file != nil && line != h.last {
		_, _ = fmt.Fprintln(h.file, line) // it is in memory in any case
	}
	h.last = line
}

func (h *history) close() {
	if h.file != nil {
		h.file.Close()
	}
}
