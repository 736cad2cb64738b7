package storage

import (
	"context"
	"fmt"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
)

// A commit is written in two steps. Under the writer's lock the new state is
// made in memory and put into a queue, and the next writer starts from it. Then,
// without that lock, whoever comes first writes all that is in the queue as one
// atomic, synced write, and publishes the last state of it to readers. So commits
// that come at the same time share a sync. If the write fails, all that were in
// the queue fail, and so does a writer that has started from them: the store takes
// no more commits until it is opened anew, because nobody knows what has reached
// the disk.

// pendingCommit is a commit in the queue.
type pendingCommit struct {
	st      *state
	entries []entry
	// The loose terms of the commit, which later writers cannot read yet.
	terms      map[termKey]encoded.Term
	loose      []termKey
	firstLoose uint64
	dead       []runInfo // runs in blocks to delete afterwards
	deadSegs   []segmentInfo
	done       bool
	err        error
}

// Update calls fn with a transaction that can write, and commits what it did if
// fn returns nil. Nothing is kept if it returns an error, or if the commit
// fails. Updates take turns; their commits may share a sync.
func (s *Store) Update(fn func(tx *Tx) error) error {
	return s.UpdateContext(context.Background(), fn)
}

// UpdateContext is Update with a context, which ends the commit's sorting and
// writing; once the manifest is being written it has no effect.
func (s *Store) UpdateContext(ctx context.Context, fn func(tx *Tx) error) error {
	if s.options.ReadOnly {
		return ErrReadOnly
	}
	p, err := s.update(ctx, fn)
	if err != nil || p == nil {
		return err
	}
	return s.settle(p)
}

// update runs fn and puts its commit into the queue.
func (s *Store) update(ctx context.Context, fn func(tx *Tx) error) (*pendingCommit, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.updateAlone(ctx, fn)
}

// updateAlone is update with s.writing held.
func (s *Store) updateAlone(ctx context.Context, fn func(tx *Tx) error) (*pendingCommit, error) {
	s.mu.Lock()
	tx, err := s.snapshot()
	if err == nil && s.failed != nil {
		err = fmt.Errorf("%w: %w", ErrFailed, s.failed)
		defer tx.Close()
	}
	if err == nil {
		// It starts from the last commit made, which may not be durable yet.
		tx.st = s.head
		tx.w = newWriter(ctx, tx, slices.Clone(s.queue))
	}
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	defer tx.Close()
	defer tx.w.cancel()
	if err := fn(tx); err != nil {
		return nil, err
	}
	return tx.commit()
}

// tick returns the next timestamp.
func (s *Store) tick() uint64 { return s.clock.Add(1) }

// enqueue makes a manifest the head. s.writing is held.
func (s *Store) enqueue(tx *Tx, m *manifest, p *pendingCommit, fresh []*run) error {
	m.nextRun = s.runs.Load()
	before := tx.st
	p.st = s.newState(m, before, fresh...)
	p.st.history = before.history
	gone := before.m.runs
	if m.commit != before.m.commit {
		p.entries = append(p.entries, entry{logKey(m.commit), encodeLog(m)})
		if m.commit > maxLog && len(before.history) < maxLog {
			p.entries = append(p.entries, entry{key: logKey(m.commit - maxLog)})
		}
		if keep := s.options.KeepHistory; keep > 0 || len(before.history) > 0 {
			gone = slices.Clone(gone)
			history := slices.Clone(before.history)
			if keep > 0 {
				history = append(history, before.m)
				p.entries = append(p.entries, entry{historyKey(before.m.commit), before.m.encode()})
			}
			for len(history) > keep {
				gone = append(gone, history[0].runs...)
				p.entries = append(p.entries, entry{key: historyKey(history[0].commit)})
				history = history[1:]
			}
			p.st.history = history
		}
	}
	named := map[uint64]bool{}
	for _, m := range append(slices.Clone(p.st.history), m) {
		for _, r := range m.runs {
			named[r.id] = true
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed != nil {
		return fmt.Errorf("%w: %w", ErrFailed, s.failed)
	}
	// The keys of small runs are deleted by the next commit, which costs no sync.
	for _, r := range s.garbage {
		p.entries = append(p.entries, entry{key: partKey(r.id, partSmall)})
	}
	s.garbage = nil
	for _, r := range gone {
		switch {
		case named[r.id]:
		case r.small:
			s.garbage = append(s.garbage, r)
		default:
			p.dead = append(p.dead, r)
		}
		named[r.id] = true
	}
	s.head = p.st
	s.queue = append(s.queue, p)
	return nil
}

// settle returns when the commit is durable, or has failed.
func (s *Store) settle(p *pendingCommit) error {
	s.settling.Lock()
	defer s.settling.Unlock()
	if !p.done {
		s.writeQueue()
	}
	return p.err
}

// drain waits until all commits made so far are durable or have failed.
func (s *Store) drain() {
	s.settling.Lock()
	defer s.settling.Unlock()
	s.writeQueue()
}

// writeQueue writes the commits in the queue. s.settling is held.
func (s *Store) writeQueue() {
	for {
		s.mu.Lock()
		group, size, count := s.queue, 0, 0
		for i, p := range group {
			for _, e := range p.entries {
				size += e.size()
			}
			if count += len(p.entries); i > 0 && (size > maxAtomic || count > maxAtomicEntries) {
				group = group[:i]
				break
			}
		}
		s.mu.Unlock()
		if len(group) == 0 {
			return
		}
		ts, err := s.writeGroup(group)
		s.mu.Lock()
		if err != nil {
			err = fmt.Errorf("commit: %w", err)
			for _, p := range s.queue {
				p.done, p.err = true, err
			}
			s.queue, s.head, s.garbage = nil, s.state, nil
			if s.failed == nil {
				s.failed = err
			}
			s.mu.Unlock()
			return
		}
		last := group[len(group)-1].st
		last.ts = ts
		s.state = last
		for _, p := range group {
			p.done = true
		}
		s.queue = slices.Clone(s.queue[len(group):])
		close(s.changed)
		s.changed = make(chan struct{})
		s.mu.Unlock()
		if len(chooseWindow(last.quads).runs) > 1 || len(chooseWindow(last.triples).runs) > 1 || last.m.mostlyDead() {
			select {
			case s.wake <- struct{}{}:
			default:
			}
		}
		for _, p := range group {
			for _, r := range p.dead {
				s.deleteRun(r) // what remains is deleted at the next open
			}
			for _, g := range p.deadSegs {
				s.deletePrefix(segmentKey(g.id))
			}
		}
	}
}

// writeGroup writes commits as one: the last manifest counts.
func (s *Store) writeGroup(group []*pendingCommit) (ts uint64, err error) {
	var entries []entry
	size := 0
	for _, p := range group {
		entries = append(entries, p.entries...)
	}
	for _, e := range entries {
		size += e.size()
	}
	ts = s.tick()
	if size > maxAtomic || len(entries) > maxAtomicEntries {
		// Only one commit can be that large. All but the manifest may be there
		// without it.
		b := s.engine.batch(ts)
		for _, e := range entries {
			if e.value == nil {
				err = b.delete(e.key)
			} else {
				err = b.put(e.key, e.value)
			}
			if err != nil {
				b.cancel()
				return 0, err
			}
		}
		if err := b.flush(); err != nil {
			return 0, err
		}
		entries = nil
		ts = s.tick()
	}
	entries = append(entries, entry{manifestKey(), group[len(group)-1].st.m.encode()})
	return ts, s.engine.write(ts, entries)
}

// advance lets new snapshots start after all that was deleted, so that the engine
// may reclaim it. What is written and not named yet does not matter to them.
func (s *Store) advance() {
	s.settling.Lock() // no commit is half written
	s.mu.Lock()
	if s.failed == nil {
		s.state.ts = s.clock.Load()
	}
	s.mu.Unlock()
	s.settling.Unlock()
	if tx, err := s.Snapshot(); err == nil {
		tx.Close()
	}
}

// deleteRun deletes the keys of a run that no manifest names.
func (s *Store) deleteRun(r runInfo) error { return s.deletePrefix(runKey(r.id)) }

// deletePrefix deletes all keys that begin with prefix.
func (s *Store) deletePrefix(prefix []byte) error {
	sn := s.engine.snapshot(s.clock.Load())
	defer sn.close()
	b := s.engine.batch(s.tick())
	err := sn.scan(prefix, nil, false, func(key, _ []byte) error {
		return b.delete(append([]byte(nil), key...))
	})
	if err != nil {
		b.cancel()
		return err
	}
	return b.flush()
}

// deleteKeys deletes keys, which it keeps.
func (s *Store) deleteKeys(keys [][]byte) error {
	b := s.engine.batch(s.tick())
	for _, k := range keys {
		if err := b.delete(k); err != nil {
			b.cancel()
			return err
		}
	}
	return b.flush()
}
