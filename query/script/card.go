package script

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
)

// A card is what is known of one thing, for people: what it is, then what tells of
// it, dates, attributes, numbers, relations, names and codes, and sources last.

// mostOnCard bounds the values of one property that a card lists.
const mostOnCard = 40

// widest is the width of cards and comparisons where no terminal says it.
const widest = 110

// entry is what a card says of one property.
type entry struct {
	property  graph.Term
	backwards bool
	values    []fact
}

// fact is one value, with the date since when, or the year in which, it holds.
type fact struct {
	value       graph.Term
	since, year string
}

// The places of entries on a card.
const (
	ofText = iota
	ofDates
	ofAttributes
	ofNumbers
	ofRelations
	ofNames
	ofSources
)

// card writes the rows of a description: property, value, whether it is read
// backwards, since, year.
func (s *Session) card(out io.Writer, answer *query.Answer, rows [][]graph.Term, names *display) error {
	about := answer.About()[0]
	title := about.Label
	if about.Kind != "" {
		title += " — " + about.Kind
	}
	fmt.Fprintln(out, title)
	lexicon := answer.Lexicon()
	var lines [][2]string
	for _, e := range entries(rows) {
		lines = append(lines, [2]string{e.name(lexicon, names), e.said(lexicon, names)})
	}
	width := 0
	for _, l := range lines {
		width = max(width, runewidth.StringWidth(l[0]))
	}
	room := cmp.Or(s.Width, widest)
	for _, l := range lines {
		for i, part := range wrap(l[1], max(room-width-4, 30)) {
			name := l[0]
			if i > 0 {
				name = ""
			}
			fmt.Fprintf(out, " %s  %s\n", runewidth.FillRight(name, width), part)
		}
	}
	_, err := fmt.Fprintf(out, "%d statements%s\n", len(rows), s.took())
	return err
}

// entries gathers rows by property, in the sequence of a card.
func entries(rows [][]graph.Term) []*entry {
	var all []*entry
	type key struct {
		property  graph.Term
		backwards bool
	}
	of := map[key]*entry{}
	for _, row := range rows {
		switch row[0].Value() {
		case graph.RDFType, graph.RDFSLabel, graph.SKOSPrefLabel:
			continue
		}
		k := key{row[0], len(row) > 2 && row[2].Value() == "true"}
		e := of[k]
		if e == nil {
			e = &entry{property: row[0], backwards: k.backwards}
			of[k] = e
			all = append(all, e)
		}
		f := fact{value: row[1]}
		if len(row) > 4 {
			f.since, f.year = row[3].Value(), row[4].Value()
		}
		if i := slices.IndexFunc(e.values, func(g fact) bool { return g.value == f.value }); i >= 0 {
			e.values[i].year = max(e.values[i].year, f.year)
			continue
		}
		e.values = append(e.values, f)
	}
	slices.SortStableFunc(all, func(a, b *entry) int { return cmp.Compare(a.place(), b.place()) })
	return all
}

// place is where an entry stands on a card.
func (e *entry) place() int {
	v := e.values[0].value
	switch p := e.property.Value(); {
	case strings.HasSuffix(p, "/source") || strings.HasSuffix(p, "#source") || p == graph.OWL+"sameAs":
		return ofSources
	case p == graph.SKOSAltLabel:
		return ofNames
	case !v.IsLiteral() && len(e.values) > 1:
		return ofRelations
	case !v.IsLiteral():
		return ofAttributes
	case v.Datatype() == graph.XSDDate || v.Datatype() == graph.XSDDateTime || v.Datatype() == graph.XSDGYear || v.Datatype() == graph.XSDGYearMonth:
		return ofDates
	case v.Datatype() == graph.XSDBoolean:
		return ofAttributes
	case v.Datatype() != graph.XSDString && v.Lang() == "":
		return ofNumbers
	case len(e.values) == 1 && strings.Count(v.Value(), " ") > 2:
		return ofText
	}
	return ofNames
}

func (e *entry) name(lexicon *query.Lexicon, names *display) string {
	many := len(e.values) > 1
	name := names.name(e.property)
	if noun := lexicon.Noun(e.property.Value(), e.backwards, many); noun != "" && (many || !e.values[0].value.IsLiteral()) {
		name = noun
	}
	if n := len(e.values); n > 3 {
		name = fmt.Sprintf("%s (%d)", name, n)
	}
	return name
}

// said lists the values of an entry.
func (e *entry) said(lexicon *query.Lexicon, names *display) string {
	unit := lexicon.Unit(e.property.Value())
	since := e.values[0].since
	for _, f := range e.values {
		if f.since != since {
			since = ""
		}
	}
	var all []string
	for _, f := range e.values {
		text := names.quantity(f.value, unit)
		switch {
		case f.year != "":
			text += " (" + f.year + ")"
		case f.since != "" && since == "":
			text += " (" + f.since + ")"
		}
		all = append(all, text)
	}
	slices.Sort(all)
	if n := len(all) - mostOnCard; n > 0 {
		all = append(all[:mostOnCard], fmt.Sprintf("%d more", n))
	}
	out := strings.Join(all, ", ")
	if since != "" {
		out += " (since " + since + ")"
	}
	return out
}

// writeText writes a text as a paragraph: broken between words where the terminal
// ends.
func (s *Session) writeText(out io.Writer, text string) {
	if s.Width > 0 {
		text = strings.Join(wrap(text, s.Width), "\n")
	}
	fmt.Fprintln(out, text)
}

// wrap breaks a text into lines of a width in columns, between words.
func wrap(text string, width int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && runewidth.StringWidth(line)+1+runewidth.StringWidth(word) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
