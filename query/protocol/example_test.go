package protocol_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query/protocol"
	"github.com/ententedb/entente/storage"
)

// A host program that embeds the store and serves it beside its own pages:
// SPARQL at /graph/sparql, questions at /graph/ask.
func ExampleHandler() {
	store, err := storage.Open("", &storage.Options{InMemory: true})
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	data := `@prefix : <http://example.org/> . :ann :parentOf :bob . :bob :parentOf :cid .`
	if _, err := store.Load(context.Background(), strings.NewReader(data), rdfio.Turtle, nil); err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/graph/", protocol.Handler(store, nil))
	server := httptest.NewServer(mux) // a program calls http.ListenAndServe(addr, mux)
	defer server.Close()

	query := `SELECT ?c { <http://example.org/ann> <http://example.org/parentOf>+ ?c }`
	r, _ := http.NewRequest("GET", server.URL+"/graph/sparql?query="+url.QueryEscape(query), nil)
	r.Header.Set("Accept", "text/csv")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	fmt.Println(strings.ReplaceAll(string(text), "\r", ""))
	// Unordered output:
	// c
	// http://example.org/bob
	// http://example.org/cid
}
