package tables

import (
	"strings"

	"github.com/ententedb/entente/graph"
)

// sources states where statements come from (sources.csv).
func (b *builder) sources() error {
	rows, err := readTable(b.dir, "sources.csv")
	if err != nil {
		return err
	}
	for _, r := range rows {
		s := source(r.get("id"))
		if err := b.declare(s, pk("Source"), r.get("title")); err != nil {
			return r.errorf("%w", err)
		}
		b.text(s, graph.IRI(dcterms+"title"), r.get("title"))
		b.text(s, graph.IRI(dcterms+"publisher"), r.get("publisher"))
		if license := r.get("license"); strings.HasPrefix(license, "https:") {
			b.add(s, graph.IRI(dcterms+"license"), graph.IRI(license))
		} else {
			b.text(s, graph.IRI(dcterms+"license"), license)
		}
		if err := b.date(r, s, graph.IRI(dcterms+"date"), r.get("date")); err != nil {
			return err
		}
		b.text(s, pk("definition"), r.get("definition"))
		if url := r.get("url"); url != "" {
			b.add(s, graph.IRI(schema+"url"), graph.IRI(url))
		}
	}
	return nil
}
