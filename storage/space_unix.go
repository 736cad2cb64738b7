//go:build unix

package storage

import "golang.org/x/sys/unix"

// freeSpace returns the bytes that may still be written to the file system of a
// directory.
func freeSpace(dir string) (int64, bool) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, false
	}
	return int64(s.Bavail) * int64(s.Bsize), true
}

// allocated returns the bytes that a file takes on the disk; Badger's logs are
// sparse.
func allocated(file string) (int64, bool) {
	var s unix.Stat_t
	if err := unix.Stat(file, &s); err != nil {
		return 0, false
	}
	return s.Blocks * 512, true
}
