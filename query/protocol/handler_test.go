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

func TestHandler_BodyLimitHoldsForWhatIsUnpacked(t *testing.T) {
	server := serve(t, 1, &protocol.Options{MaxBody: 1 << 16})
	big := "SELECT * { } #" + strings.Repeat("x", 1<<20)
	var gz bytes.Buffer
	g := gzip.NewWriter(&gz)
	io.WriteString(g, big)
	g.Close()
	if resp, _ := send(t, "POST", server.URL+"/sparql", big, "Content-Type", "application/sparql-query"); resp.StatusCode != 413 {
		t.Errorf("giant body: %s", resp.Status)
	}
	if resp, _ := send(t, "POST", server.URL+"/sparql", gz.String(), "Content-Type", "application/sparql-query", "Content-Encoding", "gzip"); resp.StatusCode != 413 {
		t.Errorf("giant body, packed: %s", resp.Status)
	}
}

func TestHandler_ETag(t *testing.T) {
	server := serve(t, 1, &protocol.Options{Writable: true})
	resp, _ := ask(t, server, all)
	tag := resp.Header.Get("ETag")
	if resp, _ := ask(t, server, all, "If-None-Match", tag); tag == "" || resp.StatusCode != http.StatusNotModified {
		t.Errorf("unchanged data: %s", resp.Status)
	}
	send(t, "POST", server.URL+"/sparql", "INSERT DATA { <x:a> <x:b> <x:c> }", "Content-Type", "application/sparql-update")
	if resp, _ := ask(t, server, all, "If-None-Match", tag); resp.StatusCode != 200 {
		t.Errorf("changed data: %s", resp.Status)
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

func TestHandler_QueryBombsAreRefusedOrBounded(t *testing.T) {
	server := serve(t, 100, &protocol.Options{Timeout: 2 * time.Second, Memory: 64 << 20})
	for name, bomb := range map[string]string{
		"deep nesting":         "ASK " + strings.Repeat("{", 100000),
		"deep parentheses":     "ASK { FILTER(" + strings.Repeat("(", 100000) + "1",
		"many negations":       "ASK { FILTER(" + strings.Repeat("!", 2000000) + "true) }",
		"long sum":             "ASK { FILTER(" + strings.Repeat("1+", 2000000) + "1 > 3) }",
		"long path":            "ASK { ?s " + strings.Repeat("a/", 2000000) + "a ?o }",
		"many groups":          "ASK { " + strings.Repeat("{} ", 500000) + "}",
		"many optionals":       "ASK { " + strings.Repeat("OPTIONAL {?s ?p ?o} ", 100000) + "}",
		"huge VALUES":          "SELECT (COUNT(*) AS ?n) { VALUES ?x { " + strings.Repeat("1 ", 2000000) + "} VALUES ?y { " + strings.Repeat("1 ", 2000000) + "} }",
		"catastrophic pattern": `SELECT * { ?s ?p ?o FILTER(REGEX("` + strings.Repeat("a", 100000) + `!", "^(a+)+$")) }`,
		"cartesian product":    cartesian,
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			resp, body := send(t, "POST", server.URL+"/sparql", bomb, "Content-Type", "application/sparql-query")
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %v: %s %.200s", took, resp.Status, body)
			}
		})
	}
	if _, body := ask(t, server, "ASK {}"); !strings.Contains(body, "true") {
		t.Error("the server does not answer any more")
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
	resp, _ := send(t, "OPTIONS", server.URL+"/sparql", "", "Origin", "https://friend.example", "Access-Control-Request-Method", "POST")
	if resp.StatusCode != 204 || !strings.Contains(resp.Header.Get("Access-Control-Allow-Methods"), "POST") {
		t.Errorf("preflight: %s %v", resp.Status, resp.Header)
	}
}

func TestHandler_BadEncodings(t *testing.T) {
	server := serve(t, 1, &protocol.Options{Writable: true})
	for name, r := range map[string][4]string{
		"not UTF-8":              {"POST", "/sparql", "application/sparql-query", "ASK { ?s ?p \"\xff\" }"},
		"another charset":        {"POST", "/sparql", "application/sparql-query; charset=latin1", "ASK {}"},
		"no media type":          {"POST", "/sparql", "", "ASK {}"},
		"badly escaped form":     {"POST", "/sparql", "application/x-www-form-urlencoded", "query=%zz"},
		"two queries":            {"GET", "/sparql?query=ASK{}&query=ASK{}", "", ""},
		"damaged Turtle":         {"PUT", "/store?default", "text/turtle", "<x:a> <x:b> \"\xff\" ."},
		"not Turtle":             {"PUT", "/store?default", "text/turtle", "<x:a> <x:b>"},
		"unknown format":         {"PUT", "/store?default", "image/png", "x"},
		"path out of the server": {"GET", "/assets/../../../../etc/passwd", "", ""},
		"the same, escaped":      {"GET", "/store/..%2f..%2fetc%2fpasswd", "", ""},
	} {
		resp, body := send(t, r[0], server.URL+r[1], r[3], "Content-Type", r[2])
		if strings.Contains(body, "root:") || name != "path out of the server" && (resp.StatusCode < 400 || resp.StatusCode >= 500) {
			t.Errorf("%s: %s %.200s", name, resp.Status, body)
		}
	}
	if _, body := ask(t, server, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "Accept", "text/csv"); body != "n\r\n1\r\n" {
		t.Errorf("a refused upload changed the store: %q", body)
	}
}

func TestHandler_RequestsToOtherServers(t *testing.T) {
	hit := false
	inside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hit = true
		w.Header().Set("Content-Type", "text/turtle")
		io.WriteString(w, "<x:a> <x:b> <x:c> .")
	}))
	defer inside.Close()
	load := "LOAD <" + inside.URL + "/data>"
	service := "SELECT * { SERVICE <" + inside.URL + "/sparql> { ?s ?p ?o } }"
	for name, o := range map[string]*protocol.Outbound{
		"nothing allowed":   {},
		"another allowed":   {Allow: []string{"http://127.0.0.1.evil.example/", "http://example.org/"}, Private: true},
		"private addresses": {Allow: []string{"*"}},
	} {
		server := serve(t, 1, &protocol.Options{Writable: true, Service: o.Service(), Load: o.Load()})
		if resp, body := ask(t, server, service); resp.StatusCode == 200 || hit {
			t.Errorf("%s: SERVICE: %s %s", name, resp.Status, body)
		}
		if resp, body := send(t, "POST", server.URL+"/sparql", load, "Content-Type", "application/sparql-update"); resp.StatusCode < 400 || hit {
			t.Errorf("%s: LOAD: %s %s", name, resp.Status, body)
		}
	}
	o := &protocol.Outbound{Allow: []string{inside.URL}, Private: true}
	server := serve(t, 1, &protocol.Options{Writable: true, Load: o.Load()})
	if resp, body := send(t, "POST", server.URL+"/sparql", load, "Content-Type", "application/sparql-update"); resp.StatusCode != 204 || !hit {
		t.Errorf("allowed: %s %s", resp.Status, body)
	}
}
