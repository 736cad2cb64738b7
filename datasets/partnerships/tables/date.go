package tables

import (
	"fmt"
	"time"

	"github.com/ententedb/entente/graph"
)

// AsOf is the day the graph describes: a statement is asserted exactly if it
// holds on this day.
const AsOf = "2026-11-24"

// unknown in a date column says that there is a date and it is not recorded.
const unknown = "unknown"

// dateTerm returns a date as xsd:date, xsd:gYearMonth or xsd:gYear, by its
// length.
func dateTerm(s string) (graph.Term, error) {
	for _, form := range []struct{ layout, datatype string }{
		{"2006-01-02", graph.XSDDate}, {"2006-01", graph.XSDGYearMonth}, {"2006", graph.XSDGYear},
	} {
		if len(s) == len(form.layout) {
			if _, err := time.Parse(form.layout, s); err != nil {
				return graph.Term{}, fmt.Errorf("date %q: %w", s, err)
			}
			return graph.Literal(s, form.datatype), nil
		}
	}
	return graph.Term{}, fmt.Errorf("date %q: want YYYY-MM-DD, YYYY-MM, YYYY or %q", s, unknown)
}

// before reports whether date a is before b as far as both are known: dates of
// different precision are compared by what they share.
func before(a, b string) bool {
	n := min(len(a), len(b))
	return a[:n] < b[:n]
}

// holds reports whether a statement with these dates holds on day.
func holds(since, until, day string) bool {
	if since != "" && since != unknown && before(day, since) {
		return false
	}
	return until == "" || until != unknown && before(day, until)
}
