package protocol_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"strings"

	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/protocol"
	"github.com/ententedb/entente/storage"
)

const notes = `@prefix : <http://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:ann rdfs:label "Ann" ; :knows :bob . :bob rdfs:label "Bob" . :knows rdfs:label "knows" .`

// A host program: a store, a question asked in the process, and the same graph served
// over HTTP, with SPARQL at /graph/sparql and questions at /graph/ask.
func Example() {
	store, err := storage.Open("", &storage.Options{InMemory: true}) // or a path
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	ctx := context.Background()
	if _, err := store.Load(ctx, strings.NewReader(notes), rdfio.Turtle, nil); err != nil {
		log.Fatal(err)
	}
	err = store.View(func(tx *storage.Tx) error {
		answer, err := query.Ask(ctx, tx, "who knows Bob")
		if err != nil {
			return err
		}
		for row, err := range answer.Results.Rows() {
			fmt.Println(row.Terms(), err)
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	http.Handle("/graph/", protocol.Handler(store, nil))
	// log.Fatal(http.ListenAndServe("127.0.0.1:8080", nil))

	// Output: [<http://example.org/ann>] <nil>
}
