package protocol_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ententedb/entente/datasets/partnerships"
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/protocol"
	"github.com/ententedb/entente/storage"
)

var (
	loadFor = flag.Duration("load", 0, "how long TestLoad keeps 64 clients asking; 0 skips it")
	soakFor = flag.Duration("soak", 0, "how long TestSoak keeps clients asking and updating; 0 skips it")
)

// loadPaths is a mixture of short queries and questions.
func loadPaths() []string {
	paths := []string{
		"/ask?question=" + url.QueryEscape("when did Finland join NATO"),
		"/ask?question=" + url.QueryEscape("which WTO members are outside NATO"),
	}
	for _, q := range []string{
		"SELECT ?c { ?c pk:memberOf pk:NATO }",
		"SELECT ?c { ?c pk:memberOf pk:WTO FILTER NOT EXISTS { ?c pk:memberOf pk:NATO } }",
		"SELECT ?o (COUNT(*) AS ?n) { ?c pk:memberOf ?o } GROUP BY ?o ORDER BY DESC(?n) LIMIT 10",
		"ASK { pk:JPN pk:memberOf pk:NATO }",
		"SELECT ?a ?b { pk:FIN pk:borders ?a . ?a pk:borders ?b }",
		"SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
	} {
		paths = append(paths, "/sparql?query="+url.QueryEscape(q))
	}
	return paths
}

// drive asks the paths in turn from so many clients at once, prints throughput,
// times and memory, and returns the memory after each tenth. Nothing
// but 503 may go wrong.
func drive(t *testing.T, server *httptest.Server, clients int, duration time.Duration) (used []memory) {
	paths := loadPaths()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	defer client.CloseIdleConnections()
	times := make([][]time.Duration, clients)
	var refused atomic.Int64
	stop := time.Now().Add(duration)
	var all sync.WaitGroup
	for c := range clients {
		all.Go(func() {
			for i := c; time.Now().Before(stop); i++ {
				start := time.Now()
				resp, err := client.Get(server.URL + paths[i%len(paths)])
				if err != nil {
					t.Error(err)
					return
				}
				_, err = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				if err != nil || resp.StatusCode != 200 && resp.StatusCode != 503 {
					t.Errorf("%s: %v", resp.Status, err)
				}
				if resp.StatusCode == 503 {
					refused.Add(1)
				}
				times[c] = append(times[c], time.Since(start))
			}
		})
	}
	for time.Now().Before(stop) {
		time.Sleep(duration / 10)
		used = append(used, memoryNow(t))
	}
	all.Wait()
	sorted := slices.Sorted(slices.Values(slices.Concat(times...)))
	slowest, fastest := 0, len(sorted)
	for _, one := range times {
		slowest, fastest = max(slowest, len(one)), min(fastest, len(one))
	}
	n := len(sorted)
	fmt.Printf("%d clients, %v: %d requests, %.0f/s, %d answered 503, p50 %v, p95 %v, p99 %v, most %v; a client had %d to %d answers; memory after each tenth, as {anonymous, mapped files, Go heap} in MiB: %v\n",
		clients, duration, n, float64(n)/duration.Seconds(), refused.Load(), sorted[n/2], sorted[n*95/100], sorted[n*99/100], sorted[n-1],
		fastest, slowest, used)
	return used
}

// memory is that of this process, clients and all, in MiB.
type memory struct {
	anonymous int // resident and not a file's: what may not grow
	files     int // resident pages of mapped files, which the system takes back at need
	heap      int // of Go, in use
}

// memoryNow measures after the garbage has been given back.
func memoryNow(t *testing.T) memory {
	debug.FreeOSMemory()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("no /proc on this system: ", err)
	}
	field := func(name string) (kib int) {
		_, rest, _ := bytes.Cut(status, []byte(name+":"))
		if _, err := fmt.Sscan(string(rest), &kib); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return kib >> 10
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return memory{field("RssAnon"), field("RssFile"), int(m.HeapInuse >> 20)}
}

var loadPrefixes = []query.Prefix{{Name: "pk", IRI: "https://ententedb.org/pk/"}}

// TestLoad asks from 64 clients at once.
func TestLoad(t *testing.T) {
	if *loadFor == 0 {
		t.Skip("a load test: go test ./query/protocol -run TestLoad -load=60s -v")
	}
	store, err := partnerships.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	server := httptest.NewServer(protocol.Handler(store, &protocol.Options{Prefixes: loadPrefixes}))
	defer server.Close()
	drive(t, server, 64, *loadFor)
}

// TestSoak asks from 8 clients while another adds statements to a store on disk
// and takes the oldest away, so that its size stays the same. Memory must not grow
// by more than the cache may.
func TestSoak(t *testing.T) {
	if *soakFor == 0 {
		t.Skip("a soak test: go test ./query/protocol -run TestSoak -soak=10m -timeout 20m -v")
	}
	const cache = 64 << 20
	dir := t.TempDir()
	store, err := storage.Open(dir, &storage.Options{Cache: cache, Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	embedded, err := partnerships.Open()
	if err != nil {
		t.Fatal(err)
	}
	err = embedded.View(func(tx *storage.Tx) error {
		_, err := store.LoadQuads(t.Context(), nil, func(ctx context.Context, emit func(graph.Quad) error) error {
			for q, err := range query.Quads(ctx, tx, encoded.Scan{Order: encoded.SPO}) {
				if err != nil {
					return err
				}
				if err := emit(q); err != nil {
					return err
				}
			}
			return nil
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	embedded.Close()
	server := httptest.NewServer(protocol.Handler(store, &protocol.Options{Writable: true, Prefixes: loadPrefixes}))
	defer server.Close()

	ctx, cancel := context.WithCancel(t.Context())
	var writer sync.WaitGroup
	updates := 0
	writer.Go(func() {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for ; ctx.Err() == nil; updates++ {
			var b strings.Builder
			b.WriteString("INSERT DATA {")
			for i := range 20 {
				fmt.Fprintf(&b, " pk:soak%d pk:soaks %d , \"text %d of %d\" .", updates, i, i, updates)
			}
			fmt.Fprintf(&b, " } ; DELETE WHERE { pk:soak%d ?p ?o }", updates-100)
			resp, err := http.Post(server.URL+"/sparql", "application/sparql-update", strings.NewReader(b.String()))
			if err != nil {
				t.Error(err)
				return
			}
			resp.Body.Close()
			if resp.StatusCode != 204 && resp.StatusCode != 503 {
				t.Errorf("update: %s", resp.Status)
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
			}
		}
	})
	before := diskMiB(t, dir)
	used := drive(t, server, 8, *soakFor)
	cancel()
	writer.Wait()
	fmt.Printf("%d updates of 40 statements in and as many out; on disk %d MiB before, %d MiB after; cache budget %d MiB\n",
		updates, before, diskMiB(t, dir), cache>>20)
	if first, last := used[1].anonymous, used[len(used)-1].anonymous; last > first+cache>>20 {
		t.Errorf("memory grew from %d to %d MiB", first, last)
	}
}

// diskMiB is the size of the files of a store.
func diskMiB(t *testing.T, dir string) int64 {
	var n int64
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // a file that went away meanwhile
		}
		if info, err := d.Info(); err == nil {
			n += info.Size()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n >> 20
}
