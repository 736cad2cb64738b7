package protocol_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/ententedb/entente/query/protocol"
)

// A megabyte of one letter, packed into a few bytes, must not become a megabyte
// here, whatever it was sent to.
func TestHandler_BodyLimitHoldsForWhatIsUnpacked(t *testing.T) {
	server := serve(t, 1, &protocol.Options{MaxBody: 1 << 16, MaxUpload: 1 << 16, Writable: true})
	big := "SELECT * { } #" + strings.Repeat("x", 1<<20)
	var gz, zs bytes.Buffer
	g := gzip.NewWriter(&gz)
	z, _ := zstd.NewWriter(&zs)
	for _, w := range []io.WriteCloser{g, z} {
		io.WriteString(w, big)
		w.Close()
	}
	for _, to := range [][3]string{
		{"POST", "/sparql", "application/sparql-query"}, {"POST", "/sparql", "application/sparql-update"},
		{"POST", "/sparql", "application/x-www-form-urlencoded"}, {"POST", "/ask", "application/x-www-form-urlencoded"},
		{"POST", "/explain", "application/x-www-form-urlencoded"}, {"PUT", "/store?default", "text/turtle"},
		{"POST", "/store?default", "application/rdf+xml"}, {"POST", "/store?default", "application/ld+json"},
	} {
		for encoding, body := range map[string]string{"": big, "gzip": gz.String(), "zstd": zs.String()} {
			if to[2] == "text/turtle" {
				body = strings.Replace(body, "SELECT * { }", "", 1)
			}
			resp, text := send(t, to[0], server.URL+to[1], body, "Content-Type", to[2], "Content-Encoding", encoding)
			if resp.StatusCode != 413 && (to[1] != "/store?default" || resp.StatusCode != 400) {
				t.Errorf("%s %s of %s, packed by %q: %s %.100s", to[0], to[1], to[2], encoding, resp.Status, text)
			}
		}
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
			if resp.StatusCode == http.StatusInternalServerError {
				t.Errorf("%s %.200s", resp.Status, body)
			}
		})
	}
	if _, body := ask(t, server, "ASK {}"); !strings.Contains(body, "true") {
		t.Error("the server does not answer any more")
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

// A redirect must not lead where a request may not go in the first place.
func TestOutbound_Redirects(t *testing.T) {
	hit := false
	inside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { hit = true }))
	defer inside.Close()
	outside := httptest.NewServer(http.RedirectHandler(inside.URL+"/data", http.StatusTemporaryRedirect))
	defer outside.Close()
	o := &protocol.Outbound{Allow: []string{outside.URL}, Private: true}
	server := serve(t, 1, &protocol.Options{Writable: true, Service: o.Service(), Load: o.Load()})
	if resp, body := ask(t, server, "SELECT * { SERVICE <"+outside.URL+"/sparql> { ?s ?p ?o } }"); resp.StatusCode == 200 || hit {
		t.Errorf("SERVICE: %s %s", resp.Status, body)
	}
	resp, body := send(t, "POST", server.URL+"/sparql", "LOAD <"+outside.URL+"/data>", "Content-Type", "application/sparql-update")
	if resp.StatusCode < 400 || hit {
		t.Errorf("LOAD: %s %s", resp.Status, body)
	}
	if !strings.Contains(body, "not allowed") {
		t.Errorf("LOAD says %q", body)
	}
}
