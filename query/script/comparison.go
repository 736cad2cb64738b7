package script

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/results"
)

// A comparison sets things side by side: a table with a column for each, what tells
// them apart first; then, of the relations with many values, what they share and what
// each has alone.

// comparison writes the rows of a comparison: property, thing, value.
func (s *Session) comparison(ctx context.Context, out io.Writer, answer *query.Answer, rows [][]graph.Term, names *display) error {
	things := answer.About()
	lexicon := answer.Lexicon()
	sides := make([]map[graph.Term]*entry, len(things))
	var order []*entry
	for i, thing := range things {
		sides[i] = map[graph.Term]*entry{}
		var own [][]graph.Term
		for _, row := range rows {
			if row[1].Value() == thing.IRI {
				own = append(own, []graph.Term{row[0], row[2]})
			}
		}
		for _, e := range entries(own) {
			sides[i][e.property] = e
			if k := slices.IndexFunc(order, func(o *entry) bool { return o.property == e.property }); k < 0 {
				order = append(order, e)
			} else if len(order[k].values) < len(e.values) {
				order[k] = e
			}
		}
	}
	heads := []string{"property"}
	kinds := []graph.Term{graph.String("kind")}
	for _, thing := range things {
		heads, kinds = append(heads, thing.Label), append(kinds, graph.String(thing.Kind))
	}
	same := func(e *entry) bool {
		for _, side := range sides {
			if side[e.property] == nil || !alike(side[e.property], e) {
				return false
			}
		}
		return true
	}
	slices.SortStableFunc(order, func(a, b *entry) int {
		return cmp.Or(cmp.Compare(b2i(a.place() == ofSources), b2i(b.place() == ofSources)), cmp.Compare(b2i(same(a)), b2i(same(b))), cmp.Compare(a.place(), b.place()))
	})
	opts := s.tableOptions(names)
	opts.Width = cmp.Or(opts.Width, widest)
	w := results.NewTable(out, opts)
	if err := w.Head(heads); err != nil {
		return err
	}
	if err := w.Row(kinds); err != nil {
		return err
	}
	totals, err := s.totals(ctx, answer, names)
	if err != nil {
		return err
	}
	for _, row := range totals {
		if err := w.Row(row); err != nil {
			return err
		}
	}
	for _, e := range order {
		row := []graph.Term{graph.String(strings.TrimSpace(strings.SplitN(e.name(lexicon, names), " (", 2)[0]))}
		for _, side := range sides {
			text := ""
			if o := side[e.property]; o != nil {
				text = o.said(lexicon, names)
				if len(o.values) > 3 {
					text = fmt.Sprint(len(o.values))
				}
			}
			row = append(row, graph.String(text))
		}
		if err := w.Row(row); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	for _, e := range order {
		if e.place() == ofRelations && len(e.values) > 3 {
			s.apart(out, e, sides, things, lexicon, names)
		}
	}
	return nil
}

// totals makes a row of each measure that has a total for the members of some thing.
func (s *Session) totals(ctx context.Context, answer *query.Answer, names *display) ([][]graph.Term, error) {
	things, err := answer.Totals(ctx)
	if err != nil || len(things) == 0 {
		return nil, err
	}
	rows := make([][]graph.Term, len(things[0]))
	known := make([]bool, len(rows))
	for _, own := range things {
		for i, total := range own {
			text := ""
			for row, err := range total.Results.Rows() {
				if err != nil {
					return nil, err
				}
				text = names.said(row.Terms()[0], total.Columns[0])
				if notes := briefly(total, row.Terms(), names); notes != "" {
					text += " (" + notes + ")"
				}
			}
			if rows[i] == nil {
				rows[i] = []graph.Term{graph.String(total.Text)}
			}
			known[i] = known[i] || text != ""
			rows[i] = append(rows[i], graph.String(text))
		}
	}
	var out [][]graph.Term
	for i, row := range rows {
		if known[i] {
			out = append(out, row)
		}
	}
	return out, nil
}

// briefly says of which year a total is, and of how many of how many, if not of all.
func briefly(total *query.Answer, row []graph.Term, names *display) string {
	notes := map[string]string{}
	for i, c := range total.Columns {
		notes[c.Header] = names.people(row[i])
	}
	var out []string
	if year := notes["first year"]; year != "" {
		out = append(out, year)
	}
	if n, all := notes["number of values"], notes["of"]; n != all {
		out = append(out, n+" of "+all)
	}
	return strings.Join(out, "; ")
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// alike reports whether two entries have the same values.
func alike(a, b *entry) bool {
	return len(a.values) == len(b.values) && !slices.ContainsFunc(a.values, func(f fact) bool { return !b.has(f.value) })
}

func (e *entry) has(v graph.Term) bool {
	return e != nil && slices.ContainsFunc(e.values, func(f fact) bool { return f.value == v })
}

// apart says which values of a property all things share, and which each has alone.
func (s *Session) apart(out io.Writer, e *entry, sides []map[graph.Term]*entry, things []query.About, lexicon *query.Lexicon, names *display) {
	list := func(title string, keep func(v graph.Term) bool, from *entry) {
		if from == nil {
			return
		}
		var some entry
		for _, f := range from.values {
			if keep(f.value) {
				some.values = append(some.values, fact{value: f.value})
			}
		}
		if len(some.values) == 0 {
			return
		}
		room := cmp.Or(s.Width, widest)
		for i, line := range wrap(fmt.Sprintf("%s (%d): %s", title, len(some.values), some.said(lexicon, names)), room-2) {
			fmt.Fprintln(out, strings.Repeat("  ", b2i(i > 0))+line)
		}
	}
	name := strings.TrimSpace(strings.SplitN(e.name(lexicon, names), " (", 2)[0])
	others := func(v graph.Term, but int) (n int) {
		for i, side := range sides {
			n += b2i(i != but && side[e.property].has(v))
		}
		return n
	}
	list(name+", shared", func(v graph.Term) bool { return others(v, 0) == len(sides)-1 }, sides[0][e.property])
	for i, thing := range things {
		list(name+", only "+thing.Label, func(v graph.Term) bool { return others(v, i) == 0 }, sides[i][e.property])
	}
}
