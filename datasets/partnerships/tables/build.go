package tables

import (
	"fmt"
	"io/fs"
	"sort"

	"github.com/ententedb/entente/graph"
)

// Build reads the tables under dir, which is the folder datasets/partnerships,
// and returns the whole graph. An error names the table and line to correct.
func Build(dir fs.FS) ([]graph.Quad, error) {
	data, err := fs.Sub(dir, "data")
	if err != nil {
		return nil, err
	}
	b := &builder{
		dir:      data,
		labels:   map[graph.Term]string{},
		refs:     map[graph.Term]string{},
		supers:   map[graph.Term][]graph.Term{},
		members:  map[string][]spell{},
		founders: map[string][]string{},
		stated:   map[triple][]occurrence{},
		sourceOf: map[graph.Term]graph.Term{},
	}
	if err := b.vocabulary(dir); err != nil {
		return nil, err
	}
	for _, step := range []func() error{
		b.sources, b.countries, b.formerStates, b.standings, b.organisations, b.memberships,
		b.currencies, b.borders, b.treaties, b.ratifications, b.sanctions, b.measures, b.pledges, b.partners, b.variants, b.aliases,
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	if err := b.undeclared(); err != nil {
		return nil, err
	}
	return distinct(b.quads), nil
}

// undeclared returns an error that lists every entity that a table refers to
// and none declares.
func (b *builder) undeclared() error {
	var missing []string
	for t, where := range b.refs {
		if _, ok := b.labels[t]; !ok {
			missing = append(missing, fmt.Sprintf("%s: %s is not declared", where, t.Value()))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	sort.Strings(missing)
	return fmt.Errorf("%d references to nothing, the first: %s", len(missing), missing[0])
}

// distinct drops repeated statements and keeps the order.
func distinct(quads []graph.Quad) []graph.Quad {
	seen := make(map[triple]bool, len(quads))
	out := quads[:0]
	for _, q := range quads {
		k := triple{q.Subject, q.Predicate, q.Object.Key()}
		if !seen[k] {
			seen[k] = true
			out = append(out, q)
		}
	}
	return out
}
