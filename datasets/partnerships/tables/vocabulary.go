package tables

import (
	"errors"
	"io"
	"io/fs"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/rdfio"
)

// vocabulary adds the ontology, the concepts, and the lexicon if there is one, as they are,
// and learns the superclasses of each class from them.
func (b *builder) vocabulary(dir fs.FS) error {
	for _, name := range []string{"ontology.ttl", "concepts.ttl", "lexicon.ttl"} {
		f, err := dir.Open(name)
		if errors.Is(err, fs.ErrNotExist) && name == "lexicon.ttl" {
			continue
		}
		if err != nil {
			return err
		}
		defer f.Close()
		in := rdfio.NewReader(f, rdfio.Turtle, &rdfio.ReaderOptions{File: name})
		for {
			q, err := in.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return err
			}
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
