package tables

import (
	"fmt"
	"io/fs"

	"github.com/ententedb/entente/graph"
)

// vocabulary adds the ontology, and the lexicon if there is one, as they are,
// and learns the superclasses of each class from them.
func (b *builder) vocabulary(dir fs.FS) error {
	for _, name := range []string{"ontology.ttl", "lexicon.ttl"} {
		text, err := fs.ReadFile(dir, name)
		if err != nil {
			if name == "lexicon.ttl" {
				continue
			}
			return err
		}
		quads, err := readTurtle(text)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, q := range quads {
			b.quads = append(b.quads, q)
			switch q.Predicate.Value() {
			case graph.RDFSLabel:
				b.labels[q.Subject] = q.Object.Value()
			case graph.RDFSSubClassOf:
				b.supers[q.Subject] = append(b.supers[q.Subject], q.Object)
			}
		}
	}
	return nil
}
