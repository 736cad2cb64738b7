package storage

import (
	"time"

	"github.com/ententedb/entente/graph/encoded"
)

// Info describes a store: what it holds and where its bytes are.
type Info struct {
	Path        string
	Format      int
	ID          [16]byte
	Commit      uint64
	Time        time.Time // of the commit
	KeptCommits int       // that ViewAt can open, the last included
	Totals      encoded.Totals
	Runs        []RunInfo
	// Orders is the bytes of the blocks and indexes per sort order.
	Orders map[encoded.Order]int64
	// Dictionary is the bytes of the sorted segments and their terms by tag, Loose
	// those of terms that came one by one.
	Dictionary int64
	Terms      map[encoded.Tag]uint64
	Loose      int64
	LooseTerms uint64
	// OnDisk is the bytes of the files; what is above the sum of the others is
	// the engine's own, or not reclaimed yet (see Compact).
	OnDisk int64
	// CacheUsed and CacheBudget are the bytes of blocks and pages in memory.
	CacheUsed, CacheBudget int64
	Snapshots              int // open ones
}

// RunInfo describes a run.
type RunInfo struct {
	ID    uint64
	Kind  string // inserts, deletes or triple terms
	Rows  uint64
	Bytes uint64
	Small bool
}

// Info looks through the store's keys and returns what it is made of.
func (s *Store) Info() (Info, error) {
	tx, err := s.Snapshot()
	if err != nil {
		return Info{}, err
	}
	defer tx.Close()
	m := tx.st.m
	i := Info{Path: s.path, Format: formatVersion, ID: m.id, Commit: m.commit, Time: m.time, KeptCommits: 1 + len(tx.st.history),
		Orders: map[encoded.Order]int64{}, Terms: map[encoded.Tag]uint64{}, CacheUsed: s.cache.used.Load(), CacheBudget: s.cache.budget}
	if i.Totals, err = tx.Totals(); err != nil {
		return i, err
	}
	for _, r := range m.runs {
		i.Runs = append(i.Runs, RunInfo{r.id, [...]string{"inserts", "deletes", "triple terms"}[r.kind], r.rows, r.bytes, r.small})
		if r.small {
			continue
		}
		for _, o := range ordersOf(r.kind) {
			for _, part := range []byte{byte(o), byte(o) | partIndex} {
				_, bytes := tx.sn.sizes(partKey(r.id, part))
				i.Orders[o] += bytes
			}
		}
	}
	for _, g := range m.segments {
		i.Dictionary += int64(g.bytes)
		for tag, n := range g.count {
			if n > 0 {
				i.Terms[encoded.Tag(tag)] += n
			}
		}
	}
	if i.LooseTerms = m.loose(); i.LooseTerms > 0 {
		_, bytes := tx.sn.sizes([]byte{keyLoose})
		_, more := tx.sn.sizes([]byte{keyLooseTxt})
		i.Loose = bytes + more
	}
	if !s.options.InMemory {
		i.OnDisk = s.engine.files()
	}
	s.mu.Lock()
	for _, n := range s.open {
		i.Snapshots += n
	}
	s.mu.Unlock()
	i.Snapshots-- // this one
	return i, nil
}
