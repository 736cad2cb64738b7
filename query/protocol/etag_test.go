package protocol_test

import (
	"net/http"
	"testing"

	"github.com/ententedb/entente/query/protocol"
)

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

func TestHandler_ETagInAList(t *testing.T) {
	server := serve(t, 1, nil)
	resp, _ := ask(t, server, all)
	tag := resp.Header.Get("ETag")
	for header, want := range map[string]int{
		`"x", ` + tag: 304, tag[len("W/"):]: 304, "*": 304, `W/"0-0"`: 200, "": 200,
	} {
		if resp, _ := ask(t, server, all, "If-None-Match", header); resp.StatusCode != want {
			t.Errorf("If-None-Match %s: %s, want %d", header, resp.Status, want)
		}
	}
	if resp, _ := send(t, "HEAD", server.URL+"/sparql?query=ASK%7B%7D", ""); resp.Header.Get("ETag") == "" || resp.StatusCode != 200 {
		t.Errorf("HEAD: %s, ETag %q", resp.Status, resp.Header.Get("ETag"))
	}
}

// What is another answer every time, or may be, has no entity tag; and a tag of
// one store means nothing for the next one at the same address.
func TestHandler_NoETag(t *testing.T) {
	server := serve(t, 1, nil)
	for _, q := range []string{"SELECT (NOW() AS ?n) {}", "SELECT (rand() AS ?n) {}", "SELECT (StrUUID() AS ?n) {}"} {
		if resp, _ := ask(t, server, q); resp.Header.Get("ETag") != "" {
			t.Errorf("%s has the tag %s", q, resp.Header.Get("ETag"))
		}
	}
	resp, _ := ask(t, server, all)
	if again, _ := ask(t, serve(t, 1, nil), all, "If-None-Match", resp.Header.Get("ETag")); again.StatusCode == http.StatusNotModified {
		t.Error("another server took the tag for its own")
	}
}
