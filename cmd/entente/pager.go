package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"

	"github.com/mattn/go-runewidth"
	"golang.org/x/term"
)

// pager shows text that is longer than the terminal a page at a time: through
// $PAGER, or less where that is installed, or else by itself. Text comes to it as
// it is made, and is made no further than somebody reads.
type pager struct {
	in  *os.File
	out io.Writer
}

// errEnough ends the writing of what nobody reads on.
var errEnough = errors.New("the reader has seen enough")

// show passes on what write writes. That the reader stops is no error.
func (p *pager) show(write func(io.Writer) error) error {
	width, height, err := term.GetSize(int(p.in.Fd()))
	if err != nil {
		return write(p.out)
	}
	t := &pagedText{pager: p, width: max(width, 1), height: height}
	err = write(t)
	if closeErr := t.close(); err == nil {
		err = closeErr
	}
	if errors.Is(err, errEnough) || errors.Is(err, syscall.EPIPE) {
		return nil
	}
	return err
}

// pagedText holds text back until it is more than a screen, and then gives it to
// a program or shows it in pages.
type pagedText struct {
	pager         *pager
	width, height int
	held          bytes.Buffer
	rows          int // of the screen, that what is held takes
	out           io.WriteCloser
}

func (t *pagedText) Write(p []byte) (int, error) {
	if t.out != nil {
		return t.out.Write(p)
	}
	t.held.Write(p)
	for line := range bytes.Lines(p) {
		t.rows += rowsOf(line, t.width)
	}
	if t.rows < t.height {
		return len(p), nil
	}
	var err error
	if t.out, err = t.open(); err != nil {
		return 0, err
	}
	if _, err := t.out.Write(t.held.Bytes()); err != nil {
		return 0, err
	}
	t.held = bytes.Buffer{}
	return len(p), nil
}

// open finds what is to show the text.
func (t *pagedText) open() (io.WriteCloser, error) {
	command := os.Getenv("PAGER")
	if command == "" {
		command, _ = exec.LookPath("less")
	}
	if command == "" {
		return &pages{pagedText: t}, nil
	}
	if _, err := t.pager.out.Write(nil); err != nil { // the screen is the program's now
		return nil, err
	}
	cmd := exec.Command("sh", "-c", command)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if os.Getenv("LESS") == "" {
		cmd.Env = append(os.Environ(), "LESS=-FRX")
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	return &paging{in, cmd}, cmd.Start()
}

func (t *pagedText) close() error {
	if t.out != nil {
		return t.out.Close()
	}
	_, err := t.pager.out.Write(t.held.Bytes())
	return err
}

// paging is a program that shows text.
type paging struct {
	io.WriteCloser
	cmd *exec.Cmd
}

// Close waits until the reader has left it. How it ends is an error only if it
// could not be run.
func (p *paging) Close() error {
	err := p.WriteCloser.Close()
	waitErr := p.cmd.Wait()
	var exit *exec.ExitError
	if errors.As(waitErr, &exit) && exit.ExitCode() < 126 {
		waitErr = nil
	}
	return errors.Join(err, waitErr)
}

// rowsOf counts the rows of the screen that a line takes.
func rowsOf(line []byte, width int) int {
	return max(1, (runewidth.StringWidth(string(bytes.TrimRight(line, "\r\n")))+width-1)/width)
}

// pages shows text by itself: a screenful, and then more at a key.
type pages struct {
	*pagedText
	shown int // lines
	row   int // of the screen, since the reader was asked
	room  int // rows until the reader is asked again; 0 at first
	part  []byte
}

func (p *pages) Write(text []byte) (int, error) {
	for line := range bytes.Lines(text) {
		if line[len(line)-1] != '\n' {
			p.part = append(p.part, line...)
			break
		}
		if err := p.line(append(p.part, line...)); err != nil {
			return 0, err
		}
		p.part = nil
	}
	return len(text), nil
}

func (p *pages) Close() error {
	if len(p.part) == 0 {
		return nil
	}
	return p.line(p.part)
}

// line shows a line, after a key if the screen is full.
func (p *pages) line(line []byte) error {
	if p.room == 0 {
		p.room = p.height - 1
	}
	rows := rowsOf(line, p.width)
	if p.row > 0 && p.row+rows > p.room {
		fmt.Fprintf(p.pager.out, "-- %d lines -- space: more, Enter: a line, q: stop", p.shown)
		n, err := p.key()
		fmt.Fprint(p.pager.out, "\r\x1b[K")
		if err != nil {
			return err
		}
		p.row, p.room = 0, n
	}
	p.row += rows
	p.shown++
	_, err := p.pager.out.Write(line)
	return err
}

// key reads keys, without their echo, until one says how many rows to show: a
// page, one, or no more.
func (p *pages) key() (int, error) {
	fd := int(p.pager.in.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return 0, err
	}
	defer term.Restore(fd, before)
	for {
		var key [1]byte // what is typed ahead is for the prompt
		if _, err := p.pager.in.Read(key[:]); err != nil {
			return 0, err
		}
		switch key[0] {
		case ' ', 'f':
			return p.height - 1, nil
		case '\r', '\n', 'j':
			return 1, nil
		case 'q', 'Q', 3, 4: // Ctrl-C, Ctrl-D
			return 0, errEnough
		}
	}
}
