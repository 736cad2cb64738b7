package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"

	"golang.org/x/term"
)

// pager shows text that is longer than the terminal a page at a time: through
// $PAGER if it is set, else by itself.
type pager struct {
	in  *os.File
	out io.Writer
}

// show writes the text; it returns when the reader has seen enough.
func (p *pager) show(text []byte) error {
	_, height, err := term.GetSize(int(p.in.Fd()))
	if err != nil || bytes.Count(text, []byte{'\n'}) < height {
		_, err = p.out.Write(text)
		return err
	}
	if command := os.Getenv("PAGER"); command != "" {
		return p.through(command, text)
	}
	return p.pages(text, height)
}

func (p *pager) through(command string, text []byte) error {
	cmd := exec.Command("sh", "-c", command)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(text), os.Stdout, os.Stderr
	if os.Getenv("LESS") == "" {
		cmd.Env = append(os.Environ(), "LESS=-FRX")
	}
	return cmd.Run()
}

// pages writes a page and waits for a key: space for the next page, Enter for
// the next line, q (or Ctrl-C) to stop.
func (p *pager) pages(text []byte, height int) error {
	lines := bytes.SplitAfter(text, []byte{'\n'})
	if len(lines[len(lines)-1]) == 0 {
		lines = lines[:len(lines)-1]
	}
	shown := 0
	for n := height - 1; ; {
		n = min(n, len(lines)-shown)
		if _, err := p.out.Write(bytes.Join(lines[shown:shown+n], nil)); err != nil {
			return err
		}
		if shown += n; shown == len(lines) {
			return nil
		}
		fmt.Fprintf(p.out, "-- %d of %d lines -- space: more, Enter: a line, q: stop", shown, len(lines))
		var err error
		n, err = p.next(height - 1)
		fmt.Fprint(p.out, "\r\x1b[K")
		if err != nil || n == 0 {
			return err
		}
	}
}

// next reads keys, without their echo, until one says how many lines to show: a
// page, one, or none.
func (p *pager) next(page int) (int, error) {
	fd := int(p.in.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return 0, err
	}
	defer term.Restore(fd, before)
	for {
		var key [1]byte // what is typed ahead is for the prompt
		if _, err := p.in.Read(key[:]); err != nil {
			return 0, err
		}
		switch key[0] {
		case ' ', 'f':
			return page, nil
		case '\r', '\n', 'j':
			return 1, nil
		case 'q', 'Q', 3, 4: // Ctrl-C, Ctrl-D
			return 0, nil
		}
	}
}
