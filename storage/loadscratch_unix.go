//go:build unix

package storage

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// From hugeMemory bytes on, Linux is asked for large pages, of which far fewer
// have to be filled with zeros one by one.
const (
	hugeMemory   = 8 << 20
	madvHugePage = 14
)

// mapMemory returns zeroed memory from the system, or, if that has none to give,
// from the heap.
func mapMemory(n int) []byte {
	b, err := unix.Mmap(-1, 0, n, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return make([]byte, n)
	}
	if n >= hugeMemory && runtime.GOOS == "linux" {
		unix.Madvise(b, madvHugePage) // it is only a wish
	}
	return b
}

// unmapMemory gives back what mapMemory returned.
func unmapMemory(b []byte) {
	unix.Munmap(b) // fails only for memory from the heap, which needs nothing
}
