package protocol

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"testing"
)

func TestPublic(t *testing.T) {
	for address, want := range map[string]bool{
		"8.8.8.8": true, "1.1.1.1": true, "2606:4700:4700::1111": true,
		"127.0.0.1": false, "127.8.9.10": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false,
		"169.254.169.254": false, // metadata of cloud machines
		"100.64.0.1":      false, "0.0.0.0": false, "0.1.2.3": false, "255.255.255.255": false, "224.0.0.1": false, "198.18.0.1": false,
		"::": false, "::1": false, "fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "fd12::1": false, "ff02::1": false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, // IPv4 as IPv6
		"::127.0.0.1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false, // IPv4 within IPv6
		"::ffff:8.8.8.8": true,
	} {
		if got := public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: got %v", address, got)
		}
	}
}

// However a private address is written, or named, the connection is refused.
func TestOutbound_NamesOfPrivateAddresses(t *testing.T) {
	hit := false
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hit = true }))
	defer inside.Close()
	u, _ := url.Parse(inside.URL)
	client := (&Outbound{Allow: []string{"*"}}).client()
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "127.1", "2130706433", "0x7f000001"} {
		resp, err := client.Get("http://" + host + ":" + u.Port() + "/")
		if err == nil {
			resp.Body.Close()
		}
		if err == nil || hit {
			t.Errorf("%s was reached", host)
		}
	}
	if _, err := client.Get("http://localhost:" + u.Port()); !errors.Is(err, errPrivate) {
		t.Errorf("localhost is refused for another reason: %v", err)
	}
}

func TestOutbound_Allows(t *testing.T) {
	o := &Outbound{Allow: []string{"https://example.org/data/", "http://other.example/sparql"}}
	for address, want := range map[string]bool{
		"https://example.org/data/a": true, "https://EXAMPLE.org/data/a": true, "http://other.example/sparql": true,
		"https://example.org/": false, "https://example.org/database": false, "http://example.org/data/a": false,
		"https://example.org:8443/data/a": false, "https://example.org.evil.example/data/a": false,
		"https://example.org@evil.example/data/a": false, "https://user@example.org/data/a": false,
		"https://example.org/data/../secret": false, "https://example.org/data/%2e%2e/secret": false,
		"file:///etc/passwd": false, "gopher://example.org/data/": false, "//example.org/data/": false, "": false,
	} {
		if got := o.allows(address); got != want {
			t.Errorf("%q: got %v", address, got)
		}
	}
}
