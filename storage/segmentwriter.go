package storage

import (
	"encoding/binary"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sync/errgroup"

	"github.com/ententedb/entente/graph/encoded"
)

// segmentWriter writes a segment: texts of one tag after the other, ascending.
type segmentWriter struct {
	info   segmentInfo
	out    *batch
	coding errgroup.Group // pages are encoded and put while others are filled
	coders sync.Pool      // of *pageCoder
	bytes  atomic.Int64
	tag    encoded.Tag
	text   []byte // of the page that is being filled; see page
	ends   []uint32
	pages  int
	chunk  []byte // page table entries not yet written
	chunkN int
	chunks int
}

func newSegmentWriter(info segmentInfo, out *batch) *segmentWriter {
	w := &segmentWriter{info: info, out: out}
	w.coders.New = func() any { return newPageCoder() }
	w.coding.SetLimit(runtime.GOMAXPROCS(0))
	return w
}

// add appends a text, which is copied.
func (w *segmentWriter) add(tag encoded.Tag, text string) (encoded.Term, error) {
	if tag != w.tag {
		if err := w.endTag(); err != nil {
			return 0, err
		}
		w.tag = tag
	}
	n := w.info.base[tag] + w.info.count[tag]
	w.info.count[tag]++
	w.text = append(w.text, text...)
	w.ends = append(w.ends, uint32(len(w.text)))
	var err error
	if len(w.text) >= pageBytes {
		err = w.endPage()
	}
	if w.info.second {
		return encoded.MakeSecond(tag, n), err
	}
	return encoded.Make(tag, n), err
}

func (w *segmentWriter) put(key, value []byte) error {
	w.bytes.Add(int64(len(key) + len(value)))
	return w.out.put(key, value)
}

func (w *segmentWriter) endPage() error {
	if len(w.ends) == 0 {
		return nil
	}
	key, p := pageKey(w.info.id, w.tag, w.pages), &page{text: unsafe.String(unsafe.SliceData(w.text), len(w.text)), ends: w.ends}
	w.coding.Go(func() error {
		c := w.coders.Get().(*pageCoder)
		defer w.coders.Put(c)
		return w.put(key, c.encode(p))
	})
	w.chunk = binary.AppendUvarint(w.chunk, uint64(p.len()))
	w.chunk = appendString(w.chunk, p.at(0))
	w.chunkN++
	w.pages++
	w.text, w.ends = make([]byte, 0, min(cap(w.text), 2*pageBytes)), make([]uint32, 0, min(cap(w.ends), 1<<10))
	if len(w.chunk) > 64<<10 {
		return w.endChunk()
	}
	return nil
}

func (w *segmentWriter) endChunk() error {
	if w.chunkN == 0 {
		return nil
	}
	value := append(binary.AppendUvarint(nil, uint64(w.chunkN)), w.chunk...)
	err := w.put(pageIndexKey(w.info.id, w.tag, w.chunks), seal(value))
	w.chunk, w.chunkN = w.chunk[:0], 0
	w.chunks++
	return err
}

func (w *segmentWriter) endTag() error {
	if err := w.endPage(); err != nil {
		return err
	}
	err := w.endChunk()
	w.pages, w.chunks = 0, 0
	return err
}

// finish writes what is left and returns the segment's description.
func (w *segmentWriter) finish() (segmentInfo, error) {
	err := errors.Join(w.endTag(), w.coding.Wait())
	w.info.bytes = uint64(w.bytes.Load())
	return w.info, err
}

// cancel ends the writer after an error; it has no effect after finish.
func (w *segmentWriter) cancel() {
	w.coding.Wait() // its error does not matter any more
	w.out.cancel()
}
