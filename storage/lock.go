package storage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// A store's directory is locked by the file LOCK.entente, whose text names the
// holder. The operating system lets go of the lock when a process dies.
const lockFile = "LOCK.entente"

// holder says who has locked a store: its writer, who is named in the file, or
// readers, who are not.
func holder(l *flock.Flock) string {
	if reading, err := l.TryRLock(); err == nil && reading {
		_ = l.Close()
		return "other processes, for reading"
	}
	if b, err := os.ReadFile(l.Path()); err == nil && len(b) > 0 {
		return strings.TrimSpace(string(b))
	}
	return "another process"
}

// lockDir locks a store's directory: for one writer, or for many readers.
func lockDir(path string, readOnly bool) (*flock.Flock, error) {
	name := filepath.Join(path, lockFile)
	l := flock.New(name)
	try := l.TryLock
	if readOnly {
		try = l.TryRLock
	}
	ok, err := try()
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	if !ok {
		return nil, fmt.Errorf("%s: %w by %s", path, ErrLocked, holder(l))
	}
	if readOnly {
		return l, nil
	}
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	text := fmt.Sprintf("process %d (%s) on %s since %s\n", os.Getpid(), filepath.Base(os.Args[0]), host, time.Now().UTC().Format(time.RFC3339))
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		return nil, errors.Join(fmt.Errorf("open store: %w", err), l.Close())
	}
	return l, nil
}
