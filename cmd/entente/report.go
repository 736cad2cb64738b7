package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ententedb/entente/query/script"
)

// scriptReport writes what became of the statements of scripts, for machines.
type scriptReport interface {
	add(script.Result)
	close() error
}

// newReport makes the report of a form; nil for none.
func newReport(form string, out io.Writer) scriptReport {
	switch form {
	case "tap":
		return &tapReport{out: out}
	case "junit":
		return &junitReport{out: out}
	}
	return nil
}

// title is the first line of a statement.
func title(r script.Result) string {
	line, _, _ := strings.Cut(strings.TrimSpace(r.Text), "\n")
	return fmt.Sprintf("%s:%d %s", r.File, r.Line, line)
}

// explanation shows the place of an error, if it knows it.
func explanation(err error) string {
	var all interface{ Unwrap() []error }
	if errors.As(err, &all) {
		var parts []string
		for _, e := range all.Unwrap() {
			parts = append(parts, explanation(e))
		}
		return strings.Join(parts, "\n")
	}
	var d detailed
	if errors.As(err, &d) {
		return strings.TrimRight(d.Detail(), "\n")
	}
	return err.Error()
}

// tapReport is the Test Anything Protocol, version 13.
type tapReport struct {
	out io.Writer
	n   int
	err error
}

func (t *tapReport) printf(format string, args ...any) {
	if _, err := fmt.Fprintf(t.out, format, args...); t.err == nil {
		t.err = err
	}
}

func (t *tapReport) add(r script.Result) {
	if t.n == 0 {
		t.printf("TAP version 13\n")
	}
	t.n++
	name := strings.ReplaceAll(title(r), "#", `\#`)
	if r.Err == nil {
		t.printf("ok %d - %s\n", t.n, name)
		return
	}
	t.printf("not ok %d - %s\n", t.n, name)
	for line := range strings.SplitSeq(explanation(r.Err), "\n") {
		t.printf("# %s\n", line)
	}
}

func (t *tapReport) close() error {
	t.printf("1..%d\n", t.n)
	return t.err
}

// junitReport is the XML that continuous integration reads: a suite a file, a
// case a statement.
type junitReport struct {
	out    io.Writer
	suites []*junitSuite
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Time     float64     `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Time    float64       `xml:"time,attr"`
	Failure *junitFailure `xml:"failure,omitempty"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

func (j *junitReport) add(r script.Result) {
	var suite *junitSuite
	for _, s := range j.suites {
		if s.Name == r.File {
			suite = s
		}
	}
	if suite == nil {
		suite = &junitSuite{Name: r.File}
		j.suites = append(j.suites, suite)
	}
	c := junitCase{Name: title(r), Class: r.File, Time: r.Took.Seconds()}
	if r.Err != nil {
		text := explanation(r.Err)
		message, _, _ := strings.Cut(text, "\n")
		c.Failure = &junitFailure{message, text}
		suite.Failures++
	}
	suite.Tests++
	suite.Time += r.Took.Seconds()
	suite.Cases = append(suite.Cases, c)
}

func (j *junitReport) close() error {
	fmt.Fprint(j.out, xml.Header)
	e := xml.NewEncoder(j.out)
	e.Indent("", "  ")
	err := e.EncodeElement(struct {
		Suites []*junitSuite `xml:"testsuite"`
	}{j.suites}, xml.StartElement{Name: xml.Name{Local: "testsuites"}})
	if err == nil {
		_, err = fmt.Fprintln(j.out)
	}
	return err
}
