package results

import (
	"fmt"
	"io"

	"github.com/ententedb/entente/graph"
)

// Reader reads a query's result row by row. It is for one goroutine.
type Reader struct {
	vars    []string
	boolean bool
	isASK   bool
	rows    rowReader
	err     error
}

// rowReader is what a format implements. read returns a new slice, io.EOF at the end.
type rowReader interface {
	read() ([]graph.Term, error)
}

// NewReader reads the head of a result in format f from r, and the answer if it
// is one to ASK. CSV says nothing about the kind of its values: they are read as simple
// literals, those with "_:" in front as blank nodes.
func NewReader(r io.Reader, f Format) (*Reader, error) {
	rd := &Reader{}
	var err error
	switch f {
	case JSON:
		err = rd.openJSON(r)
	case XML:
		err = rd.openXML(r)
	case CSV, TSV:
		err = rd.openText(r, f == TSV)
	default:
		err = fmt.Errorf("unknown format")
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, fmt.Errorf("results: reading %v: %w", f, err)
	}
	return rd, nil
}

// Vars returns the variables, without "?", in the order of the terms of a row.
func (r *Reader) Vars() []string { return r.vars }

// Boolean returns the answer to ASK; isASK is false if the result has rows.
func (r *Reader) Boolean() (value, isASK bool) { return r.boolean, r.isASK }

// Read returns the next row: a term for each variable, the zero Term where it is
// unbound. The slice belongs to the caller. At the end it returns io.EOF; a document
// that stops in the middle is an error.
func (r *Reader) Read() ([]graph.Term, error) {
	if r.err == nil && r.rows == nil {
		r.err = io.EOF
	}
	if r.err != nil {
		return nil, r.err
	}
	row, err := r.rows.read()
	if err != nil {
		if err != io.EOF {
			err = fmt.Errorf("results: %w", err)
		}
		r.err = err
		return nil, err
	}
	return row, nil
}

// index gives the places of the variables in a row.
func index(vars []string) map[string]int {
	m := make(map[string]int, len(vars))
	for i, v := range vars {
		m[v] = i
	}
	return m
}
