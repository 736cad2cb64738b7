package storage

import (
	"bufio"
	"context"
	"encoding/binary"
	"io"
	"os"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
)

// A piece is a file of rows in one order, as blocks in the form that they have in
// the store, each after its length in four bytes.

// writePiece writes ascending rows as a piece.
func writePiece(ctx context.Context, out io.Writer, rows func(func(row) bool)) error {
	b := bufio.NewWriterSize(out, 1<<18)
	var enc columnEncoder
	var columns [4][]encoded.Term
	var buf []byte
	flush := func() error {
		buf = appendBlock(buf[:0], &enc, &columns)
		var size [4]byte
		binary.LittleEndian.PutUint32(size[:], uint32(len(buf)))
		b.Write(size[:])
		_, err := b.Write(buf)
		for i := range columns {
			columns[i] = columns[i][:0]
		}
		return err
	}
	for r := range rows {
		for i, t := range r {
			columns[i] = append(columns[i], t)
		}
		if len(columns[0]) < maxBlockRows {
			continue
		}
		if err := flush(); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	if len(columns[0]) > 0 {
		if err := flush(); err != nil {
			return err
		}
	}
	return b.Flush()
}

// pieceReader reads the rows of a piece.
type pieceReader struct {
	b       *bufio.Reader
	buf     []byte
	columns [4][]encoded.Term
	at, n   int
	head    row
}

func (r *pieceReader) before(o *pieceReader) bool { return compareRows(r.head, o.head) < 0 }

// next moves to the next row; false is the end.
func (r *pieceReader) next() (bool, error) {
	if r.at++; r.at >= r.n {
		var size [4]byte
		if _, err := io.ReadFull(r.b, size[:]); err != nil {
			if err == io.EOF {
				err = nil
			}
			return false, err
		}
		n := int(binary.LittleEndian.Uint32(size[:]))
		r.buf = slices.Grow(r.buf[:0], n)[:n]
		if _, err := io.ReadFull(r.b, r.buf); err != nil {
			return false, err
		}
		blk, err := parseBlock(r.buf)
		if err != nil {
			return false, err
		}
		for i := range r.columns {
			r.columns[i] = slices.Grow(r.columns[i][:0], blk.rows)[:blk.rows]
			blk.columns[i].decode(r.columns[i], 0)
		}
		r.at, r.n = 0, blk.rows
	}
	r.head = row{r.columns[0][r.at], r.columns[1][r.at], r.columns[2][r.at], r.columns[3][r.at]}
	return true, nil
}

// mergePieces yields the distinct rows of sorted pieces, ascending.
func mergePieces(files []*os.File, yield func(row) bool) error {
	var readers []*pieceReader
	for _, f := range files {
		r := &pieceReader{b: bufio.NewReaderSize(io.NewSectionReader(f, 0, 1<<62), 1<<16)}
		ok, err := r.next()
		if err != nil {
			return err
		}
		if ok {
			readers = append(readers, r)
		}
	}
	var last row
	for heap := newHeadHeap(readers); len(heap) > 0; {
		if head := heap[0].head; head != last {
			if last = head; !yield(head) {
				return nil
			}
		}
		ok, err := heap[0].next()
		if err != nil {
			return err
		}
		heap.moved(ok)
	}
	return nil
}
