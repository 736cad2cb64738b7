package query_test

import (
	"context"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/ententedb/entente/datasets/partnerships"
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/storage"
)

var pk = query.WithPrefixes(query.Prefix{Name: "pk", IRI: "https://ententedb.org/pk/"})

// openExample opens the graph of partnerships; a program opens its own store with
// storage.Open.
func openExample() *storage.Store {
	store, err := partnerships.Open()
	if err != nil {
		log.Fatal(err)
	}
	return store
}

// Run answers a query on a snapshot; rows are read as they are found.
func ExampleRun() {
	store := openExample()
	defer store.Close()
	ctx := context.Background()
	err := store.View(func(tx *storage.Tx) error {
		res, err := query.Run(ctx, tx, `SELECT ?c { ?c pk:memberOf pk:AUKUS } ORDER BY ?c`, pk)
		if err != nil {
			return err
		}
		for row, err := range res.Rows() {
			if err != nil {
				return err
			}
			fmt.Println(row.Get("c"))
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// <https://ententedb.org/pk/AUS>
	// <https://ententedb.org/pk/GBR>
	// <https://ententedb.org/pk/USA>
}

// A query with parameters is parsed once; terms are bound, not pasted as text.
func ExamplePrepared_Run() {
	store := openExample()
	defer store.Close()
	member, err := query.Prepare(`ASK { ?country pk:memberOf pk:NATO }`, pk)
	if err != nil {
		log.Fatal(err)
	}
	err = store.View(func(tx *storage.Tx) error {
		for _, code := range []string{"FIN", "JPN"} {
			res, err := member.Run(context.Background(), tx, query.WithBinding("country", graph.IRI("https://ententedb.org/pk/"+code)))
			if err != nil {
				return err
			}
			fmt.Println(code, res.Boolean())
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// FIN true
	// JPN false
}

// Scan streams rows into structs.
func ExampleScan() {
	store := openExample()
	defer store.Close()
	type accession struct {
		Name  string    `sparql:"name"`
		Since time.Time `sparql:"since"`
	}
	err := store.View(func(tx *storage.Tx) error {
		res, err := query.Run(context.Background(), tx, `
			PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
			SELECT ?name ?since {
			  ?c pk:memberOf pk:NATO {| pk:since ?since |} ; rdfs:label ?name .
			  FILTER(?since > "2015-01-01"^^<http://www.w3.org/2001/XMLSchema#date>)
			} ORDER BY ?since`, pk)
		if err != nil {
			return err
		}
		for a, err := range query.Scan[accession](res) {
			if err != nil {
				return err
			}
			fmt.Println(a.Since.Format(time.DateOnly), a.Name)
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// 2017-06-05 Montenegro
	// 2020-03-27 North Macedonia
	// 2023-04-04 Finland
	// 2024-03-07 Sweden
}

// The lexicon holds the words of a graph; it is read once for each version of
// the data.
func ExampleAsk() {
	store := openExample()
	defer store.Close()
	ctx := context.Background()
	err := store.View(func(tx *storage.Tx) error {
		lexicon, err := query.LoadLexicon(ctx, tx)
		if err != nil {
			return err
		}
		answer, err := query.Ask(ctx, tx, "when did Finland join NATO", query.WithLexicon(lexicon))
		if err != nil {
			return err
		}
		for row, err := range answer.Results.Rows() {
			if err != nil {
				return err
			}
			fmt.Println(row.Terms()[0].Value())
		}
		_, err = query.Ask(ctx, tx, "which WTO membrs are outside NATO", query.WithLexicon(lexicon))
		fmt.Println(strings.Contains(err.Error(), "membrs")) // a *query.Refusal, with suggestions
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// 2023-04-04
	// true
}

// Explain shows the plan; with Analyze it also runs it.
func ExampleExplain() {
	store := openExample()
	defer store.Close()
	err := store.View(func(tx *storage.Tx) error {
		plan, err := query.Explain(context.Background(), tx, `SELECT ?c { ?c pk:memberOf pk:AUKUS }`, query.ExplainOptions{Analyze: true}, pk)
		if err != nil {
			return err
		}
		fmt.Println(plan.Rows, "rows")
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output: 3 rows
}
