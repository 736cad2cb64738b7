package question

import (
	"strings"
	"testing"
)

func TestSplit_Words(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Côte d'Ivoire", "cote divoire"},
		{"the U.S. and the U.K.", "us and uk"},
		{"Japan's GDP isn't 2,000.5", "japan possessive gdp is not 2000.5"},
		{"who's in OPEC+?", "who is in opec+"},
		{"as of 2004-05-01", "as of 2004-05-01"},
		{"non-NATO members’ defence", "non nato members possessive defense"},
		{"the organisations' programmes", "organizations possessive programs"},
		{"US$5bn", "us$ 5 bn"},
		{"The", "the"},
	} {
		if got := strings.Join(keys(c.text), " "); got != c.want {
			t.Errorf("%q is %q, not %q", c.text, got, c.want)
		}
	}
}

func TestPlainKey_SameAsKeys(t *testing.T) {
	for _, text := range []string{
		"Japan", "the Gambia", "Guinea-Bissau", "World Trade Organization", "Organisation of American States", "A", "the a", "  ", "G7", "5 Eyes",
		"European Union", "Trans-Pacific  Partnership", "Labour Centre", "x1-y2", "China, Germany (2003)", "Treaty of 1951", "1990", "a 5bn b", "5.5 x", "1,000 a", "12-34", "(the) x, 5, y", "Chile–China Free Trade (2005)", "1951–1960", "a: b; c/d \"e\"", "U.S. and U.K.", "St. Kitts", "a.", ".b", "x.5", "BIT-1: 2", "5/6",
	} {
		key, words, ok := plainKey(text)
		if !ok {
			continue
		}
		want := keys(text)
		if key != strings.Join(want, " ") || words != len(want) {
			t.Errorf("%q: %q (%d words), want %q", text, key, words, want)
		}
	}
}

func TestEnglish_Forms(t *testing.T) {
	e := newEnglish()
	for _, c := range []struct{ base, forms string }{
		{"join", "join joins joined joined joining"},
		{"leave", "leave leaves left left leaving"},
		{"spend", "spend spends spent spent spending"},
		{"border", "border borders bordered bordered bordering"},
		{"use", "use uses used used using"},
		{"quit", "quit quits quit quit quitting"},
		{"ratify", "ratify ratifies ratified ratified ratifying"},
		{"ban", "ban bans banned banned banning"},
		{"reach", "reach reaches reached reached reaching"},
		{"agree", "agree agrees agreed agreed agreeing"},
	} {
		if got := strings.Join(e.verb(c.base).all(), " "); got != c.forms {
			t.Errorf("%s: %s, want %s", c.base, got, c.forms)
		}
	}
	for singular, plural := range map[string]string{
		"country": "countries", "ally": "allies", "person": "people", "body of the UN system": "bodies of the UN system", "GDP": "GDPs", "tax treaty": "tax treaties", "day": "days", "pass": "passes",
	} {
		if got := e.plural(singular); got != plural {
			t.Errorf("%s: %s, want %s", singular, got, plural)
		}
	}
}
