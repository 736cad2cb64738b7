package protocol

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/ententedb/entente/query"
)

// Outbound makes the requests that SERVICE and LOAD ask for: only to addresses
// that are listed, and, after the name was looked up, to none that is private,
// so that a query cannot reach what the server can and its users cannot. It must
// not be changed after the first call of a method; what the methods return is safe
// for concurrent use.
type Outbound struct {
	// Allow lists where requests may go: "https://example.org/sparql" is that
	// address and all below it, "*" any. An empty list is none.
	Allow []string
	// Private also allows loopback, private and link-local addresses.
	Private bool
	// Timeout of a request; the default is a minute.
	Timeout time.Duration
	// MaxBytes of an answer; the default is 1 GiB.
	MaxBytes int64
}

// errPrivate says that a name leads to an address that is not public.
var errPrivate = errors.New("the address is private")

// client returns a client that keeps the rules, redirects included.
func (o *Outbound) client() *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	if !o.Private {
		dialer.Control = func(_, address string, _ syscall.RawConn) error { // address is what is dialled: an IP
			host, err := netip.ParseAddrPort(address)
			if err != nil || !public(host.Addr()) {
				return fmt.Errorf("%w: %s", errPrivate, address)
			}
			return nil
		}
	}
	timeout := o.Timeout
	if timeout == 0 {
		timeout = time.Minute
	}
	return &http.Client{
		Timeout:   timeout,
		Transport: &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: 10 * time.Second, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) >= 5 {
				return errors.New("too many redirects")
			}
			if !o.allows(r.URL.String()) {
				return fmt.Errorf("redirected to %s, which is not allowed", r.URL)
			}
			return nil
		},
	}
}

// special are the blocks that are not of the public internet, or lead to IPv4
// addresses that may not be (IANA's registries of special-purpose addresses),
// beyond those that netip.Addr knows.
var special = prefixes("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "240.0.0.0/4", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fec0::/10")

func prefixes(blocks ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(blocks))
	for i, b := range blocks {
		list[i] = netip.MustParsePrefix(b)
	}
	return list
}

// public reports whether an address is one of the public internet.
func public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	return a.IsGlobalUnicast() && !a.IsPrivate() && !slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(a) })
}

// allows reports whether requests may go to an address.
func (o *Outbound) allows(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.Host == "" {
		return false
	}
	for _, allowed := range o.Allow {
		if allowed == "*" {
			return true
		}
		a, err := url.Parse(allowed)
		if err != nil || a.Scheme != u.Scheme || !strings.EqualFold(a.Host, u.Host) {
			continue
		}
		below := strings.TrimSuffix(a.Path, "/") + "/"
		if u.Path == a.Path || strings.HasPrefix(u.Path+"/", below) && !strings.Contains(u.Path, "/..") {
			return true
		}
	}
	return false
}

// Service answers SERVICE by the SPARQL protocol; see query.HTTPService. Timeout
// holds, MaxBytes does not.
func (o *Outbound) Service() query.ServiceFunc { return query.HTTPService(o.client(), o.allows) }

// Load fetches the documents of LOAD. For an address that is not listed the error
// wraps query.ErrLoadDenied; any status but 200 is an error. The caller closes the body.
func (o *Outbound) Load() query.LoadFunc {
	client := o.client()
	most := o.MaxBytes
	if most == 0 {
		most = 1 << 30
	}
	return func(ctx context.Context, iri string) (io.ReadCloser, string, error) {
		if !o.allows(iri) {
			return nil, "", fmt.Errorf("%w: %s", query.ErrLoadDenied, iri)
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, iri, nil)
		if err != nil {
			return nil, "", err
		}
		r.Header.Set("Accept", "text/turtle, application/n-triples, application/n-quads, application/trig, application/ld+json;q=0.8, application/rdf+xml;q=0.8")
		resp, err := client.Do(r)
		if err != nil {
			return nil, "", err
		}
		if resp.StatusCode != http.StatusOK {
			resp.Body.Close()
			return nil, "", fmt.Errorf("%s answered %s", iri, resp.Status)
		}
		return http.MaxBytesReader(nil, resp.Body, most), resp.Header.Get("Content-Type"), nil
	}
}
