package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
	"github.com/gofrs/flock"
)

// engine is the ordered key-value store underneath, through the few operations
// that runs and a manifest need. This file is the only one that knows Badger.
//
// Badger runs in managed mode: the caller chooses the timestamps of writes, in
// ascending order, and a snapshot is opened at the timestamp of the last
// published commit. So opening a snapshot never waits for a commit in progress.
type engine struct {
	db       *badger.DB
	lock     *flock.Flock // nil in memory
	inMemory bool
	path     string
	written  atomic.Int64 // bytes since the free space was last looked at
	// fault, set by tests only, is asked before and after each operation whether
	// it is to fail; watch, likewise, sees what is written at once.
	fault func(op string) error
	watch func([]entry)
}

// Badger writes its log through mapped memory, where a full disk is no error
// but the end of the process. So the free space is looked at beforehand: there
// must be room for what is written, twice (log and table), and for Badger's
// next log and tables.
const (
	reservedSpace = 16 * memTableSize
	memTableSize  = 8 << 20
)

func (e *engine) room(bytes int) error {
	if err := e.inject("room"); err != nil {
		return err
	}
	if e.inMemory {
		return nil
	}
	// Small writes look once in a while only.
	if n := e.written.Add(int64(bytes)); n < 1<<20 && n != int64(bytes) {
		return nil
	}
	e.written.Store(1)
	if free, ok := freeSpace(e.path); ok && free < 2*int64(bytes)+reservedSpace {
		return fmt.Errorf("%w: %s has %d MB left, and %d MB are kept in reserve", ErrNoSpace, e.path, free>>20, int64(reservedSpace)>>20)
	}
	return nil
}

func (e *engine) inject(op string) error {
	if e.fault == nil {
		return nil
	}
	return e.fault(op)
}

// entry is a key and its value; a nil value deletes the key.
type entry struct{ key, value []byte }

func (e entry) size() int { return len(e.key) + len(e.value) }

// maxAtomic is the greatest size of the entries of one atomic write. Badger's
// limits are 15 % of the memtable and as many entries as nodes fit in there.
const (
	maxAtomic        = 512 << 10
	maxAtomicEntries = 4000
)

func openEngine(path string, o *Options) (*engine, error) {
	var opt badger.Options
	if o.InMemory {
		opt = badger.DefaultOptions("").WithInMemory(true)
	} else {
		opt = badger.DefaultOptions(path)
		opt.SyncWrites = !o.Relaxed
		opt.ReadOnly = o.ReadOnly
		opt.ValueLogFileSize = 64 << 20
	}
	// A table is built in memory that grows by doubling, stays in a pool of eight,
	// and fits badly where a value is larger than a block. With small memtables and
	// large blocks Badger takes about 150 MB of a load, not a gigabyte.
	opt.MemTableSize = memTableSize
	opt.BlockSize = 64 << 10
	opt.NumMemtables = 3
	// Until level zero is merged into those below, it holds every version of what
	// small commits have replaced and deleted.
	opt.NumLevelZeroTables = 5
	opt.NumLevelZeroTablesStall = 60
	opt.NumCompactors = 2
	opt.Compression = options.None
	opt.BlockCacheSize = 0
	opt.MetricsEnabled = false
	opt.DetectConflicts = false
	opt.Logger = nil
	e := &engine{inMemory: o.InMemory, path: path}
	var err error
	if !o.InMemory {
		if e.lock, err = lockDir(path, o.ReadOnly); err != nil {
			return nil, err
		}
		if !o.ReadOnly {
			err = removeEmptyLogs(path)
		}
	}
	if err == nil {
		e.db, err = badger.OpenManaged(opt)
	}
	if err != nil {
		err = fmt.Errorf("open %s: %w", path, err)
		if e.lock != nil {
			err = errors.Join(err, e.lock.Close())
		}
		return nil, err
	}
	return e, nil
}

// holdsStore tells whether there is a store in a directory.
func holdsStore(path string) bool {
	_, err := os.Stat(filepath.Join(path, badger.ManifestFilename))
	return !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR)
}

func errNoStore(path string) error {
	return fmt.Errorf("open %s: %w", path, ErrNoStore)
}

// removeEmptyLogs removes log files of no bytes. A process killed right after
// creating one leaves it so, and Badger 4.9 then refuses to open ("Create a new
// file").
func removeEmptyLogs(path string) error {
	for _, pattern := range []string{"*.vlog", "*.mem"} {
		files, err := filepath.Glob(filepath.Join(path, pattern))
		if err != nil {
			return err
		}
		for _, f := range files {
			if i, err := os.Stat(f); err == nil && i.Size() == 0 {
				if err := os.Remove(f); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (e *engine) close() error {
	err := e.db.Close()
	if e.lock != nil {
		err = errors.Join(err, e.lock.Close())
	}
	return err
}

// version returns the timestamp of the last write.
func (e *engine) version() uint64 { return e.db.MaxVersion() }

// discard allows what was deleted or replaced at or before ts to be reclaimed.
func (e *engine) discard(ts uint64) { e.db.SetDiscardTs(ts) }

// write makes the entries visible at ts, all or none, and durable unless the
// store is relaxed.
func (e *engine) write(ts uint64, entries []entry) error {
	if err := e.inject("write"); err != nil {
		return err
	}
	if e.watch != nil {
		e.watch(entries)
	}
	txn := e.db.NewTransactionAt(ts, true)
	defer txn.Discard()
	for _, n := range entries {
		var err error
		if n.value == nil {
			err = txn.Delete(n.key)
		} else {
			err = split(n.key, n.value, txn.SetEntry)
		}
		if err != nil {
			return err
		}
	}
	if err := txn.CommitAt(ts, nil); err != nil {
		return err
	}
	return e.inject("sync")
}

// flatten moves all tables of the disk to one level.
func (e *engine) flatten() error { return e.db.Flatten(2) }

// reclaim lets Badger drop what was deleted: it moves all tables to one level, after
// a flatten, and collects the value log, which holds only values above Badger's
// threshold.
//
// Flatten leaves alone what is in memory yet, where the last deletions are, and
// level zero where there is no other. So a prefix is dropped afterwards, the one
// call that merges both; it must be there, and holds readers up while what
// is left in level zero goes into the level below (100 MB at most). Nobody may write meanwhile.
func (e *engine) reclaim(ts uint64) error {
	nothing := []byte{keyNothing}
	if err := e.write(ts, []entry{{nothing, nothing}}); err != nil {
		return err
	}
	if err := e.db.DropPrefix(nothing); err != nil {
		return err
	}
	if err := e.flatten(); err != nil || e.inMemory {
		return err
	}
	for {
		err := e.db.RunValueLogGC(0.5)
		if errors.Is(err, badger.ErrNoRewrite) || errors.Is(err, badger.ErrRejected) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// A value longer than maxValue is split, because a Badger transaction has to hold
// it: the first piece stands under its key, the others under that key, a zero
// byte and their number. The entries' meta byte tells them apart.
const (
	maxValue = 512 << 10 // below Badger's ValueThreshold, so that no value goes to its value log

	metaFirst = 1 // more pieces follow; the value begins with their number
	metaPiece = 2
)

func split(key, value []byte, set func(*badger.Entry) error) error {
	if len(value) <= maxValue {
		return set(badger.NewEntry(key, value))
	}
	n := (len(value)-1)/maxValue + 1
	first := append(binary.BigEndian.AppendUint32(nil, uint32(n-1)), value[:maxValue]...)
	if err := set(badger.NewEntry(key, first).WithMeta(metaFirst)); err != nil {
		return err
	}
	for i := 1; i < n; i++ {
		piece := value[i*maxValue : min(len(value), (i+1)*maxValue)]
		if err := set(badger.NewEntry(pieceKey(key, i), piece).WithMeta(metaPiece)); err != nil {
			return err
		}
	}
	return nil
}

func pieceKey(key []byte, i int) []byte {
	k := append(append(make([]byte, 0, len(key)+5), key...), 0)
	return binary.BigEndian.AppendUint32(k, uint32(i))
}

// value returns a copy of an item's value, joined if it was split.
func (s *snapshot) value(item *badger.Item) ([]byte, error) {
	v, err := item.ValueCopy(nil)
	if err != nil || item.UserMeta() != metaFirst {
		return v, err
	}
	if len(v) < 4 {
		return nil, errShort
	}
	n := binary.BigEndian.Uint32(v)
	v = v[4:]
	key := item.KeyCopy(nil)
	for i := range n {
		piece, err := s.txn.Get(pieceKey(key, int(i)+1))
		if err != nil {
			return nil, err
		}
		err = piece.Value(func(p []byte) error { v = append(v, p...); return nil })
		if err != nil {
			return nil, err
		}
	}
	return v, nil
}

// files returns the bytes that the store's files take on the disk.
func (e *engine) files() (bytes int64) {
	lsm, _ := e.db.Size()
	var onDisk int64
	files, _ := filepath.Glob(filepath.Join(e.path, "*"))
	for _, f := range files {
		if n, ok := allocated(f); ok {
			onDisk += n
		}
	}
	if onDisk == 0 {
		return lsm
	}
	return onDisk
}

// batch writes many entries at one timestamp, not atomically.
type batch struct {
	e  *engine
	wb *badger.WriteBatch
}

func (e *engine) batch(ts uint64) *batch { return &batch{e, e.db.NewWriteBatchAt(ts)} }

// put writes an entry; the batch owns the slices until it ends. Several
// goroutines may put at the same time.
func (b *batch) put(key, value []byte) error {
	if err := b.e.inject("put"); err != nil {
		return err
	}
	if err := b.e.room(len(key) + len(value)); err != nil {
		return err
	}
	return split(key, value, b.wb.SetEntry)
}

func (b *batch) delete(key []byte) error { return b.wb.Delete(key) }

// flush waits until everything is written, and ends the batch.
func (b *batch) flush() error {
	if err := b.e.inject("flush"); err != nil {
		b.wb.Cancel()
		return err
	}
	return b.wb.Flush()
}

func (b *batch) cancel() { b.wb.Cancel() }

// snapshot reads at one timestamp. It may be used by several goroutines.
type snapshot struct {
	e   *engine
	txn *badger.Txn
}

func (e *engine) snapshot(ts uint64) *snapshot {
	return &snapshot{e, e.db.NewTransactionAt(ts, false)}
}

func (s *snapshot) close() { s.txn.Discard() }

// get returns a copy of the value, or errNotFound.
func (s *snapshot) get(key []byte) ([]byte, error) {
	if err := s.e.inject("get"); err != nil {
		return nil, err
	}
	item, err := s.txn.Get(key)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return nil, errNotFound
	}
	if errors.Is(err, badger.ErrDiscardedTxn) || errors.Is(err, badger.ErrDBClosed) {
		return nil, ErrClosed
	}
	if err != nil {
		return nil, err
	}
	return s.value(item)
}

// scan calls fn for the entries whose keys begin with prefix, from the key from
// on, ascending. Key and value belong to the engine and are valid during the
// call; without values, value is nil, and the further pieces of split values are
// listed too. fn ends the scan by returning errStop.
func (s *snapshot) scan(prefix, from []byte, values bool, fn func(key, value []byte) error) error {
	if err := s.e.inject("scan"); err != nil {
		return err
	}
	opt := badger.DefaultIteratorOptions
	opt.Prefix = prefix
	opt.PrefetchValues = false
	it := s.txn.NewIterator(opt)
	defer it.Close()
	if from == nil {
		from = prefix
	}
	for it.Seek(from); it.ValidForPrefix(prefix); it.Next() {
		item := it.Item()
		if item.UserMeta() == metaPiece && values {
			continue
		}
		var err error
		switch {
		case !values:
			err = fn(item.Key(), nil)
		case item.UserMeta() == metaFirst:
			var v []byte
			if v, err = s.value(item); err == nil {
				err = fn(item.Key(), v)
			}
		default:
			err = item.Value(func(v []byte) error { return fn(item.Key(), v) })
		}
		if err == errStop {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sizes estimates the bytes of the keys with this prefix.
func (s *snapshot) sizes(prefix []byte) (keys int, bytes int64) {
	opt := badger.DefaultIteratorOptions
	opt.Prefix = prefix
	opt.PrefetchValues = false
	it := s.txn.NewIterator(opt)
	defer it.Close()
	for it.Seek(prefix); it.ValidForPrefix(prefix); it.Next() {
		keys++
		bytes += it.Item().EstimatedSize()
	}
	return keys, bytes
}

var errStop = errors.New("stop")
