package storage

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"time"
)

// LogEntry describes a commit.
type LogEntry struct {
	Commit         uint64
	Time           time.Time
	Added, Removed uint64 // quads
	// Kept tells whether ViewAt can open the store as it was then.
	Kept bool
}

func encodeLog(m *manifest) []byte {
	b := binary.AppendVarint(nil, m.time.UnixNano())
	b = binary.AppendUvarint(b, m.added)
	return seal(binary.AppendUvarint(b, m.removed))
}

// maxLog is the number of commits that Log remembers, so that endless updates do
// not fill the disk.
const maxLog = 100_000

// Log lists the last 100,000 commits, the oldest first; more where more were kept
// for ViewAt.
func (s *Store) Log() ([]LogEntry, error) {
	tx, err := s.Snapshot()
	if err != nil {
		return nil, err
	}
	defer tx.Close()
	kept := map[uint64]bool{tx.st.m.commit: true}
	for _, m := range tx.st.history {
		kept[m.commit] = true
	}
	var log []LogEntry
	err = tx.sn.scan([]byte{keyLog}, nil, true, func(key, value []byte) error {
		body, err := unseal(value)
		r := &reader{b: body, err: err}
		e := LogEntry{Commit: binary.BigEndian.Uint64(key[1:]), Time: time.Unix(0, r.int()).UTC(), Added: r.uint(), Removed: r.uint()}
		if r.err != nil {
			return fmt.Errorf("%w: log of commit %d: %w", ErrCorrupt, e.Commit, r.err)
		}
		e.Kept = kept[e.Commit]
		log = append(log, e)
		return nil
	})
	return log, err
}

// SnapshotAt opens the store as it was after a commit; see Options.KeepHistory.
// The caller closes it.
func (s *Store) SnapshotAt(commit uint64) (*Tx, error) {
	return s.snapshotAt(func(m *manifest) bool { return m.commit == commit }, fmt.Sprint(commit))
}

// SnapshotAtTime opens the store as it was at a time. The caller closes it.
func (s *Store) SnapshotAtTime(t time.Time) (*Tx, error) {
	return s.snapshotAt(func(m *manifest) bool { return !m.time.After(t) }, t.Format(time.RFC3339))
}

func (s *Store) snapshotAt(match func(*manifest) bool, name string) (*Tx, error) {
	tx, err := s.Snapshot()
	if err != nil {
		return nil, err
	}
	if match(tx.st.m) {
		return tx, nil
	}
	for i := len(tx.st.history) - 1; i >= 0; i-- {
		if m := tx.st.history[i]; match(m) {
			tx.st = s.newState(m, tx.st)
			return tx, nil
		}
	}
	tx.Close()
	return nil, fmt.Errorf("%w: %s", ErrNoSuchCommit, name)
}

// ViewAt calls fn with the store as it was after a commit.
func (s *Store) ViewAt(commit uint64, fn func(tx *Tx) error) error {
	tx, err := s.SnapshotAt(commit)
	if err != nil {
		return err
	}
	defer tx.Close()
	return fn(tx)
}

// Watch yields the number of the last commit, now and whenever it has changed,
// until the context ends or the store is closed.
func (s *Store) Watch(ctx context.Context) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		last, any := uint64(0), false
		for {
			s.mu.Lock()
			commit, changed, closed := s.state.m.commit, s.changed, s.closed
			s.mu.Unlock()
			if closed || ctx.Err() != nil {
				return
			}
			if (!any || commit != last) && !yield(commit) {
				return
			}
			last, any = commit, true
			select {
			case <-changed:
			case <-ctx.Done():
				return
			}
		}
	}
}
