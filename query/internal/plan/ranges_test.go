package plan

import (
	"slices"
	"testing"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

func TestNarrow(t *testing.T) {
	five := graph.Literal("5", graph.XSDInteger)
	for _, c := range []struct {
		relation string
		in, out  []string
	}{
		{"<", []string{"4", "-100"}, []string{"5", "6"}},
		{"<=", []string{"5", "4"}, []string{"6"}},
		{">", []string{"6", "1000000"}, []string{"5", "4"}},
		{">=", []string{"5"}, []string{"4"}},
		{"=", []string{"5"}, []string{"4", "6"}},
	} {
		ranges := narrow(tags(comparable(five)...), c.relation, five)
		if !slices.IsSortedFunc(ranges, func(a, b encoded.Range) int { return int(a.Low>>60) - int(b.Low>>60) }) {
			t.Errorf("%s: ranges are not ascending: %v", c.relation, ranges)
		}
		has := func(s, datatype string) bool {
			id, ok := encoded.Inline(graph.Literal(s, datatype))
			return ok && slices.ContainsFunc(ranges, func(r encoded.Range) bool { return r.Contains(id) })
		}
		for _, s := range c.in {
			if !has(s, graph.XSDInteger) {
				t.Errorf("%s 5: %s is left out", c.relation, s)
			}
		}
		for _, s := range c.out {
			if has(s, graph.XSDInteger) {
				t.Errorf("%s 5: %s is kept", c.relation, s)
			}
		}
		// Other numbers are left to the filter.
		if !has("5.5", graph.XSDDecimal) || !has("5.5", graph.XSDDouble) || !has("5", graph.XSDInt) || has("true", graph.XSDBoolean) {
			t.Errorf("%s: other tags: %v", c.relation, ranges)
		}
	}
}

func TestRegexPrefix(t *testing.T) {
	for pattern, want := range map[string]struct {
		prefix string
		whole  bool
	}{
		"^abc": {"abc", true}, "^ab.c": {"ab", false}, "^abc*": {"ab", false}, "^a?": {"", false}, "abc": {"", false}, "^a|b": {"", false},
		"^aé*": {"a", false}, "^": {"", true}, "^ab+": {"ab", false}, `^a\.b`: {"a", false}, "^a{2}": {"", false}, "^ab$": {"ab", false},
	} {
		if prefix, whole := regexPrefix(pattern); prefix != want.prefix || whole != want.whole {
			t.Errorf("%s: %q, %v", pattern, prefix, whole)
		}
	}
}
