package protocol_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/ententedb/entente/query/protocol"
)

// accessLog collects lines.
type accessLog struct {
	mu    sync.Mutex
	lines []protocol.Access
}

func (l *accessLog) add(a protocol.Access) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, a)
}

// last returns the newest line for a path.
func (l *accessLog) last(t *testing.T, path string) protocol.Access {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range slices.Backward(l.lines) {
		if a.Path == path {
			return a
		}
	}
	t.Fatalf("no line for %s", path)
	return protocol.Access{}
}

func TestAccess(t *testing.T) {
	var log accessLog
	server := serve(t, 3000, &protocol.Options{Log: log.add, MaxRows: 20000})
	resp, body := ask(t, server, all, "X-Request-Id", "mine")
	a := log.last(t, "/sparql")
	if a.ID != "mine" || resp.Header.Get("X-Request-Id") != "mine" || a.Text != all || a.Status != 200 || a.Bytes != int64(len(body)) || a.Error != "" || a.Duration <= 0 {
		t.Errorf("GET: %+v", a)
	}
	send(t, "POST", server.URL+"/sparql", all, "Content-Type", "application/sparql-query")
	if a := log.last(t, "/sparql"); a.Text != all || a.ID == "" || a.ID == "mine" {
		t.Errorf("POST: %+v", a)
	}
	ask(t, server, "SELECT")
	if a := log.last(t, "/sparql"); a.Status != 400 || a.Error == "" {
		t.Errorf("a mistake: %+v", a)
	}
	resp, err := http.Get(server.URL + "/sparql?query=" + url.QueryEscape("SELECT * { ?a ?b ?c . ?d ?e ?f }"))
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	server.CloseClientConnections()
	if a := log.last(t, "/sparql"); a.Status != 200 || !strings.Contains(a.Error, "row limit") {
		t.Errorf("broken off: %+v", a)
	}
}

func TestAccess_ClientLeft(t *testing.T) {
	var log accessLog
	server := serve(t, 3000, &protocol.Options{Log: log.add})
	ctx, cancel := context.WithCancel(context.Background())
	occupy(t, ctx, server)
	cancel()
	running(t, server, 0)
	server.Close() // waits for the handler
	if a := log.last(t, "/sparql"); a.Status != 499 || a.Error == "" {
		t.Errorf("got %+v", a)
	}
}

func TestQueries_Describe(t *testing.T) {
	server := serve(t, 3000, nil)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	occupy(t, ctx, server)
	var list []struct{ ID, Request, Remote, Path, Text, Started string }
	_, body := send(t, "GET", server.URL+"/queries", "")
	if err := json.Unmarshal([]byte(body), &list); err != nil || len(list) != 1 {
		t.Fatalf("%v: %s", err, body)
	}
	if q := list[0]; q.ID == "" || q.Request == "" || q.Remote == "" || q.Path != "/sparql" || q.Text != cartesian || q.Started == "" {
		t.Errorf("got %+v", q)
	}
	resp, metrics := send(t, "GET", server.URL+"/metrics", "")
	if resp.StatusCode != 200 || !strings.Contains(metrics, "entente_queries_running 1\n") || !strings.Contains(metrics, "entente_store_statements 3000\n") {
		t.Errorf("metrics: %s\n%s", resp.Status, metrics)
	}
}

// Names, units and help as Prometheus wants them.
func TestMetrics_Lint(t *testing.T) {
	server := serve(t, 1, nil)
	ask(t, server, all)
	_, text := send(t, "GET", server.URL+"/metrics", "")
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "entente_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
	if !strings.Contains(text, `entente_http_requests_total{status="200"} 1`) {
		t.Errorf("got\n%s", text)
	}
}
