package storage

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/ententedb/entente/graph/encoded"
)

// A backup is the keys and values of one snapshot:
//
//	"entente backup\n", format version (uvarint)
//	the manifest, and that of the backup it builds upon (empty if it is a full
//	one), each with its length before it
//	entries: length of the key, key, length of the value, value
//	a zero byte, and the CRC-32C of all before, 4 bytes
//
// Runs and dictionary segments never change, so a backup that builds upon an
// earlier one leaves out those that one holds.
const backupMagic = "entente backup\n"

// BackupOptions say how a backup is made. nil is the default.
type BackupOptions struct {
	// Since is an earlier backup of the same store; what it holds is left out. To
	// restore, both are needed, in order. Only its beginning is read.
	Since io.Reader
}

// Backup writes a consistent copy of the store as it is now. Readers and
// writers go on meanwhile.
func (s *Store) Backup(ctx context.Context, w io.Writer, o *BackupOptions) error {
	since := &manifest{}
	if o != nil && o.Since != nil {
		m, _, err := readBackupHead(newBackupReader(o.Since))
		if err != nil {
			return err
		}
		since = m
	}
	tx, err := s.Snapshot()
	if err != nil {
		return err
	}
	defer tx.Close()
	return tx.backup(ctx, w, since)
}

func (tx *Tx) backup(ctx context.Context, w io.Writer, since *manifest) error {
	m := tx.st.m
	if since.commit > m.commit || since.commit > 0 && since.id != m.id {
		return errors.New("backup: the earlier backup is not one of this store")
	}
	sum := crc32.New(castagnoli)
	b := bufio.NewWriterSize(io.MultiWriter(w, sum), 1<<20)
	var base []byte
	if since.commit > 0 {
		base = since.encode()
	}
	head := binary.AppendUvarint([]byte(backupMagic), formatVersion)
	head = appendBytes(head, m.encode())
	head = appendBytes(head, base)
	b.Write(head)
	n := 0
	copyKeys := func(prefix, from []byte) error {
		return tx.sn.scan(prefix, from, true, func(key, value []byte) error {
			if n++; n&63 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			b.Write(appendBytes(nil, key))
			b.Write(binary.AppendUvarint(nil, uint64(len(value))))
			_, err := b.Write(value)
			return err
		})
	}
	for _, r := range m.runs {
		if slices.ContainsFunc(since.runs, func(o runInfo) bool { return o.id == r.id }) {
			continue
		}
		if err := copyKeys(runKey(r.id), nil); err != nil {
			return err
		}
	}
	for _, g := range m.segments {
		if slices.ContainsFunc(since.segments, func(o segmentInfo) bool { return o.id == g.id }) {
			continue
		}
		if err := copyKeys(segmentKey(g.id), nil); err != nil {
			return err
		}
	}
	if err := copyKeys([]byte{keyLog}, logKey(since.commit+1)); err != nil {
		return err
	}
	// The look-up entries of loose terms are made from the others at restore.
	if err := copyKeys([]byte{keyLoose}, looseKey(max(since.nextSecond, m.looseFrom))); err != nil {
		return err
	}
	b.WriteByte(0)
	if err := b.Flush(); err != nil {
		return err
	}
	_, err := w.Write(binary.LittleEndian.AppendUint32(nil, sum.Sum32()))
	return err
}

// backupReader reads a backup and sums up its bytes.
type backupReader struct {
	r   *bufio.Reader
	sum uint32
	buf [1]byte
}

func newBackupReader(r io.Reader) *backupReader {
	return &backupReader{r: bufio.NewReaderSize(r, 1<<20)}
}

func (r *backupReader) Read(b []byte) (int, error) {
	n, err := r.r.Read(b)
	r.sum = crc32.Update(r.sum, castagnoli, b[:n])
	return n, err
}

func (r *backupReader) ReadByte() (byte, error) {
	_, err := io.ReadFull(r, r.buf[:])
	return r.buf[0], err
}

// bytes reads a length and as many bytes.
func (r *backupReader) bytes() ([]byte, error) {
	n, err := binary.ReadUvarint(r)
	if err != nil {
		return nil, err
	}
	if n > 1<<31 {
		return nil, errShort
	}
	// The length may be wrong; so the memory grows with what is really there.
	b := make([]byte, min(n, 1<<20))
	for at := 0; ; {
		if _, err := io.ReadFull(r, b[at:]); err != nil {
			return nil, err
		}
		if uint64(len(b)) == n {
			return b, nil
		}
		at = len(b)
		b = append(b, make([]byte, min(n-uint64(len(b)), uint64(len(b))))...)
	}
}

// backupError explains why a backup could not be read.
func backupError(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = errors.New("it ends too early")
	}
	return fmt.Errorf("%w: backup: %w", ErrCorrupt, err)
}

func readBackupHead(r *backupReader) (m, base *manifest, err error) {
	magic := make([]byte, len(backupMagic))
	if _, err := io.ReadFull(r, magic); err != nil || string(magic) != backupMagic {
		return nil, nil, backupError(errors.New("this is not an Entente backup"))
	}
	version, err := binary.ReadUvarint(r)
	if err != nil {
		return nil, nil, backupError(err)
	}
	if version > formatVersion {
		return nil, nil, fmt.Errorf("%w: the backup is format %d, this program reads formats up to %d", ErrNewerFormat, version, formatVersion)
	}
	value, err := r.bytes()
	if err != nil {
		return nil, nil, backupError(err)
	}
	if m, err = decodeManifest(value); err != nil {
		return nil, nil, err
	}
	base = &manifest{}
	if value, err = r.bytes(); err != nil {
		return nil, nil, backupError(err)
	}
	if len(value) > 0 {
		if base, err = decodeManifest(value); err != nil {
			return nil, nil, err
		}
	}
	return m, base, nil
}

// Restore makes a store at path from a full backup and those that build upon it,
// in order. There must be no store at path; after an error there is none.
func Restore(ctx context.Context, path string, o *Options, backups ...io.Reader) (err error) {
	if entries, err := os.ReadDir(path); err == nil && len(entries) > 0 {
		return fmt.Errorf("restore: %s is not empty", path)
	}
	defer func() {
		if err != nil {
			if files, globErr := filepath.Glob(filepath.Join(path, "*")); globErr == nil {
				for _, f := range files {
					os.RemoveAll(f)
				}
			}
		}
	}()
	options := Options{}
	if o != nil {
		options = *o
	}
	options.InMemory = false
	s, err := restore(ctx, path, &options, backups)
	if err != nil {
		return err
	}
	return s.Close()
}

// OpenImage opens a store in memory with the contents of a backup. Nothing is
// sorted or encoded anew: the blocks are put into the engine as they are.
func OpenImage(r io.Reader, o *Options) (*Store, error) {
	options := Options{}
	if o != nil {
		options = *o
	}
	options.InMemory = true
	return restore(context.Background(), "", &options, []io.Reader{r})
}

func restore(ctx context.Context, path string, o *Options, backups []io.Reader) (*Store, error) {
	if len(backups) == 0 {
		return nil, errors.New("restore: no backup is given")
	}
	if !o.InMemory {
		if err := os.MkdirAll(path, 0o755); err != nil {
			return nil, fmt.Errorf("restore: %w", err)
		}
	}
	e, err := openEngine(path, o)
	if err != nil {
		return nil, err
	}
	ts := e.version()
	last := &manifest{}
	for _, r := range backups {
		ts++
		if last, err = restoreOne(ctx, e, ts, newBackupReader(r), last); err != nil {
			return nil, errors.Join(err, e.close())
		}
	}
	if err := e.write(ts+1, []entry{{manifestKey(), last.encode()}}); err != nil {
		return nil, errors.Join(err, e.close())
	}
	// Runs of earlier backups that the last one does not name are cleared as the
	// leftovers of a crash are.
	return openStore(path, o, e)
}

// restoreOne writes the entries of a backup that builds upon the manifest before.
func restoreOne(ctx context.Context, e *engine, ts uint64, r *backupReader, before *manifest) (*manifest, error) {
	m, base, err := readBackupHead(r)
	if err != nil {
		return nil, err
	}
	if base.commit != before.commit || base.commit > 0 && m.id != before.id {
		return nil, fmt.Errorf("restore: a backup builds upon commit %d, and what is restored so far is commit %d", base.commit, before.commit)
	}
	b := e.batch(ts)
	for n := 0; ; n++ {
		if n&63 == 0 && ctx.Err() != nil {
			b.cancel()
			return nil, ctx.Err()
		}
		key, err := r.bytes()
		var value []byte
		if err == nil && len(key) > 0 {
			value, err = r.bytes()
		}
		if err != nil {
			b.cancel()
			return nil, backupError(err)
		}
		if len(key) == 0 {
			break
		}
		err = b.put(key, value)
		if body, bad := unseal(value); key[0] == keyLoose && len(key) == 9 && bad == nil && len(body) > 0 {
			for _, l := range looseEntries(encoded.Tag(body[0]), binary.BigEndian.Uint64(key[1:]), string(body[1:]))[1:] {
				err = errors.Join(err, b.put(l.key, l.value))
			}
		}
		if err != nil {
			b.cancel()
			return nil, err
		}
	}
	want := r.sum
	var sum [4]byte
	if _, err := io.ReadFull(r, sum[:]); err != nil {
		b.cancel()
		return nil, backupError(err)
	}
	if binary.LittleEndian.Uint32(sum[:]) != want {
		b.cancel()
		return nil, backupError(errChecksum)
	}
	return m, b.flush()
}
