package script

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
	"github.com/ententedb/entente/query/results"
)

// An answer that is one thing is said in a sentence, with its date and source: "Yes:
// since 2023-04-04. Source: NATO: members."

// mostSaid bounds the things that a sentence lists.
const mostSaid = 8

// sentence writes an answer of one value, or yes or no. It reports false, and has
// written nothing, if the answer is better shown as a table.
func (s *Session) sentence(ctx context.Context, out io.Writer, answer *query.Answer, rows [][]graph.Term, names *display) (bool, error) {
	if answer.Kind != query.KindYesNo && len(rows) == 0 {
		text := "nothing is recorded"
		if slices.ContainsFunc(answer.Columns, func(c query.Column) bool { return c.Header == "number of values" }) {
			text = "not known: too few of them have a value"
		}
		fmt.Fprintf(out, "%s%s\n", text, s.took())
		return true, notes(out, answer, true)
	}
	evidence, err := answer.Evidence(ctx)
	if err != nil {
		return false, err
	}
	var text string
	switch {
	case answer.Kind == query.KindYesNo:
		text = verdict(answer.Results.Boolean(), evidence, names)
	case answer.Kind == query.KindDefinition:
		text = names.people(rows[0][0])
	case answer.Kind == query.KindCount:
		text = names.number(rows[0][0])
		years, err := answer.Years(ctx)
		if err != nil {
			return false, err
		}
		if years != "" {
			text += " (" + years + ")"
		}
	default:
		text = value(answer, rows, evidence, names)
	}
	if text == "" {
		return false, nil
	}
	if _, err = fmt.Fprintf(out, "%s%s\n", text, s.took()); err != nil {
		return true, err
	}
	return true, notes(out, answer, answer.Kind == query.KindYesNo && !answer.Results.Boolean())
}

// notes says of what the graph does not hold all, where the answer rests upon that.
func notes(out io.Writer, answer *query.Answer, nothing bool) error {
	for _, n := range answer.Coverage(nothing) {
		if _, err := fmt.Fprintf(out, "note: %s\n", n); err != nil {
			return err
		}
	}
	return nil
}

// verdict is yes or no with what it rests upon.
func verdict(yes bool, evidence []query.Evidence, names *display) string {
	out := "No"
	if yes {
		out = "Yes"
	}
	var facts []string
	var rest []query.Evidence
	listed := 0
	for _, e := range evidence {
		if e.Since.IsZero() && e.Until.IsZero() && e.Year.IsZero() && e.Source.IsZero() && e.InferredFrom.IsZero() {
			if listed++; listed <= mostSaid && !e.Value.IsZero() {
				facts = append(facts, names.people(e.Value))
			}
			continue
		}
		// What ended says nothing of what holds still, of which there is a statement too.
		if yes && !e.Until.IsZero() && slices.ContainsFunc(evidence, func(o query.Evidence) bool { return o.Until.IsZero() && !o.Since.IsZero() }) {
			continue
		}
		rest = append(rest, e)
		fact := period(e, names)
		if !e.Year.IsZero() {
			fact = names.quantity(e.Value, e.Unit) + " in " + names.people(e.Year)
		}
		if fact != "" && !slices.Contains(facts, fact) {
			facts = append(facts, fact)
		}
	}
	if listed > mostSaid {
		facts = append(facts, fmt.Sprintf("%d more", listed-mostSaid))
	}
	if len(facts) == 0 {
		return out + "." + sources(rest, names)
	}
	join := ", "
	if listed == 0 {
		join = "; "
	}
	return out + ": " + strings.Join(facts, join) + "." + sources(rest, names)
}

// period says since when, or from when to when, a statement held.
func period(e query.Evidence, names *display) string {
	switch {
	case !e.Since.IsZero() && !e.Until.IsZero():
		return "from " + names.people(e.Since) + " until " + names.people(e.Until)
	case !e.Since.IsZero():
		return "since " + names.people(e.Since)
	case !e.Until.IsZero():
		return "until " + names.people(e.Until)
	}
	return ""
}

// value says the value of one thing, with its unit, year and source; "" if there
// are many.
func value(answer *query.Answer, rows [][]graph.Term, evidence []query.Evidence, names *display) string {
	if len(rows) > 1 && slices.ContainsFunc(answer.Columns, func(c query.Column) bool { return c.Note != "" && c.Unit != "" }) {
		return "" // each has its number
	}
	var said []string
	var seen []graph.Term
	for _, row := range rows {
		if slices.Contains(seen, row[0]) {
			continue
		}
		seen = append(seen, row[0])
		text := names.said(row[0], answer.Columns[0])
		var year graph.Term
		when := ""
		for _, e := range evidence {
			if e.Value != row[0] {
				continue
			}
			if year.Value() < e.Year.Value() {
				year = e.Year
			}
			when = period(e, names)
		}
		if !year.IsZero() {
			when = "in " + names.people(year)
			evidence = slices.DeleteFunc(evidence, func(e query.Evidence) bool { return e.Value == row[0] && e.Year != year })
		}
		if answer.HowLong() {
			if i := slices.IndexFunc(evidence, func(e query.Evidence) bool { return e.Since == row[0] }); i >= 0 {
				text = lasted(evidence[i], time.Now()) + period(evidence[i], names)
			}
		}
		said = append(said, strings.TrimSpace(text+" "+when))
	}
	if len(said) > mostSaid {
		return ""
	}
	between := ", "
	if answer.HowLong() {
		between = "; "
	}
	out := strings.Join(said, between)
	if notes := remarks(answer, rows[0], names); len(evidence) == 0 && notes != "" {
		out += " (" + notes + ")"
	}
	if source := sources(evidence, names); source != "" {
		out += "." + source
	}
	return out
}

// lasted says how many full years a statement held, up to now if it has no end.
func lasted(e query.Evidence, now time.Time) string {
	date := func(t graph.Term) (time.Time, bool) {
		for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
			if d, err := time.Parse(layout, t.Value()); err == nil {
				return d, true
			}
		}
		return time.Time{}, false
	}
	from, ok := date(e.Since)
	if !ok {
		return ""
	}
	if !e.Until.IsZero() {
		if now, ok = date(e.Until); !ok {
			return ""
		}
	}
	years := now.Year() - from.Year()
	if from.AddDate(years, 0, 0).After(now) {
		years--
	}
	switch {
	case years < 1:
		return "less than a year, "
	case years == 1:
		return "1 year, "
	}
	return fmt.Sprintf("%d years, ", years)
}

// remarks says the notes on a value.
func remarks(answer *query.Answer, row []graph.Term, names *display) string {
	var out []string
	for i, c := range answer.Columns {
		if c.Note == "" || i >= len(row) || row[i].IsZero() {
			continue
		}
		if header, ok := strings.CutPrefix(c.Header, "last "); ok && len(out) > 0 && answer.Columns[i-1].Header == "first "+header {
			out[len(out)-1] = header + ": " + names.people(row[i-1])
			if row[i] != row[i-1] {
				out[len(out)-1] += " to " + names.people(row[i])
			}
			continue
		}
		if c.Header == "year" {
			out = append(out, names.people(row[i]))
			continue
		}
		if c.Header == "of" && len(out) > 0 {
			out[len(out)-1] += " of " + names.number(row[i])
			continue
		}
		out = append(out, c.Header+": "+names.said(row[i], c))
	}
	return strings.Join(out, "; ")
}

// sources names the sources, and what was inferred from what, each once.
func sources(evidence []query.Evidence, names *display) string {
	list := func(get func(query.Evidence) graph.Term) string {
		var out []string
		for _, e := range evidence {
			if t := get(e); !t.IsZero() && !slices.Contains(out, names.people(t)) {
				out = append(out, names.people(t))
			}
		}
		if n := len(out) - mostSaid; n > 0 {
			out = append(out[:mostSaid], fmt.Sprintf("%d more", n))
		}
		return strings.Join(out, "; ")
	}
	out := ""
	if from := list(func(e query.Evidence) graph.Term { return e.InferredFrom }); from != "" {
		out += " By: " + from + "."
	}
	if from := list(func(e query.Evidence) graph.Term { return e.Source }); from != "" {
		out += " Source: " + from + "."
	}
	return out
}

// withUnit puts a unit behind a number.
func withUnit(number, unit string) string {
	switch {
	case unit == "":
		return number
	case strings.HasPrefix(unit, "%"):
		return number + unit
	}
	return number + " " + unit
}

// people writes a term as people read it. A number is no quantity.
func (d *display) people(t graph.Term) string {
	return cmp.Or(results.Readable(t, false), d.name(t))
}

// number writes a quantity as people read it.
func (d *display) number(t graph.Term) string {
	return cmp.Or(results.Readable(t, true), d.name(t))
}

// quantity writes the value of a property: a quantity, if it has a unit.
func (d *display) quantity(t graph.Term, unit string) string {
	if unit == "" {
		return d.people(t)
	}
	return withUnit(d.number(t), unit)
}

// said writes the value of a column.
func (d *display) said(t graph.Term, c query.Column) string {
	if c.Plain {
		return d.people(t)
	}
	return withUnit(d.number(t), c.Unit)
}
