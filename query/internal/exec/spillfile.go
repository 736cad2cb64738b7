package exec

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"os"

	"github.com/ententedb/entente/graph/encoded"
)

// runBatch is the number of rows that a spill file is written and read by.
const runBatch = 1024

// spillFile is a temporary file of batches. Each is: the number of rows, the
// number of columns, one byte for each column (is it there?) and one for the
// multiplicities, then the columns, eight bytes a term, all little-endian. The
// file has no name on systems that allow it.
type spillFile struct {
	file   *os.File
	number int // sorted runs are numbered in the sequence of the input
	w      *bufio.Writer
	r      *bufio.Reader
	buf    []byte
	batch  *Batch
	pos    int // of a sorted run: row being merged
	ranks  [][]uint64
}

func newSpillFile(dir string, number int) (*spillFile, error) {
	f, err := os.CreateTemp(dir, "entente-spill-*")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name()) // where an open file cannot be removed, remove does it
	return &spillFile{file: f, number: number, w: bufio.NewWriterSize(f, 1<<16)}, nil
}

// write appends a batch and returns the number of bytes.
func (s *spillFile) write(b *Batch) (int64, error) {
	buf := s.buf[:0]
	buf = binary.LittleEndian.AppendUint32(buf, uint32(b.Len))
	buf = binary.LittleEndian.AppendUint32(buf, uint32(len(b.Columns)))
	flag := func(set bool) {
		if set {
			buf = append(buf, 1)
		} else {
			buf = append(buf, 0)
		}
	}
	for _, c := range b.Columns {
		flag(c != nil)
	}
	flag(b.Counts != nil)
	for _, c := range b.Columns {
		if c == nil {
			continue
		}
		for _, t := range c[:b.Len] {
			buf = binary.LittleEndian.AppendUint64(buf, uint64(t))
		}
	}
	if b.Counts != nil {
		for _, n := range b.Counts[:b.Len] {
			buf = binary.LittleEndian.AppendUint64(buf, n)
		}
	}
	s.buf = buf
	n, err := s.w.Write(buf)
	return int64(n), err
}

// rewind ends writing and begins reading.
func (s *spillFile) rewind() error {
	if err := s.w.Flush(); err != nil {
		return err
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	s.w, s.r = nil, bufio.NewReaderSize(s.file, 1<<16)
	s.batch, s.pos = nil, -1
	return nil
}

// read returns the next batch, nil at the end of the file. It is valid until
// the next call.
func (s *spillFile) read() (*Batch, error) {
	var head [8]byte
	if _, err := io.ReadFull(s.r, head[:]); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, err
	}
	n := int(binary.LittleEndian.Uint32(head[:]))
	width := int(binary.LittleEndian.Uint32(head[4:]))
	if s.batch == nil {
		s.batch = &Batch{Columns: make([][]encoded.Term, width)}
	}
	flags := make([]byte, width+1)
	if err := s.full(flags); err != nil {
		return nil, err
	}
	s.buf = sized(s.buf, 8*n)
	for i := range s.batch.Columns {
		if flags[i] == 0 {
			s.batch.Columns[i] = nil
			continue
		}
		if err := s.full(s.buf); err != nil {
			return nil, err
		}
		c := sized(s.batch.Columns[i], n)
		for j := range c {
			c[j] = encoded.Term(binary.LittleEndian.Uint64(s.buf[8*j:]))
		}
		s.batch.Columns[i] = c
	}
	s.batch.Counts = nil
	if flags[width] != 0 {
		if err := s.full(s.buf); err != nil {
			return nil, err
		}
		s.batch.Counts = make([]uint64, n)
		for j := range s.batch.Counts {
			s.batch.Counts[j] = binary.LittleEndian.Uint64(s.buf[8*j:])
		}
	}
	s.batch.Len = n
	return s.batch, nil
}

// each reads the rest of the file.
func (s *spillFile) each(f func(b *Batch) error) error {
	for {
		b, err := s.read()
		if b == nil || err != nil {
			return err
		}
		if err := f(b); err != nil {
			return err
		}
	}
}

// full reads exactly len(buf) bytes.
func (s *spillFile) full(buf []byte) error {
	_, err := io.ReadFull(s.r, buf)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return err
}

func (s *spillFile) remove() {
	name := s.file.Name()
	_ = s.file.Close()
	_ = os.Remove(name)
}
