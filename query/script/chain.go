package script

import (
	"fmt"
	"io"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/results"
)

// Connections of three steps are drawn as chains: "Chad — borders → Sudan — borders →
// Egypt — allied with → Jordan". Those of one thing between are a table.

// connection writes the rows of a connection: tie, through, and of a chain the further
// ties and what they go through.
func (s *Session) connection(out io.Writer, answer *query.Answer, rows [][]graph.Term, columns []results.TableColumn, heads []string, names *display) error {
	ends := answer.About()
	var chains []string
	opts := s.tableOptions(names)
	opts.Readable, opts.Columns = true, columns[:2]
	w := results.NewTable(out, opts)
	if err := w.Head(heads[:2]); err != nil {
		return err
	}
	for _, row := range rows {
		if row[3].IsZero() {
			if err := w.Row(row[:2]); err != nil {
				return err
			}
			continue
		}
		chains = append(chains, fmt.Sprintf("%s — %s → %s — %s → %s — %s → %s", ends[0].Label, names.name(row[0]), names.name(row[1]),
			names.name(row[2]), names.name(row[3]), names.name(row[4]), ends[1].Label))
	}
	if w.Rows() > 0 {
		if err := w.Close(); err != nil {
			return err
		}
	}
	for i, chain := range chains {
		if s.MaxRows > 0 && i == s.MaxRows {
			_, err := fmt.Fprintf(out, "… and %d more chains\n", len(chains)-i)
			return err
		}
		if _, err := fmt.Fprintln(out, chain); err != nil {
			return err
		}
	}
	if w.Rows() > 0 && len(chains) == 0 {
		return nil
	}
	_, err := fmt.Fprintf(out, "%d chains%s\n", len(chains), s.took())
	return err
}
