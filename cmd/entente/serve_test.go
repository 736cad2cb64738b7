package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ententedb/entente/datasets/partnerships"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/protocol"
	"github.com/ententedb/entente/query/script"
	"github.com/ententedb/entente/storage"
)

// serving is the program as a server in a process of its own.
type serving struct {
	url    string
	cmd    *exec.Cmd
	stderr bytes.Buffer
	ended  chan struct{} // when all of stderr was read
}

// startServe runs `entente serve` on a free port.
func startServe(t *testing.T, env []string, args ...string) *serving {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := &serving{cmd: exec.Command(self, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...), ended: make(chan struct{})}
	s.cmd.Env = append(append(os.Environ(), asProgram+"=1"), env...)
	pipe, err := s.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.cmd.Process.Kill(); _ = s.cmd.Wait() })
	lines := bufio.NewReader(pipe)
	address := regexp.MustCompile(`https?://[\d.:]+`)
	for s.url == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("%v: %s", err, s.stderr.String())
		}
		s.stderr.WriteString(line)
		s.url = address.FindString(line)
	}
	go func() { _, _ = io.Copy(&s.stderr, lines); close(s.ended) }()
	return s
}

// stop sends a signal and returns the exit code and what was written to
// standard error.
func (s *serving) stop(t *testing.T, signal os.Signal) (code int, stderr string) {
	t.Helper()
	if err := s.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	<-s.ended
	_ = s.cmd.Wait()
	return s.cmd.ProcessState.ExitCode(), s.stderr.String()
}

func getText(t *testing.T, client *http.Client, address string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest("GET", address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := client.Do(r)
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

func TestServe_LogTokensAndShutdown(t *testing.T) {
	s := startServe(t, []string{"ENTENTE_READ_TOKEN=secret"}, "--log-queries")
	ask := s.url + "/ask?question=" + url.QueryEscape("is Japan in NATO")
	if resp, _ := getText(t, http.DefaultClient, ask); resp.StatusCode != 401 || resp.Header.Get("WWW-Authenticate") == "" {
		t.Errorf("without the token: %s", resp.Status)
	}
	resp, body := getText(t, http.DefaultClient, ask, "Authorization", "Bearer secret", "X-Request-Id", "mine")
	if resp.StatusCode != 200 || !strings.Contains(body, `"boolean":false`) {
		t.Errorf("with it: %s %s", resp.Status, body)
	}
	if resp, _ := getText(t, http.DefaultClient, strings.Replace(s.url, "127.0.0.1", "localhost", 1)+"/health"); resp.StatusCode != 200 {
		t.Errorf("as localhost: %s", resp.Status)
	}
	r, _ := http.NewRequest("GET", s.url+"/health", nil)
	r.Host = "evil.example"
	if resp, err := http.DefaultClient.Do(r); err != nil || resp.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("by another name: %v %v", resp, err)
	}
	code, stderr := s.stop(t, syscall.SIGTERM)
	if code != 0 {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
	if strings.Contains(stderr, "secret") {
		t.Errorf("the log shows the token:\n%s", stderr)
	}
	for _, line := range strings.Split(stderr, "\n") {
		var entry map[string]any
		if json.Unmarshal([]byte(line), &entry) == nil && entry["id"] == "mine" {
			if entry["text"] != "is Japan in NATO" || entry["status"] != 200.0 || entry["path"] != "/ask" {
				t.Errorf("line %s", line)
			}
			return
		}
	}
	t.Errorf("no line for the request:\n%s", stderr)
}

func TestServe_TLS(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files := map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: der}, "key.pem": {Type: "PRIVATE KEY", Bytes: keyDER}}
	for name, block := range files {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := startServe(t, nil, "--cert", filepath.Join(dir, "cert.pem"), "--key", filepath.Join(dir, "key.pem"))
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem.EncodeToMemory(files["cert.pem"]))
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}}
	resp, body := getText(t, client, s.url+"/sparql?query=ASK%7B%7D")
	if resp.StatusCode != 200 || resp.ProtoMajor != 2 || !strings.Contains(body, "true") {
		t.Errorf("%s over %s: %s", resp.Status, resp.Proto, body)
	}
	client.CloseIdleConnections()
	if code, stderr := s.stop(t, os.Interrupt); code != 0 {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
	if _, _, code := entente(t, "", "serve", "--cert", filepath.Join(dir, "cert.pem")); code != exitNotUnderstood {
		t.Errorf("a certificate without its key: exit code %d", code)
	}
}

// A client that sends its request line byte by byte, and one with a giant one, lose
// the connection.
func TestNewServer_SlowAndGiantHeaders(t *testing.T) {
	server := newServer(http.NotFoundHandler())
	server.ReadHeaderTimeout /= 50 // the test does not wait so long
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()
	for name, text := range map[string]string{
		"slow":  "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
		"giant": "GET / HTTP/1.1\r\nHost: localhost\r\nX-Giant: " + strings.Repeat("x", 2<<20) + "\r\n\r\n",
	} {
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
		_, _ = io.WriteString(conn, text) // a giant header may be refused before its end
		answer, err := io.ReadAll(conn)
		if errors.Is(err, os.ErrDeadlineExceeded) || strings.HasPrefix(string(answer), "HTTP/1.1 404") {
			t.Errorf("%s: the connection stays: %v %.60s", name, err, answer)
		}
	}
}

// A request under way is finished, if it can be in the time given; else it is
// cancelled, and the store is not read any more when shutdown returns.
func TestShutdown(t *testing.T) {
	for _, finishes := range []bool{true, false} {
		entered, finish := make(chan struct{}), make(chan struct{})
		over := make(chan error, 1)
		ctx, cancelAll := context.WithCancel(context.Background())
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			close(entered)
			select {
			case <-finish:
				over <- nil
			case <-r.Context().Done():
				over <- r.Context().Err()
			}
		}))
		server.Config.BaseContext = func(net.Listener) context.Context { return ctx }
		server.Start()
		go func() {
			if resp, err := http.Get(server.URL); err == nil {
				resp.Body.Close()
			}
		}()
		<-entered
		drain := 50 * time.Millisecond
		if finishes {
			drain = time.Minute
			close(finish)
		}
		if err := shutdown(server.Config, cancelAll, drain, time.Minute); err != nil {
			t.Errorf("finishes %v: %v", finishes, err)
		}
		select {
		case err := <-over:
			if (err == nil) != finishes || err != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("finishes %v: the request ended with %v", finishes, err)
			}
		default:
			t.Errorf("finishes %v: the request goes on", finishes)
		}
	}
}

// What is offered to try has an answer, and the service description is as
// third-party editors read it: these are the queries of SIB's sparql-editor.
func TestServe_ExamplesAndDescription(t *testing.T) {
	store, err := partnerships.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	c := &serveCmd{Listen: "127.0.0.1:0"}
	opts, err := c.options(streams{err: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(protocol.Handler(store, opts))
	defer server.Close()
	for _, q := range partnershipQuestions {
		if resp, body := getText(t, http.DefaultClient, server.URL+"/ask?question="+url.QueryEscape(q)); resp.StatusCode != 200 || strings.Contains(body, `"bindings":[]`) {
			t.Errorf("%s: %s %.300s", q, resp.Status, body)
		}
	}

	_, turtle := getText(t, http.DefaultClient, server.URL+"/sparql", "Accept", "text/turtle")
	described, err := storage.Open("", &storage.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	defer described.Close()
	if err := described.Update(func(tx *storage.Tx) error {
		_, err := query.Update(t.Context(), tx, "LOAD <file:description>", query.WithLoad(func(context.Context, string) (io.ReadCloser, string, error) {
			return io.NopCloser(strings.NewReader(turtle)), "text/turtle", nil
		}))
		return err
	}); err != nil {
		t.Fatalf("%v\n%s", err, turtle)
	}
	rows := func(text string) (list [][]string) {
		t.Helper()
		if err := described.View(func(tx *storage.Tx) error {
			res, err := query.Run(t.Context(), tx, text, query.WithPrefixes(script.DefaultPrefixes()...))
			if err != nil {
				return err
			}
			for row, err := range res.Rows() {
				if err != nil {
					return err
				}
				var values []string
				for _, term := range row.Terms() {
					values = append(values, term.Value())
				}
				list = append(list, values)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return list
	}
	declared := rows(`SELECT DISTINCT ?prefix ?namespace WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix } ORDER BY ?prefix`)
	if len(declared) != len(script.DefaultPrefixes()) {
		t.Errorf("prefixes: %v", declared)
	}
	examples := rows(`SELECT DISTINCT ?sq ?comment ?query WHERE { ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct|sh:describe ?query . } ORDER BY ?sq`)
	if len(examples) != len(partnershipQueries) {
		t.Errorf("%d examples, want %d", len(examples), len(partnershipQueries))
	}
	for _, e := range examples {
		resp, body := getText(t, http.DefaultClient, server.URL+"/sparql?query="+url.QueryEscape(e[2]), "Accept", "text/csv, application/n-triples")
		if resp.StatusCode != 200 || strings.Count(body, "\n") < 2 {
			t.Errorf("%s: %s %.300s", e[1], resp.Status, body)
		}
	}
	if got := rows(`SELECT ?q { ?e a sh:SPARQLConstructExecutable ; sh:construct ?q ; sh:prefixes/sh:declare/sh:prefix "pk" ; <https://schema.org/target> [] }`); len(got) != 1 {
		t.Errorf("%d CONSTRUCT examples with their prefixes, want 1", len(got))
	}
	void := rows(`PREFIX void: <http://rdfs.org/ns/void#> PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
		SELECT ?title ?triples ?properties { [] sd:defaultDataset ?d . ?d a void:Dataset ; dcterms:title ?title ; void:triples ?triples ; void:properties ?properties }`)
	if len(void) != 1 || void[0][0] != partnershipTitle || void[0][1] == "0" || void[0][2] == "0" {
		t.Errorf("VoID: %v", void)
	}
}
