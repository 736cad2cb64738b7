package protocol_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query/protocol"
	"github.com/ententedb/entente/storage"
)

// serve starts a server of n numbered triples.
func serve(t *testing.T, n int, opts *protocol.Options) *httptest.Server {
	t.Helper()
	store, err := storage.Open("", &storage.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<http://example.org/%d> <http://example.org/p> \"value %d\" .\n", i, i)
	}
	if _, err := store.Load(context.Background(), strings.NewReader(b.String()), rdfio.NTriples, nil); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(protocol.Handler(store, opts))
	t.Cleanup(func() { server.Close(); store.Close() })
	return server
}

const all = "SELECT ?s { ?s ?p ?o }"

// cartesian takes longer than any test waits.
const cartesian = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STRLEN(STR(?a)) + STRLEN(STR(?d)) + STRLEN(STR(?g)) = 7) }"

// ask sends a query; headers come in pairs.
func ask(t *testing.T, server *httptest.Server, query string, headers ...string) (*http.Response, string) {
	t.Helper()
	return send(t, http.MethodGet, server.URL+"/sparql?query="+url.QueryEscape(query), "", headers...)
}

func send(t *testing.T, method, address, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(r) // as it is: no decompression, no redirects
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(b)
}

func TestHandler_ContentNegotiation(t *testing.T) {
	server := serve(t, 1, nil)
	for accept, want := range map[string]string{
		"":         "application/sparql-results+json",
		"*/*":      "application/sparql-results+json",
		"text/csv": "text/csv; charset=utf-8",
		"text/csv;q=0.5, application/sparql-results+xml":  "application/sparql-results+xml",
		"text/csv;q=0.5, text/tab-separated-values;q=0.9": "text/tab-separated-values; charset=utf-8",
		"application/sparql-results+json;q=0, */*;q=0.1":  "application/json",
		"text/html, application/xml;q=0.9":                "application/xml",
	} {
		resp, _ := ask(t, server, all, "Accept", accept)
		if got := resp.Header.Get("Content-Type"); got != want {
			t.Errorf("Accept %q: got %q, want %q", accept, got, want)
		}
	}
	if resp, _ := ask(t, server, all, "Accept", "image/png"); resp.StatusCode != http.StatusNotAcceptable {
		t.Errorf("image/png: %s", resp.Status)
	}
}

func TestHandler_CompressesBothWays(t *testing.T) {
	server := serve(t, 1000, nil)
	_, plain := ask(t, server, all)
	for encoding, open := range map[string]func(io.Reader) (io.Reader, error){
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"zstd": func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
	} {
		resp, body := ask(t, server, all, "Accept-Encoding", encoding)
		r, err := open(strings.NewReader(body))
		if err != nil || resp.Header.Get("Content-Encoding") != encoding {
			t.Errorf("%s: %v, Content-Encoding %q", encoding, err, resp.Header.Get("Content-Encoding"))
			continue
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != plain {
			t.Errorf("%s: the answer is another one (%v)", encoding, err)
		}
	}
	var gz, zs bytes.Buffer
	g := gzip.NewWriter(&gz)
	z, _ := zstd.NewWriter(&zs)
	for _, w := range []io.WriteCloser{g, z} {
		io.WriteString(w, all)
		w.Close()
	}
	for encoding, body := range map[string]string{"gzip": gz.String(), "zstd": zs.String()} {
		resp, got := send(t, "POST", server.URL+"/sparql", body, "Content-Type", "application/sparql-query", "Content-Encoding", encoding)
		if resp.StatusCode != 200 || got != plain {
			t.Errorf("%s request: %s", encoding, resp.Status)
		}
	}
	for encoding, want := range map[string]int{"br": 415, "gzip": 400} {
		resp, _ := send(t, "POST", server.URL+"/sparql", "not compressed", "Content-Type", "application/sparql-query", "Content-Encoding", encoding)
		if resp.StatusCode != want {
			t.Errorf("bad %s: %s", encoding, resp.Status)
		}
	}
}

func TestHandler_Limits(t *testing.T) {
	server := serve(t, 3000, &protocol.Options{Timeout: 300 * time.Millisecond, MaxRows: 5000, Memory: 4 << 20})
	start := time.Now()
	if resp, _ := ask(t, server, cartesian); resp.StatusCode != 503 || time.Since(start) > 5*time.Second {
		t.Errorf("cartesian product: %s after %v", resp.Status, time.Since(start))
	}
	resp, err := http.Get(server.URL + "/sparql?query=" + url.QueryEscape("SELECT * { ?a ?b ?c . ?d ?e ?f }"))
	if err == nil {
		_, err = io.ReadAll(resp.Body)
		resp.Body.Close()
	}
	if err == nil && resp.StatusCode == 200 {
		t.Error("a result above the limit of rows was delivered as if it were whole")
	}
}

func TestHandler_ConcurrencyIsBounded(t *testing.T) {
	server := serve(t, 3000, &protocol.Options{Concurrent: 1, Queue: 1, QueueWait: 50 * time.Millisecond, Timeout: 20 * time.Second})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	occupy(t, ctx, server)
	resp, _ := ask(t, server, "ASK {}")
	if resp.StatusCode != 503 || resp.Header.Get("Retry-After") == "" {
		t.Errorf("%s, Retry-After %q", resp.Status, resp.Header.Get("Retry-After"))
	}
}

// occupy starts a query that lasts until ctx ends, and returns its id.
func occupy(t *testing.T, ctx context.Context, server *httptest.Server) string {
	t.Helper()
	r, _ := http.NewRequestWithContext(ctx, "GET", server.URL+"/sparql?query="+url.QueryEscape(cartesian), nil)
	go func() {
		if resp, err := http.DefaultClient.Do(r); err == nil {
			resp.Body.Close()
		}
	}()
	return running(t, server, 1)[0]
}

// running waits until n queries run, and returns their ids.
func running(t *testing.T, server *httptest.Server, n int) (ids []string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		_, body := send(t, "GET", server.URL+"/queries", "")
		var list []struct{ ID string }
		if err := json.Unmarshal([]byte(body), &list); err != nil {
			t.Fatalf("%v: %s", err, body)
		}
		if len(list) == n {
			for _, q := range list {
				ids = append(ids, q.ID)
			}
			return ids
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d queries run, want %d", len(list), n)
		}
	}
}

func TestHandler_ClosedConnectionCancels(t *testing.T) {
	server := serve(t, 3000, nil)
	ctx, cancel := context.WithCancel(context.Background())
	occupy(t, ctx, server)
	cancel()
	running(t, server, 0)
}

func TestHandler_DeleteCancels(t *testing.T) {
	server := serve(t, 3000, nil)
	id := occupy(t, context.Background(), server)
	if resp, _ := send(t, "DELETE", server.URL+"/queries/"+id, ""); resp.StatusCode != http.StatusNoContent {
		t.Errorf("cancel: %s", resp.Status)
	}
	running(t, server, 0)
	if resp, _ := send(t, "DELETE", server.URL+"/queries/"+id, ""); resp.StatusCode != http.StatusNotFound {
		t.Errorf("cancel twice: %s", resp.Status)
	}
}

func TestHandler_RolesOfTokens(t *testing.T) {
	update := func(server *httptest.Server, headers ...string) int {
		resp, _ := send(t, "POST", server.URL+"/sparql", "INSERT DATA { <x:a> <x:b> <x:c> }",
			append(headers, "Content-Type", "application/sparql-update")...)
		return resp.StatusCode
	}
	if got := update(serve(t, 1, nil)); got != http.StatusForbidden {
		t.Errorf("an update is not refused by default: %d", got)
	}
	server := serve(t, 1, &protocol.Options{Writable: true, Tokens: map[string]protocol.Role{
		"r": protocol.RoleRead, "w": protocol.RoleWrite, "a": protocol.RoleAdmin}})
	for token, want := range map[string][3]int{ // read, write, administer
		"":   {401, 401, 401},
		"x":  {401, 401, 401},
		"r":  {200, 401, 401},
		"w":  {200, 204, 401},
		"a":  {200, 204, 200},
		"aa": {401, 401, 401},
	} {
		auth := []string{"Authorization", "Bearer " + token}
		read, _ := ask(t, server, all, auth...)
		admin, _ := send(t, "GET", server.URL+"/queries", "", auth...)
		if got := [3]int{read.StatusCode, update(server, auth...), admin.StatusCode}; got != want {
			t.Errorf("token %q: got %v, want %v", token, got, want)
		}
		put, _ := send(t, "PUT", server.URL+"/store?graph=http://example.org/g", "<x:a> <x:b> <x:c> .", append(auth, "Content-Type", "text/turtle")...)
		if (put.StatusCode < 300) != (want[1] < 300) {
			t.Errorf("token %q: PUT answered %s", token, put.Status)
		}
	}
}

// A name that leads here but is not the server's own may be that of a hostile page.
func TestHandler_Hosts(t *testing.T) {
	server := serve(t, 1, &protocol.Options{Hosts: []string{"localhost", "::1"}})
	for host, want := range map[string]int{"localhost": 200, "LOCALHOST:8080": 200, "[::1]:8080": 200, "evil.example": 421, "localhost.evil.example:80": 421, "": 421} {
		r, _ := http.NewRequest("GET", server.URL+"/sparql?query=ASK%7B%7D", nil)
		if r.Host = host; host == "" {
			r.Host = server.Listener.Addr().String()
		}
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("Host %q: %s, want %d", r.Host, resp.Status, want)
		}
	}
}

func TestHandler_OtherOrigins(t *testing.T) {
	server := serve(t, 1, &protocol.Options{Writable: true, AllowOrigin: []string{"https://friend.example"}})
	post := func(origin string) *http.Response {
		resp, _ := send(t, "POST", server.URL+"/sparql", "update="+url.QueryEscape("INSERT DATA { <x:a> <x:b> <x:c> }"),
			"Content-Type", "application/x-www-form-urlencoded", "Origin", origin)
		return resp
	}
	if resp := post("https://evil.example"); resp.StatusCode != http.StatusForbidden {
		t.Errorf("a page of another origin may write: %s", resp.Status)
	}
	if resp := post("https://friend.example"); resp.StatusCode != 204 || resp.Header.Get("Access-Control-Allow-Origin") != "https://friend.example" {
		t.Errorf("an allowed origin: %s, %v", resp.Status, resp.Header)
	}
	if resp := post(server.URL); resp.StatusCode != 204 {
		t.Errorf("its own origin: %s", resp.Status)
	}
	resp, _ := send(t, "OPTIONS", server.URL+"/sparql", "", "Origin", "https://friend.example", "Access-Control-Request-Method", "POST",
		"Access-Control-Request-Headers", "x-requested-with")
	if resp.StatusCode != 204 || !strings.Contains(resp.Header.Get("Access-Control-Allow-Methods"), "POST") ||
		resp.Header.Get("Access-Control-Allow-Headers") != "x-requested-with" {
		t.Errorf("preflight: %s %v", resp.Status, resp.Header)
	}
}
