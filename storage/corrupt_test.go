package storage

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/graph/rdfio"
)

// keysWith lists the keys with a prefix.
func keysWith(t testing.TB, s *Store, prefix ...byte) (keys [][]byte) {
	t.Helper()
	sn := s.engine.snapshot(s.clock.Load())
	defer sn.close()
	must(t, sn.scan(prefix, nil, false, func(key, _ []byte) error {
		keys = append(keys, append([]byte(nil), key...))
		return nil
	}))
	return keys
}

// damage changes one byte of a value, or cuts it.
func damage(t testing.TB, s *Store, r *rand.Rand, key []byte) {
	t.Helper()
	sn := s.engine.snapshot(s.clock.Load())
	value, err := sn.get(key)
	sn.close()
	must(t, err)
	if r.IntN(4) == 0 {
		value = value[:r.IntN(len(value))]
	} else {
		value[r.IntN(len(value))] ^= byte(1 + r.IntN(255))
	}
	must(t, s.engine.write(s.tick(), []entry{{key, append([]byte{}, value...)}}))
}

// readAll reads the statistics and the store in every order, and decodes every
// term.
func readAll(s *Store) error {
	return s.View(func(tx *Tx) error {
		for _, r := range tx.st.runs {
			if _, err := r.statistics(tx.sn); err != nil {
				return err
			}
		}
		if _, err := tx.CharacteristicSets(); err != nil {
			return err
		}
		for o := range encoded.OrderCount {
			it, err := tx.Scan(context.Background(), encoded.Scan{Order: o, Scope: encoded.ScopeNamed, Columns: 15})
			if err != nil {
				return err
			}
			var b encoded.Batch
			for {
				ok, err := it.Next(&b)
				if err != nil {
					it.Close()
					return err
				}
				if !ok {
					break
				}
				out := make([]graph.Term, b.Len)
				for _, c := range b.Columns {
					if err := tx.Decode(c, out); err != nil {
						it.Close()
						return err
					}
				}
			}
			it.Close()
		}
		return nil
	})
}

// TestStore_DamagedBytes_AreReported changes bytes of every kind of value. Each
// time reading must fail with ErrCorrupt and name the place, Check must find it,
// and nothing may panic.
func TestStore_DamagedBytes_AreReported(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	dir := t.TempDir()
	s, err := Open(dir, nil)
	must(t, err)
	var text strings.Builder
	for i := range 9000 {
		fmt.Fprintf(&text, "<http://x/s%d> <http://x/p%d> \"text %d\" <http://x/g> .\n", i/3, i%5, i)
		if i%10 == 0 {
			fmt.Fprintf(&text, "<http://x/s%d> <http://x/p> <<( <http://x/s%d> <http://x/p> \"%d\" )>> <http://x/g> .\n", i, i, i)
		}
	}
	_, err = s.Load(context.Background(), strings.NewReader(text.String()), rdfio.NQuads, nil)
	must(t, err)
	must(t, s.Update(func(tx *Tx) error {
		e, err := tx.Intern(graph.IRI("http://x/late"))
		must(t, err)
		return tx.Insert([]encoded.Pattern{{e, e, e, e}})
	}))
	image := &strings.Builder{}
	must(t, s.Backup(context.Background(), image, nil))
	must(t, s.Close())
	place := regexp.MustCompile(`run \d+|segment \d+|loose term|look-up of`)
	block := regexp.MustCompile(`run \d+, order [A-Z]+, block \d+`)
	kinds := map[string]int{}
	for range 150 {
		s, err := OpenImage(strings.NewReader(image.String()), nil)
		must(t, err)
		keys := keysWith(t, s, keyRun)
		kind := "run"
		switch r.IntN(4) {
		case 0:
			keys, kind = keysWith(t, s, keySegment), "dictionary"
		case 1:
			keys, kind = keysWith(t, s, keyLoose), "loose term"
		}
		key := keys[r.IntN(len(keys))]
		damage(t, s, r, key)
		// A new store over the same engine: nothing is cached.
		fresh, err := openStore("", &Options{InMemory: true}, s.engine)
		must(t, err)
		err = readAll(fresh)
		report, checkErr := fresh.Check(context.Background())
		must(t, checkErr)
		if len(report.Problems) == 0 {
			t.Fatalf("Check does not see that %q is damaged", key)
		}
		if !errors.Is(err, ErrCorrupt) {
			t.Fatalf("reading with %q damaged: %v", key, err)
		}
		if !place.MatchString(err.Error()) {
			t.Fatalf("the error does not name the place: %v", err)
		}
		if kind == "run" && key[9] < partIndex {
			kind = "block"
			if !block.MatchString(err.Error()) {
				t.Fatalf("the error does not name run, order and block: %v", err)
			}
		}
		kinds[kind]++
		s.stop()
		s.stopped.Wait()
		must(t, fresh.Close())
	}
	t.Log(kinds)
}

func TestStore_DamagedManifest_IsRefused(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	for range 20 {
		dir := t.TempDir()
		s, err := Open(dir, nil)
		must(t, err)
		commitOne(t, s, 1)
		damage(t, s, r, manifestKey())
		must(t, s.Close())
		if _, err := Open(dir, nil); !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "manifest") {
			t.Fatalf("opened with a damaged manifest: %v", err)
		}
	}
}

func TestOpen_NewerFormat_IsRefused(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir, nil)
	must(t, err)
	value := s.state.m.encode()
	value[len("entente\x00")] = formatVersion + 1
	must(t, s.engine.write(s.tick(), []entry{{manifestKey(), seal(value[:len(value)-4])}}))
	must(t, s.Close())
	if _, err := Open(dir, nil); !errors.Is(err, ErrNewerFormat) || !strings.Contains(err.Error(), "newer Entente") {
		t.Fatalf("error: %v", err)
	}
}

func TestOpen_SecondTime_NamesHolder(t *testing.T) {
	dir := t.TempDir()
	openTest(t, dir, nil)
	_, err := Open(dir, nil)
	if !errors.Is(err, ErrLocked) || !regexp.MustCompile(`process \d+ \(.+\) on .+ since 2`).MatchString(err.Error()) {
		t.Fatalf("error: %v", err)
	}
}

// FuzzBlock decodes arbitrary bytes as a block: it may fail, not panic.
func FuzzBlock(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 20 {
		v := columnValues(r)
		columns := [4][]encoded.Term{v, v, v, v}
		f.Add(appendBlock(nil, &columnEncoder{}, &columns))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := parseBlock(data)
		if err != nil {
			return
		}
		out := make([]encoded.Term, b.rows)
		for i := range b.columns {
			b.columns[i].decode(out, 0)
			for r := range b.rows {
				if b.at(i, r) != out[r] {
					t.Fatalf("column %d, row %d: %v alone, %v together", i, r, b.at(i, r), out[r])
				}
			}
			b.columns[i].lower(out[len(out)/2], 0, b.rows)
		}
		b.search([]encoded.Term{1, 2, 3, 4}, false, 0, b.rows)
	})
}

// FuzzPage decodes arbitrary bytes as a dictionary page.
func FuzzPage(f *testing.F) {
	for _, texts := range [][]string{{"", "a", "ab", "b"}, {strings.Repeat("long ", 1000), "x"}} {
		p := &page{text: strings.Join(texts, "")}
		for i := range texts {
			p.ends = append(p.ends, uint32(len(strings.Join(texts[:i+1], ""))))
		}
		f.Add(newPageCoder().encode(p))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := decodePage(seal(data))
		if err != nil {
			return
		}
		for i := range p.len() {
			p.at(i)
		}
		p.search("m")
	})
}

// FuzzManifest decodes arbitrary bytes as a manifest.
func FuzzManifest(f *testing.F) {
	m := &manifest{commit: 3, runs: []runInfo{{id: 1, rows: 5}}, segments: []segmentInfo{{id: 1}}}
	value := m.encode()
	f.Add(value[:len(value)-4])
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := decodeManifest(seal(data))
		if err == nil {
			if _, err := decodeManifest(m.encode()); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// FuzzIndex decodes arbitrary bytes as a chunk of a block index.
func FuzzIndex(f *testing.F) {
	f.Add(append([]byte{1}, appendBlockInfo(nil, &blockInfo{rows: 4})...))
	f.Fuzz(func(t *testing.T, data []byte) {
		x := &index{}
		if x.append(data) == nil {
			x.finish()
		}
		decodeStats(seal(data))
	})
}
