package storage

import (
	"encoding/binary"

	"github.com/ententedb/entente/graph/encoded"
)

// The first bytes of keys. doc.go holds the table of them all.
const (
	keyManifest = 'm'
	keyHistory  = 'h'
	keyLog      = 'l'
	keyRun      = 'r'
	keySegment  = 'd'
	keyLoose    = 'i'
	keyLooseTxt = 'k'
	keyNothing  = 'n' // never read; see engine.reclaim
)

// Parts of a run, after its number. A part below partIndex is an order's blocks;
// the same with partIndex added is the order's index.
const (
	partIndex = 0x80
	partSets  = 0xfd
	partStats = 0xfe
	partSmall = 0xff
)

func manifestKey() []byte { return []byte{keyManifest} }

func historyKey(commit uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{keyHistory}, commit)
}

func logKey(commit uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{keyLog}, commit)
}

func runKey(run uint64) []byte { return binary.BigEndian.AppendUint64([]byte{keyRun}, run) }

func blockKey(run uint64, o encoded.Order, n int) []byte {
	return binary.BigEndian.AppendUint32(append(runKey(run), byte(o)), uint32(n))
}

func indexKey(run uint64, o encoded.Order, n int) []byte {
	return binary.BigEndian.AppendUint32(append(runKey(run), byte(o)|partIndex), uint32(n))
}

func partKey(run uint64, part byte) []byte { return append(runKey(run), part) }

func segmentKey(segment uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{keySegment}, segment)
}

func pageKey(segment uint64, tag encoded.Tag, page int) []byte {
	return binary.BigEndian.AppendUint32(append(segmentKey(segment), byte(tag)), uint32(page))
}

func pageIndexKey(segment uint64, tag encoded.Tag, n int) []byte {
	return binary.BigEndian.AppendUint32(append(segmentKey(segment), byte(tag)|partIndex), uint32(n))
}

func looseKey(n uint64) []byte { return binary.BigEndian.AppendUint64([]byte{keyLoose}, n) }
