package protocol_test

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ententedb/entente/datasets/partnerships"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/protocol"
)

var loadFor = flag.Duration("load", 0, "how long TestLoad keeps 64 clients asking; 0 skips it")

// TestLoad asks a mixture of short queries and questions from 64 clients at once,
// and prints throughput, times and memory. Nothing but 503 may go wrong.
func TestLoad(t *testing.T) {
	if *loadFor == 0 {
		t.Skip("a load test: go test ./query/protocol -run TestLoad -load=60s -v")
	}
	store, err := partnerships.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	server := httptest.NewServer(protocol.Handler(store, &protocol.Options{
		Prefixes: []query.Prefix{{Name: "pk", IRI: "https://ententedb.org/pk/"}}}))
	defer server.Close()
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
	const clients = 64
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	var mu sync.Mutex
	var times []time.Duration
	statuses := map[int]int{}
	var heaps []uint64
	stop := time.Now().Add(*loadFor)
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
				mu.Lock()
				times = append(times, time.Since(start))
				statuses[resp.StatusCode]++
				mu.Unlock()
			}
		})
	}
	for time.Now().Before(stop) {
		time.Sleep(*loadFor / 10)
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		heaps = append(heaps, m.HeapInuse>>20)
	}
	all.Wait()
	slices.Sort(times)
	fmt.Printf("%d clients, %v: %d requests, %.0f/s, statuses %v, p50 %v, p99 %v, most %v, heap after each tenth %v MiB\n",
		clients, *loadFor, len(times), float64(len(times))/loadFor.Seconds(), statuses,
		times[len(times)/2], times[len(times)*99/100], times[len(times)-1], heaps)
}
