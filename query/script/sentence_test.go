package script

import (
	"testing"
	"time"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/query"
)

func TestLasted(t *testing.T) {
	now := time.Date(2026, 2, 17, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct{ since, until, want string }{
		{"1952-02-18", "", "73 years, "}, // the day before its anniversary
		{"1952-02-17", "", "74 years, "},
		{"1973-01-01", "2020-02-01", "47 years, "},
		{"1975", "1995-01", "20 years, "},
		{"2025-02-17", "", "1 year, "},
		{"2025-03", "", "less than a year, "},
		{"before the flood", "", ""},
		{"", "1990", ""},
	} {
		e := query.Evidence{Since: graph.String(c.since)}
		if c.until != "" {
			e.Until = graph.String(c.until)
		}
		if got := lasted(e, now); got != c.want {
			t.Errorf("from %q until %q: %q, want %q", c.since, c.until, got, c.want)
		}
	}
}
