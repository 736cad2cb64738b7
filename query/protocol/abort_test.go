package protocol_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/ententedb/entente/query/protocol"
)

// An answer that could not be finished must not look whole, in any format, over
// any version of HTTP, compressed or not.
func TestHandler_AnAnswerBrokenOffIsSeen(t *testing.T) {
	plain := serve(t, 3000, &protocol.Options{MaxRows: 20000})
	h2 := httptest.NewUnstartedServer(plain.Config.Handler)
	h2.EnableHTTP2 = true
	h2.StartTLS()
	defer h2.Close()
	for _, accept := range []string{"application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"} {
		path := "/sparql?query=" + url.QueryEscape("SELECT * { ?a ?b ?c . ?d ?e ?f }")
		for _, server := range []*httptest.Server{plain, h2} {
			for _, encoding := range []string{"identity", "gzip"} {
				r, _ := http.NewRequest("GET", server.URL+path, nil)
				r.Header.Set("Accept", accept)
				r.Header.Set("Accept-Encoding", encoding)
				resp, err := server.Client().Transport.RoundTrip(r)
				if err != nil {
					t.Fatal(err)
				}
				n, err := io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				if resp.StatusCode != 200 || n == 0 {
					t.Errorf("%s %s %s: %s after %d bytes: the test no longer breaks off in the middle", accept, resp.Proto, encoding, resp.Status, n)
				}
				if err == nil {
					t.Errorf("%s %s %s: %d bytes look whole", accept, resp.Proto, encoding, n)
				}
			}
		}
		for name, dial := range map[string]func() (net.Conn, error){
			"HTTP/1.0": func() (net.Conn, error) { return net.Dial("tcp", plain.Listener.Addr().String()) },
			"HTTP/1.0 over TLS": func() (net.Conn, error) {
				return tls.Dial("tcp", h2.Listener.Addr().String(), &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"http/1.1"}})
			},
		} {
			conn, err := dial()
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(conn, "GET %s HTTP/1.0\r\nHost: x\r\nAccept: %s\r\n\r\n", path, accept)
			if b, err := io.ReadAll(conn); err == nil {
				t.Errorf("%s %s: %d bytes look whole", accept, name, len(b))
			}
			conn.Close()
		}
	}
}
