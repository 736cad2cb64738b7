package exec

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
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
//
// Its buffers are not counted against the memory budget: a file takes some 16 KiB, and 16 KiB
// for each column, and an operator has at most some dozens open.
type spillFile struct {
	file    *os.File
	budget  *Budget
	spilled *int64 // counts the bytes written by an operator
	size    int64
	batches int // written, then those still to be read
	number  int // sorted runs are numbered in the sequence of the input
	w       *bufio.Writer
	r       *bufio.Reader
	buf     []byte
	batch   *Batch
	pos     int        // being merged: row of the batch
	ranks   [][]uint64 // of the batch's sort keys
}

// spillBuffer is the size of a file's buffer in bytes.
const spillBuffer = 1 << 14

func newSpillFile(env *Env, spilled *int64, number int) (*spillFile, error) {
	f, err := os.CreateTemp(env.SpillDir, "entente-spill-*")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name()) // where an open file cannot be removed, remove does it
	return &spillFile{file: f, budget: env.Budget, spilled: spilled, number: number, w: bufio.NewWriterSize(f, spillBuffer)}, nil
}

// write appends a batch.
func (s *spillFile) write(b *Batch) error {
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
	if err := s.budget.spill(int64(len(buf))); err != nil {
		return err
	}
	s.size += int64(len(buf))
	*s.spilled += int64(len(buf))
	s.batches++
	if _, err := s.w.Write(buf); err != nil {
		return fmt.Errorf("temporary file: %w", err)
	}
	return nil
}

// rewind ends writing and begins reading.
func (s *spillFile) rewind() error {
	if err := s.w.Flush(); err != nil {
		return err
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	s.w, s.r = nil, bufio.NewReaderSize(s.file, spillBuffer)
	s.batch, s.pos = nil, -1
	return nil
}

// read returns the next batch, nil at the end of the file. It is valid until
// the next call.
func (s *spillFile) read() (*Batch, error) {
	if s.batches == 0 {
		return nil, nil
	}
	s.batches--
	var head [8]byte
	if err := s.full(head[:]); err != nil {
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
func (s *spillFile) each(ctx context.Context, f func(b *Batch) error) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
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
	if err != nil {
		return fmt.Errorf("temporary file: %w", err)
	}
	return nil
}

func (s *spillFile) remove() {
	name := s.file.Name()
	if errors.Is(s.file.Close(), os.ErrClosed) {
		return // it was removed before
	}
	_ = os.Remove(name)
	s.budget.unspill(s.size)
}

func removeFiles(files []*spillFile) {
	for _, f := range files {
		if f != nil {
			f.remove()
		}
	}
}
