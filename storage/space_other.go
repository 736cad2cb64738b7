//go:build !unix

package storage

import "os"

// freeSpace is not known on this system.
func freeSpace(string) (int64, bool) { return 0, false }

// allocated returns the length of a file.
func allocated(file string) (int64, bool) {
	i, err := os.Stat(file)
	if err != nil {
		return 0, false
	}
	return i.Size(), true
}
