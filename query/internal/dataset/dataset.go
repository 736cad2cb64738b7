package dataset

import (
	"context"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

// Dataset is what the query engine reads through: one consistent snapshot of
// an RDF dataset. *storage.Tx satisfies it. All methods may be called from
// several goroutines at once, until the snapshot is closed by whoever made it.
type Dataset interface {
	// Scan starts a scan. The caller closes the iterator. The iterator gives up
	// with ctx.Err() soon after ctx is done.
	Scan(ctx context.Context, s encoded.Scan) (encoded.Iterator, error)

	// Count returns the number of rows that a scan of s would deliver if it
	// were not grouped; s.Columns is ignored. exact is false for an estimate.
	// It costs at most a few look-ups.
	Count(s encoded.Scan) (n uint64, exact bool, err error)

	// Sample returns at most n rows that stand at even distances among those of a
	// scan of s, in its order: of the same data always the same. Rows that were deleted may
	// be among them, and of a triple that several graphs hold each. s.Columns is
	// ignored. It costs at most a look-up for each row.
	Sample(s encoded.Scan, n int) ([]encoded.Pattern, error)

	// Predicate returns the statistics of one predicate.
	Predicate(p encoded.Term) (encoded.PredicateStats, error)

	// CharacteristicSets returns which predicates occur together at the subjects
	// of all graphs, nil if that is not known. The same sets may be returned to all
	// callers, who must not change them.
	CharacteristicSets() (*encoded.CharacteristicSets, error)

	// Totals returns the statistics of the whole dataset.
	Totals() (encoded.Totals, error)

	// Encode finds the encoded form of a term. ok is false if the dataset does not hold
	// it and it has no inline form, so that it matches nothing. A blank node is
	// found only by the label that Decode gave it.
	Encode(t graph.Term) (e encoded.Term, ok bool, err error)

	// Decode writes the terms of ids to out, which has the same length. Ids may
	// repeat and stand in any order; ascending ids are fastest. The strings of
	// the terms are the caller's to keep. Undefined and DefaultGraph give the
	// zero Term; TagLocal is an error.
	Decode(ids []encoded.Term, out []graph.Term) error

	// PrefixRanges returns ascending, disjoint ranges that hold every dictionary term of this tag
	// whose string (IRI or lexical form) starts with prefix. exact is false
	// if the ranges may hold other terms too (those of the second zone), so
	// that each still has to be tested.
	PrefixRanges(tag encoded.Tag, prefix string) (ranges []encoded.Range, exact bool, err error)

	// Version changes whenever the data does: equal versions of one store mean
	// equal contents. It keys caches and is the store's commit number.
	Version() uint64
}
