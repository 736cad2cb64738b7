package protocol

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A client that takes nothing, or sends nothing, must not hold a request for ever.
func TestPaced_SlowClientsLoseTheConnection(t *testing.T) {
	ended := make(chan error, 2)
	server := httptest.NewServer(paced(200*time.Millisecond, 1<<10, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			_, err := io.ReadAll(r.Body)
			ended <- err
			return
		}
		for {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				ended <- err
				return
			}
		}
	})))
	defer server.Close()
	for _, request := range []string{
		"GET / HTTP/1.1\r\nHost: x\r\n\r\n",                          // and never reads
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx", // and never sends the rest
	} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, request); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-ended:
			if err == nil {
				t.Errorf("%.4s ended without an error", request)
			}
		case <-time.After(10 * time.Second):
			t.Errorf("%.4s still holds the server", request)
		}
	}
}

// The deadline of a body must not end the query that follows it.
func TestPaced_LongAnswersOutliveTheDeadline(t *testing.T) {
	server := httptest.NewServer(paced(100*time.Millisecond, 1<<10, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		select {
		case <-r.Context().Done():
			t.Error("the request was cancelled")
		case <-time.After(400 * time.Millisecond):
		}
		_, _ = io.WriteString(w, "done")
	})))
	defer server.Close()
	resp, err := http.Post(server.URL, "text/plain", strings.NewReader("query"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if b, err := io.ReadAll(resp.Body); err != nil || string(b) != "done" {
		t.Errorf("%q, %v", b, err)
	}
}

// A byte now and then keeps no connection, though no single wait is long.
func TestPaced_TrickleIsCutOff(t *testing.T) {
	ended := make(chan error, 1)
	server := httptest.NewServer(paced(300*time.Millisecond, 1<<10, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		ended <- err
	})))
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(20 * time.Second); ; {
		select {
		case err := <-ended:
			if err == nil {
				t.Error("the body ended without an error")
			}
			return
		case <-tick.C:
			_, _ = conn.Write([]byte("x"))
		case <-deadline:
			t.Fatal("the trickle still holds the server")
		}
	}
}
