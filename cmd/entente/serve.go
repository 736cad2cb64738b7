package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/ententedb/entente/query/protocol"
	"github.com/ententedb/entente/query/protocol/page"
	"github.com/ententedb/entente/query/script"
	"github.com/ententedb/entente/storage"
)

// serveCmd is `entente serve`.
type serveCmd struct {
	source
	Listen       string            `default:"127.0.0.1:8080" help:"Address to listen on."`
	Writable     bool              `help:"Allow updates, uploads and deletions."`
	Token        map[string]string `placeholder:"ROLE=TOKEN" help:"Tokens by role: read, write, admin. Also from ENTENTE_READ_TOKEN, ENTENTE_WRITE_TOKEN, ENTENTE_ADMIN_TOKEN."`
	Timeout      time.Duration     `default:"60s" help:"Time limit of a query."`
	Memory       byteSize          `default:"1GiB" help:"Memory budget of a query."`
	MaxRows      int64             `help:"Most rows of a result; 0 is no limit."`
	Concurrent   int               `default:"16" help:"Queries at once; more wait shortly, then get 503."`
	Host         []string          `placeholder:"NAME" help:"Names by which the server may be called; the default is any, and on a loopback address localhost."`
	CORS         []string          `name:"cors" placeholder:"ORIGIN" help:"Origins allowed to ask from web pages; * is any."`
	AllowService []string          `placeholder:"URL" help:"Endpoints that SERVICE may ask, with all below them; * is any public one."`
	AllowLoad    []string          `placeholder:"URL" help:"Where LOAD may fetch documents, likewise."`
	AllowPrivate bool              `help:"Let SERVICE and LOAD also reach loopback and private addresses."`
	KeepHistory  int               `placeholder:"N" help:"Keep this many earlier commits; the default is none."`
	Cert         string            `type:"existingfile" help:"TLS certificate file."`
	Key          string            `type:"existingfile" help:"TLS key file."`
	Union        bool              `help:"Let the default graph be the union of all graphs."`
	NoPage       bool              `help:"Serve no web page."`
	Log          bool              `help:"Log every request to standard error, as JSON."`
	LogQueries   bool              `help:"Log the texts of queries, updates and questions too."`
}

// Run serves until interrupted, then finishes the requests under way.
func (c *serveCmd) Run(ctx context.Context, std streams) error {
	opts, err := c.options(std)
	if err != nil {
		return err
	}
	limitMemory(c.Concurrent, int64(c.Memory))
	store, err := c.openStore()
	if err != nil {
		return err
	}
	defer store.Close()

	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	requests, cancelAll := context.WithCancel(context.Background())
	defer cancelAll()
	server := newServer(protocol.Handler(store, opts))
	server.BaseContext = func(net.Listener) context.Context { return requests }
	scheme := "http"
	if c.Cert != "" {
		scheme = "https"
	}
	fmt.Fprintf(std.err, "entente: serving %s://%s/sparql\n", scheme, listener.Addr())
	if opts.Page != nil {
		fmt.Fprintf(std.err, "entente: the page is at %s://%s/\n", scheme, listener.Addr())
	}
	failed := make(chan error, 1)
	go func() {
		if c.Cert != "" {
			failed <- server.ServeTLS(listener, c.Cert, c.Key)
			return
		}
		failed <- server.Serve(listener)
	}()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	fmt.Fprintln(std.err, "entente: finishing the requests under way")
	return shutdown(server, cancelAll, drainTime, cancelTime)
}

// newServer is a server that waits neither for a request line nor for the next
// request for ever; for bodies and answers the handler sees to it.
func newServer(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 1 << 20}
}

// The times that shutting down gives to requests: to finish by themselves, and
// to end after they were cancelled.
const (
	drainTime  = 10 * time.Second
	cancelTime = 5 * time.Second
)

// shutdown takes no more requests, lets those under way finish, and then cancels
// what is left, so that none still reads the store when it is closed.
func shutdown(server *http.Server, cancelAll context.CancelFunc, drainTime, cancelTime time.Duration) error {
	drain, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	err := server.Shutdown(drain)
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	cancelAll()
	rest, cancel := context.WithTimeout(context.Background(), cancelTime)
	defer cancel()
	if err := server.Shutdown(rest); !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return server.Close()
}

// openStore opens the store; a writable one is made if it is not there.
func (c *serveCmd) openStore() (*storage.Store, error) {
	if c.Writable && c.DB != "" {
		return storage.Open(c.DB, &storage.Options{KeepHistory: c.KeepHistory})
	}
	return c.open()
}

// options turns the flags into those of the handler.
func (c *serveCmd) options(std streams) (*protocol.Options, error) {
	if (c.Cert == "") != (c.Key == "") {
		return nil, notUnderstood(errors.New("--cert and --key go together"))
	}
	opts := &protocol.Options{
		Writable: c.Writable, Timeout: c.Timeout, Memory: int64(c.Memory), MaxRows: c.MaxRows,
		Concurrent: c.Concurrent, Hosts: c.hosts(), AllowOrigin: c.CORS, UnionDefaultGraph: c.Union,
		Prefixes: script.DefaultPrefixes(),
	}
	if !c.NoPage {
		opts.Page = page.Handler()
	}
	if c.DB == "" {
		opts.Title, opts.Questions, opts.Examples = partnershipTitle, partnershipQuestions, partnershipQueries
	}
	if len(c.AllowService) > 0 {
		opts.Service = (&protocol.Outbound{Allow: c.AllowService, Private: c.AllowPrivate}).Service()
	}
	if len(c.AllowLoad) > 0 {
		opts.Load = (&protocol.Outbound{Allow: c.AllowLoad, Private: c.AllowPrivate}).Load()
	}
	roles := map[string]protocol.Role{"read": protocol.RoleRead, "write": protocol.RoleWrite, "admin": protocol.RoleAdmin}
	opts.Tokens = map[string]protocol.Role{}
	for name, role := range roles {
		if token := os.Getenv("ENTENTE_" + strings.ToUpper(name) + "_TOKEN"); token != "" {
			opts.Tokens[token] = role
		}
	}
	for name, token := range c.Token {
		role, ok := roles[name]
		if !ok {
			return nil, notUnderstood(fmt.Errorf("--token %s: expected read, write or admin", name))
		}
		opts.Tokens[token] = role
	}
	if c.Log || c.LogQueries {
		opts.Log = c.logger(std)
	}
	return opts, nil
}

// hosts are the names that the server answers for.
func (c *serveCmd) hosts() []string {
	if len(c.Host) > 0 {
		return c.Host
	}
	if !loopback(c.Listen) {
		return nil
	}
	host, _, _ := net.SplitHostPort(c.Listen)
	return []string{"localhost", "127.0.0.1", "::1", host}
}

// loopback reports whether only the machine itself reaches an address.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// logger writes the access log.
func (c *serveCmd) logger(std streams) func(protocol.Access) {
	log := slog.New(slog.NewJSONHandler(std.err, nil))
	return func(a protocol.Access) {
		line := []any{"id", a.ID, "remote", a.Remote, "method", a.Method, "path", a.Path,
			"status", a.Status, "bytes", a.Bytes, "ms", milliseconds(a.Duration)}
		if c.LogQueries && a.Text != "" {
			line = append(line, "text", a.Text)
		}
		if a.Error != "" {
			line = append(line, "error", a.Error)
		}
		log.Info("request", line...)
	}
}
