package storage

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ententedb/entente/graph/encoded"
)

// Options say how a store is opened. The zero value and nil are the defaults.
type Options struct {
	// InMemory keeps everything in memory; the path is not used.
	InMemory bool
	// ReadOnly opens a store on disk for reading; others may do the same.
	ReadOnly bool
	// MustExist makes no store where there is none: the error is ErrNoStore.
	// ReadOnly implies it.
	MustExist bool
	// Relaxed does not wait for the disk at commits: after a crash of the machine
	// (not of the process) the last commits may be missing, but none is halved.
	Relaxed bool
	// Memory is the budget of a load in bytes; 0 is 1 GiB.
	Memory int64
	// Cache is the budget for blocks and dictionary pages kept in memory, in
	// bytes; 0 is 256 MiB.
	Cache int64
	// KeepHistory is the number of earlier commits that ViewAt can still open.
	KeepHistory int
}

// Store is an RDF dataset on disk or in memory. Its methods may be called by
// several goroutines at once; writers take turns, readers never wait.
type Store struct {
	path    string
	options Options
	engine  *engine
	cache   *cache

	loosePages sync.Map // number of the page: *loosePage

	writing sync.Mutex    // held by the one writer
	clock   atomic.Uint64 // last timestamp given to a write
	runs    atomic.Uint64 // the last run number given
	// segmentID is the least segment number never given; guarded by writing.
	segmentID uint64
	settling  sync.Mutex // held by whoever writes the queue of commits
	merging   sync.Mutex // held by whoever merges runs

	wake    chan struct{}      // tells the merger that there may be work
	stop    context.CancelFunc // ends the merger
	stopped sync.WaitGroup

	mu      sync.Mutex
	state   *state // the last durable one, which readers see
	head    *state // the last one made, which the next writer starts from
	queue   []*pendingCommit
	failed  error          // why no commits are taken any more
	garbage []runInfo      // small runs no longer named by head
	open    map[uint64]int // timestamps of open snapshots, how many each
	changed chan struct{}  // closed when a commit is published
	closed  bool
}

// state is one published version: the manifest and its runs in memory.
type state struct {
	ts       uint64
	m        *manifest
	runs     []*run // from old to new
	quads    []*run // of them, the ones of quads
	triples  []*run // and those of triple terms
	segments []*segment
	history  []*manifest                                // earlier ones that are kept, from old to new
	sets     atomic.Pointer[encoded.CharacteristicSets] // of several runs
}

// Open opens the store at path, and creates it if there is none. Another
// process that holds it is named in the error, which is ErrLocked.
func Open(path string, o *Options) (*Store, error) {
	options := Options{}
	if o != nil {
		options = *o
	}
	switch {
	case options.InMemory:
	case options.ReadOnly || options.MustExist:
		if !holdsStore(path) {
			return nil, errNoStore(path)
		}
	default:
		if err := os.MkdirAll(path, 0o755); err != nil {
			return nil, fmt.Errorf("open store: %w", err)
		}
	}
	e, err := openEngine(path, &options)
	if err != nil {
		return nil, err
	}
	return openStore(path, &options, e)
}

// openStore makes a store of an open engine, which it closes after an error.
func openStore(path string, o *Options, e *engine) (*Store, error) {
	s := &Store{path: path, options: *o, engine: e, open: map[uint64]int{}, wake: make(chan struct{}, 1), changed: make(chan struct{})}
	if s.options.Memory <= 0 {
		s.options.Memory = 1 << 30
	}
	if s.options.Cache <= 0 {
		s.options.Cache = 256 << 20
	}
	s.cache = &cache{budget: s.options.Cache}
	if err := s.start(); err != nil {
		return nil, errors.Join(err, e.close())
	}
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	if !s.options.ReadOnly {
		s.stopped.Go(func() { s.mergeInBackground(ctx) })
	}
	return s, nil
}

// start reads the manifest, or writes the first one, and clears leftovers.
func (s *Store) start() error {
	s.clock.Store(s.engine.version())
	sn := s.engine.snapshot(s.clock.Load())
	defer sn.close()
	value, err := sn.get(manifestKey())
	if err == errNotFound {
		if s.options.ReadOnly {
			return errNoStore(s.path)
		}
		m := &manifest{time: time.Now().UTC(), nextRun: 1, nextSegment: 1}
		rand.Read(m.id[:])
		if err := s.engine.write(s.tick(), []entry{{manifestKey(), m.encode()}}); err != nil {
			return err
		}
		s.head = s.newState(m, nil)
	} else {
		if err != nil {
			return err
		}
		m, err := decodeManifest(value)
		if err != nil {
			return fmt.Errorf("open %s: %w", s.path, err)
		}
		s.head = s.newState(m, nil)
	}
	s.state = s.head
	s.state.ts = s.clock.Load()
	s.runs.Store(s.state.m.nextRun)
	err = s.eachHistory(sn, func(m *manifest) error {
		s.state.history = append(s.state.history, m)
		return nil
	})
	if err != nil {
		return err
	}
	if s.options.ReadOnly {
		return nil
	}
	if err := s.clear(); err != nil {
		return err
	}
	return nil
}

// newState makes the state of a manifest, and takes over the runs and segments
// of the one before.
func (s *Store) newState(m *manifest, before *state, fresh ...*run) *state {
	st := &state{m: m}
	known := map[uint64]*run{}
	segments := map[uint64]*segment{}
	if before != nil {
		for _, r := range before.runs {
			known[r.id] = r
		}
		for _, g := range before.segments {
			segments[g.id] = g
		}
	}
	for _, r := range fresh {
		if r.sn == nil {
			known[r.id] = r
		}
	}
	for _, info := range m.runs {
		r := known[info.id]
		if r == nil {
			r = &run{runInfo: info, store: s}
		}
		st.runs = append(st.runs, r)
		if r.kind == runTriples {
			st.triples = append(st.triples, r)
		} else {
			st.quads = append(st.quads, r)
		}
	}
	for _, info := range m.segments {
		g := segments[info.id]
		if g == nil {
			g = &segment{segmentInfo: info, store: s}
		}
		st.segments = append(st.segments, g)
	}
	return st
}

// clear deletes what a crash has left: runs and segments that no manifest
// names, loose terms beyond the last, and directories of broken-off loads.
func (s *Store) clear() error {
	m := s.state.m
	sn := s.engine.snapshot(s.clock.Load())
	defer sn.close()
	var dead [][]byte
	runs, segments := map[uint64]bool{}, map[uint64]bool{}
	for _, m := range append(slices.Clone(s.state.history), m) {
		for _, r := range m.runs {
			runs[r.id] = true
		}
		for _, g := range m.segments {
			segments[g.id] = true
		}
	}
	collect := func(kind byte, named map[uint64]bool) error {
		// One look per number, not per key.
		for from := uint64(0); ; {
			var first []byte
			err := sn.scan([]byte{kind}, binary.BigEndian.AppendUint64([]byte{kind}, from), false, func(key, _ []byte) error {
				first = slices.Clone(key)
				return errStop
			})
			if err != nil || len(first) < 9 {
				return err
			}
			n := binary.BigEndian.Uint64(first[1:])
			from = n + 1
			if named[n] {
				continue
			}
			err = sn.scan(first[:9], nil, false, func(key, _ []byte) error {
				dead = append(dead, slices.Clone(key))
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	if err := collect(keyRun, runs); err != nil {
		return err
	}
	if err := collect(keySegment, segments); err != nil {
		return err
	}
	loose, err := deadLoose(sn, m)
	if err != nil {
		return err
	}
	if dead = append(dead, loose...); len(dead) > 0 {
		if err := s.deleteKeys(dead); err != nil {
			return err
		}
		s.state.ts = s.clock.Load()
	}
	if s.options.InMemory {
		return nil
	}
	left, err := filepath.Glob(filepath.Join(s.path, "load-*"))
	for _, dir := range left {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	return err
}

// eachHistory calls fn for the earlier manifests that are kept, oldest first.
func (s *Store) eachHistory(sn *snapshot, fn func(*manifest) error) error {
	return sn.scan([]byte{keyHistory}, nil, true, func(_, value []byte) error {
		m, err := decodeManifest(value)
		if err != nil {
			return err
		}
		return fn(m)
	})
}

// Close ends the store. Transactions must have ended before.
func (s *Store) Close() error {
	s.stop()
	s.stopped.Wait()
	s.writing.Lock()
	defer s.writing.Unlock()
	s.drain()
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	close(s.changed)
	s.mu.Unlock()
	return s.engine.close()
}

// Snapshot opens a consistent view of the store, for reading. The caller closes
// it. An open snapshot keeps what it can see on disk.
func (s *Store) Snapshot() (*Tx, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.snapshot()
}

// snapshot opens a snapshot. s.mu is held.
func (s *Store) snapshot() (*Tx, error) {
	if s.closed {
		return nil, ErrClosed
	}
	st := s.state
	s.open[st.ts]++
	return &Tx{store: s, st: st, ts: st.ts, sn: s.engine.snapshot(st.ts)}, nil
}

// View calls fn with a snapshot.
func (s *Store) View(fn func(tx *Tx) error) error {
	tx, err := s.Snapshot()
	if err != nil {
		return err
	}
	defer tx.Close()
	return fn(tx)
}

// release gives up a snapshot's timestamp.
func (s *Store) release(ts uint64) {
	s.mu.Lock()
	if s.open[ts]--; s.open[ts] == 0 {
		delete(s.open, ts)
	}
	least := s.state.ts
	for t := range s.open {
		least = min(least, t)
	}
	closed := s.closed
	s.mu.Unlock()
	if !closed && least > 0 {
		s.engine.discard(least)
	}
}

// Tx is a transaction: a consistent snapshot of the store, which inside Update
// can also be changed. It satisfies query.Dataset and query.Writer.
type Tx struct {
	store  *Store
	st     *state
	ts     uint64 // of sn
	sn     *snapshot
	w      *writer // nil in a transaction that only reads
	closed atomic.Bool
}

// Close ends a snapshot. Iterators must have been closed before. Transactions of
// View and Update are closed by these.
func (tx *Tx) Close() {
	if tx.closed.Swap(true) {
		return
	}
	tx.sn.close()
	tx.store.release(tx.ts)
}

// Version returns the number of the commit that the snapshot shows; see
// query.Dataset. Inside Update it changes with every Flush.
func (tx *Tx) Version() uint64 {
	if tx.w != nil {
		return tx.st.m.commit<<20 | 1<<63 | tx.w.flushes
	}
	return tx.st.m.commit
}

func (tx *Tx) snapshotOf(r *run) *snapshot {
	if r.sn != nil {
		return r.sn
	}
	return tx.sn
}

// runsOf lists the runs of an order's relation.
func (tx *Tx) runsOf(o encoded.Order) []*run {
	runs := tx.st.quads
	if o.OfTriples() {
		runs = tx.st.triples
	}
	if tx.w == nil {
		return runs
	}
	runs = slices.Clone(runs)
	for _, r := range tx.w.runs {
		if (r.kind == runTriples) == o.OfTriples() {
			runs = append(runs, r)
		}
	}
	return runs
}

func (tx *Tx) quadRuns() []*run { return tx.runsOf(encoded.SPO) }

func (tx *Tx) nextBlank() uint64 {
	if tx.w != nil {
		return tx.w.nextBlank
	}
	return tx.st.m.nextBlank
}

// hasLoose reports whether the dictionary's second zone holds loose terms.
func (tx *Tx) hasLoose() bool {
	return tx.st.m.loose() > 0 || tx.w != nil && len(tx.w.loose) > 0
}
