package storage_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/ententedb/entente/graph/rdfio"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/storage"
)

// Open a store on disk, load a document, and look at one snapshot of it.
func ExampleOpen() {
	dir, err := os.MkdirTemp("", "example-*")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	store, err := storage.Open(dir, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()

	doc := strings.NewReader(`<http://example.org/ann> <http://example.org/born> "1950-05-01"^^<http://www.w3.org/2001/XMLSchema#date> .`)
	report, err := store.Load(context.Background(), doc, rdfio.NTriples, nil) // all of it or nothing
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(report.Quads, "loaded")

	err = store.View(func(tx *storage.Tx) error {
		totals, err := tx.Totals()
		fmt.Println(totals.Quads, "in the store")
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// 1 loaded
	// 1 in the store
}

// A store is open for one writer or for any number of readers; who comes too late
// is told who has it.
func ExampleOpen_locked() {
	dir, err := os.MkdirTemp("", "example-*")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	writer, err := storage.Open(dir, nil)
	if err != nil {
		log.Fatal(err)
	}
	_, err = storage.Open(dir, &storage.Options{ReadOnly: true})
	fmt.Println(errors.Is(err, storage.ErrLocked)) // "…: the store is in use by process 4711 (notes) on atlas since …"
	writer.Close()

	for range 2 {
		reader, err := storage.Open(dir, &storage.Options{ReadOnly: true})
		if err != nil {
			log.Fatal(err)
		}
		defer reader.Close()
	}
	_, err = storage.Open(dir, nil)
	fmt.Println(errors.Is(err, storage.ErrLocked))
	// Output:
	// true
	// true
}

// A store in memory serves tests: it leaves nothing behind.
func ExampleStore_Update() {
	store, err := storage.Open("", &storage.Options{InMemory: true})
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	ctx := context.Background()
	err = store.Update(func(tx *storage.Tx) error { // one commit, or none after an error
		report, err := query.Update(ctx, tx, `INSERT DATA { <http://example.org/ann> <http://example.org/age> 74 }`)
		fmt.Println("inserted", report.Inserted)
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output: inserted 1
}

// Watch tells of commits as they are made.
func ExampleStore_Watch() {
	store, err := storage.Open("", &storage.Options{InMemory: true})
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	for commit := range store.Watch(context.Background()) {
		fmt.Println("commit", commit)
		if commit == 1 {
			break
		}
		err := store.Update(func(tx *storage.Tx) error {
			_, err := query.Update(context.Background(), tx, `INSERT DATA { <http://example.org/a> <http://example.org/b> 1 }`)
			return err
		})
		if err != nil {
			log.Fatal(err)
		}
	}
	// Output:
	// commit 0
	// commit 1
}
