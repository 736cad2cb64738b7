package storage

import (
	"sync/atomic"
	"unsafe"

	"github.com/ententedb/entente/graph/encoded"
)

// scratch counts the large working memory of a load or a sort: slices without
// pointers that come from the system and go back to it at once. The garbage
// collector, which lets a heap grow to twice what is in use, knows nothing of
// them, so that a budget means what it says. Its methods may be called by several
// goroutines at once; nil counts nothing.
type scratch struct{ held, peak atomic.Int64 }

// leakedScratch counts what loads have not given back: none, as tests check.
var leakedScratch atomic.Int64

func (s *scratch) count(n int) {
	if s == nil {
		return
	}
	held := s.held.Add(int64(n))
	for {
		peak := s.peak.Load()
		if held <= peak || s.peak.CompareAndSwap(peak, held) {
			return
		}
	}
}

// plain are the types that scratch memory is made of; none holds a pointer.
type plain interface {
	byte | uint32 | uint64 | encoded.Term | row | ranks | slot | sortItem | [3]encoded.Term
}

// takeScratch returns an empty slice with room for n values, all zero, which is
// freeScratch's to free. Memory that is never touched is never there.
func takeScratch[T plain](s *scratch, n int) []T {
	var zero T
	size := max(1, n) * int(unsafe.Sizeof(zero))
	s.count(size)
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(mapMemory(size)))), max(1, n))[:0]
}

// freeScratch gives a slice of takeScratch back, whose length may have changed
// but not its capacity.
func freeScratch[T plain](s *scratch, v []T) {
	if v == nil {
		return
	}
	var zero T
	size := cap(v) * int(unsafe.Sizeof(zero))
	s.count(-size)
	unmapMemory(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), size))
}

// appendScratch appends a value to a slice of takeScratch, which is replaced by
// one of twice the size if it is full.
func appendScratch[T plain](s *scratch, v []T, x T) []T {
	if len(v) == cap(v) {
		more := append(takeScratch[T](s, max(1024, 2*cap(v))), v...)
		freeScratch(s, v)
		v = more
	}
	return append(v, x)
}
