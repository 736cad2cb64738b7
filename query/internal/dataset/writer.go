package dataset

import (
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

// Writer is a dataset that can be changed: one write transaction. *storage.Tx
// satisfies it inside Store.Update. Nothing is visible to others before the
// transaction commits; after an error the transaction must be given up. It is
// used by one goroutine at a time.
type Writer interface {
	Dataset

	// Intern returns the encoded form of a term, entering it into the
	// dictionary if it is new. Blank nodes are found by the label that Decode
	// gave them; others are an error: use NewBlank.
	Intern(t graph.Term) (encoded.Term, error)

	// NewBlank returns a blank node that no other part of the dataset holds.
	NewBlank() (encoded.Term, error)

	// Insert adds quads, indexed by position; DefaultGraph stands for
	// the default graph. A quad that is already there is no error. The changes
	// may stay invisible to Scan and Count until Flush. The slice is the
	// caller's again on return.
	Insert(quads []encoded.Pattern) error

	// Delete removes quads; one that is not there is no error. Deletes and inserts
	// take effect in the order of the calls.
	Delete(quads []encoded.Pattern) error

	// Flush makes all changes so far visible to this transaction's reads.
	// Iterators opened before it keep reading what they read before.
	Flush() error
}
