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

// lockDir locks a store's directory: for one writer, or for many readers.
func lockDir(path string, readOnly bool) (*flock.Flock, error) {
	name := filepath.Join(path, lockFile)
	if readOnly {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("open store: %w", err)
		}
	}
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
		holder := "another process"
		if b, err := os.ReadFile(name); err == nil && len(b) > 0 {
			holder = strings.TrimSpace(string(b))
		}
		return nil, fmt.Errorf("%s: %w by %s", path, ErrLocked, holder)
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
