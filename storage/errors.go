package storage

import (
	"errors"
	"fmt"

	"github.com/ententedb/entente/graph/encoded"
)

// The errors that callers test for with errors.Is.
var (
	// ErrClosed is returned by methods of a store or transaction that was closed.
	ErrClosed = errors.New("the store is closed")
	// ErrReadOnly is returned by writing methods of a store opened read-only,
	// and of a transaction that only reads.
	ErrReadOnly = errors.New("the store is open for reading only")
	// ErrLocked is returned by Open when another process has the store open. The
	// error's text names the holder.
	ErrLocked = errors.New("the store is in use")
	// ErrNoStore is returned by Open for a directory that holds no store, with
	// Options.ReadOnly or MustExist.
	ErrNoStore = errors.New("there is no store")
	// ErrNewerFormat is returned by Open for a store that a newer version wrote.
	ErrNewerFormat = errors.New("the store has a newer format")
	// ErrCorrupt is returned when bytes in the store are not what was written.
	// The error's text names the place.
	ErrCorrupt = errors.New("the store is damaged")
	// ErrNoSpace is returned by writes for which the disk has no room left.
	// Nothing of them is kept.
	ErrNoSpace = errors.New("the disk is full")
	// ErrFailed is returned by all writes after a commit could not be written: it
	// is not known what of it has reached the disk. Reading goes on; opening the
	// store anew puts it in order.
	ErrFailed = errors.New("a commit could not be written; the store has to be opened anew")
	// ErrNoSuchCommit is returned by ViewAt for a commit that is not kept.
	ErrNoSuchCommit = errors.New("no such commit is kept")
)

var (
	errNotFound = errors.New("key not found")
	errShort    = errors.New("malformed value")
	errChecksum = errors.New("checksum does not match")
)

// blockError names the block that could not be read.
func blockError(run uint64, o encoded.Order, block int, err error) error {
	return fmt.Errorf("%w: run %d, order %s, block %d: %w", ErrCorrupt, run, o, block, err)
}

func corrupt(place string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrCorrupt, fmt.Sprintf(place, args...))
}
