package storage

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/ententedb/entente/graph/encoded"
)

// formatVersion is the version of everything this package writes.
const formatVersion = 1

// runKind says what a run's rows mean.
type runKind byte

const (
	runInserts runKind = iota // quads that were added
	runDeletes                // quads that were taken away
	runTriples                // triple terms: components and, as fourth, the term
)

// runInfo is what the manifest knows about a run.
type runInfo struct {
	id    uint64
	kind  runKind
	small bool // the rows are one value, in one order
	rows  uint64
	bytes uint64 // stored
}

// segmentInfo describes a sorted segment of the dictionary: per tag, the first
// number and how many follow.
type segmentInfo struct {
	id     uint64
	second bool // the terms are of the second zone
	base   [8]uint64
	count  [8]uint64
	bytes  uint64
}

// manifest names everything that a snapshot sees.
type manifest struct {
	commit         uint64
	time           time.Time
	added, removed uint64 // by this commit
	nextRun        uint64
	nextSegment    uint64
	nextBlank      uint64
	nextTriple     uint64
	nextSecond     uint64 // next number of the dictionary's second zone
	looseFrom      uint64 // numbers of the second zone below it are gone
	runs           []runInfo
	segments       []segmentInfo
	id             [16]byte // of the store
}

func (m *manifest) clone() *manifest {
	c := *m
	c.runs = append([]runInfo(nil), m.runs...)
	c.segments = append([]segmentInfo(nil), m.segments...)
	return &c
}

// loose returns the number of loose terms: those of the second zone that no
// segment holds.
func (m *manifest) loose() uint64 {
	n := m.nextSecond - m.looseFrom
	for _, g := range m.segments {
		if g.second {
			for _, c := range g.count {
				n -= c
			}
		}
	}
	return n
}

// A store whose loose terms outnumber its rows twice is rebuilt in the background,
// which keeps the dictionary in proportion to the data at a constant cost a term.
// Writers wait meanwhile (about two seconds a million terms), so
// larger stores are left to Compact.
const (
	minDeadTerms = 1 << 14
	maxDeadTerms = 1 << 22
)

// mostlyDead reports whether the loose terms are more than those in use can be
// expected to be, and few enough for a rebuild in the background.
func (m *manifest) mostlyDead() bool {
	loose := m.loose()
	if loose < minDeadTerms || loose > maxDeadTerms {
		return false
	}
	var rows uint64
	for _, r := range m.runs {
		rows += r.rows
	}
	return loose > 2*rows
}

func (m *manifest) encode() []byte {
	b := append([]byte(nil), "entente\x00"...)
	b = binary.AppendUvarint(b, formatVersion)
	b = append(b, m.id[:]...)
	b = binary.AppendUvarint(b, m.commit)
	b = binary.AppendVarint(b, m.time.UnixNano())
	for _, v := range []uint64{m.added, m.removed, m.nextRun, m.nextSegment, m.nextBlank, m.nextTriple, m.nextSecond} {
		b = binary.AppendUvarint(b, v)
	}
	b = binary.AppendUvarint(b, uint64(len(m.runs)))
	for _, r := range m.runs {
		small := byte(0)
		if r.small {
			small = 1
		}
		b = binary.AppendUvarint(b, r.id)
		b = append(b, byte(r.kind), small)
		b = binary.AppendUvarint(b, r.rows)
		b = binary.AppendUvarint(b, r.bytes)
	}
	b = binary.AppendUvarint(b, uint64(len(m.segments)))
	for _, s := range m.segments {
		second := byte(0)
		if s.second {
			second = 1
		}
		b = binary.AppendUvarint(b, s.id)
		b = append(b, second)
		for tag := encoded.TagIRI; tag <= encoded.TagTyped; tag++ {
			b = binary.AppendUvarint(b, s.base[tag])
			b = binary.AppendUvarint(b, s.count[tag])
		}
		b = binary.AppendUvarint(b, s.bytes)
	}
	return seal(binary.AppendUvarint(b, m.looseFrom))
}

func decodeManifest(value []byte) (*manifest, error) {
	body, err := unseal(value)
	if err != nil {
		return nil, fmt.Errorf("%w: manifest: %w", ErrCorrupt, err)
	}
	r := &reader{b: body}
	if len(r.b) < 8 || string(r.b[:8]) != "entente\x00" {
		return nil, corrupt("manifest: not an Entente store")
	}
	r.b = r.b[8:]
	if v := r.uint(); v > formatVersion {
		return nil, fmt.Errorf("%w: it is format %d, this program reads formats up to %d; use a newer Entente, or dump and load", ErrNewerFormat, v, formatVersion)
	}
	m := &manifest{}
	for i := range m.id {
		m.id[i] = r.byte()
	}
	m.commit = r.uint()
	m.time = time.Unix(0, r.int()).UTC()
	for _, p := range []*uint64{&m.added, &m.removed, &m.nextRun, &m.nextSegment, &m.nextBlank, &m.nextTriple, &m.nextSecond} {
		*p = r.uint()
	}
	m.runs = make([]runInfo, r.count())
	for i := range m.runs {
		m.runs[i] = runInfo{id: r.uint(), kind: runKind(r.byte()), small: r.byte() == 1, rows: r.uint(), bytes: r.uint()}
	}
	m.segments = make([]segmentInfo, r.count())
	for i := range m.segments {
		s := &m.segments[i]
		s.id, s.second = r.uint(), r.byte() == 1
		for tag := encoded.TagIRI; tag <= encoded.TagTyped; tag++ {
			s.base[tag], s.count[tag] = r.uint(), r.uint()
		}
		s.bytes = r.uint()
	}
	if r.err == nil && len(r.b) > 0 {
		m.looseFrom = r.uint() // the first manifests of format 1 end before it
	}
	if r.err != nil {
		return nil, corrupt("manifest: %v", r.err)
	}
	return m, nil
}
