package storage

import (
	"bufio"
	"encoding/binary"
	"io"
	"os"

	"github.com/ententedb/entente/graph/encoded"
)

// spool is a sequence of terms that is written first and read afterwards: in
// memory in a load that has spilled nothing so far, else in a file.
type spool struct {
	mem   *scratch
	terms []encoded.Term // in memory
	n     int
	file  *os.File
	w     *bufio.Writer
	buf   [8]byte
}

func (l *loader) newSpool() (*spool, error) {
	s := &spool{mem: &l.mem}
	if !l.spilled() {
		return s, nil
	}
	file, w, err := l.tempFile("terms-*")
	if err != nil {
		return nil, err
	}
	s.file, s.w = file, bufio.NewWriterSize(w, 1<<16)
	return s, nil
}

// add appends a term. Errors of writing come with end.
func (s *spool) add(t encoded.Term) {
	s.n++
	if s.file == nil {
		s.terms = appendScratch(s.mem, s.terms, t)
		return
	}
	binary.LittleEndian.PutUint64(s.buf[:], uint64(t))
	s.w.Write(s.buf[:])
}

// end ends the writing.
func (s *spool) end() error {
	if s.file == nil || s.w == nil {
		return nil
	}
	err := s.w.Flush()
	s.w = nil
	return err
}

// all returns all terms, and a function that gives up what they took.
func (s *spool) all() (terms []encoded.Term, done func(), err error) {
	if s.file == nil {
		return s.terms, func() {}, nil
	}
	terms = takeScratch[encoded.Term](s.mem, s.n)[:s.n]
	done = func() { freeScratch(s.mem, terms) }
	b := bufio.NewReaderSize(io.NewSectionReader(s.file, 0, 1<<62), 1<<18)
	for i := range terms {
		if _, err := io.ReadFull(b, s.buf[:]); err != nil {
			done()
			return nil, nil, err
		}
		terms[i] = encoded.Term(binary.LittleEndian.Uint64(s.buf[:]))
	}
	return terms, done, nil
}

// rows returns a function that reads the terms four by four; false is the end.
func (s *spool) rows() func() (row, bool, error) {
	at := 0
	if s.file == nil {
		return func() (r row, ok bool, err error) {
			if ok = at < s.n; ok {
				at += copy(r[:], s.terms[at:])
			}
			return r, ok, nil
		}
	}
	reader := termReader{b: bufio.NewReaderSize(io.NewSectionReader(s.file, 0, 1<<62), 1<<16)}
	return func() (r row, ok bool, err error) {
		if ok = at < s.n; ok {
			at += len(r)
			err = reader.read(r[:])
		}
		return r, ok && err == nil, err
	}
}

// close gives memory and file back.
func (s *spool) close() {
	if s == nil {
		return
	}
	freeScratch(s.mem, s.terms)
	s.terms = nil
	if s.file != nil {
		removeFile(s.file)
	}
}
