package question

import (
	"math/big"
	"slices"
	"strings"
)

// name is how a thing is named in a sentence.
func (p paraphraser) name(iri string) string {
	s := p.label(iri)
	if p.takesThe(iri, s) {
		return "the " + s
	}
	return s
}

// takesThe reports whether a name is said with the article: names that end in
// or hold a common noun, and plurals such as the Netherlands.
func (l *Lexicon) takesThe(iri, s string) bool {
	words := strings.Fields(s)
	if len(words) < 2 {
		return slices.Contains([]string{"Netherlands", "Philippines", "Bahamas", "Gambia", "Maldives", "Comoros", "Seychelles", "Quad"}, s)
	}
	if strings.HasPrefix(s, "The ") {
		return false
	}
	if words[0] == "United" || words[0] == "Group" || strings.HasSuffix(s, "Islands") {
		return true
	}
	for _, w := range words {
		switch strings.ToLower(strings.Trim(w, "(),")) {
		case "organization", "organisation", "union", "league", "association", "agreement", "partnership", "community", "area", "forum", "council",
			"treaty", "pact", "convention", "agency", "bank", "fund", "court", "conference", "cooperation", "market", "republic", "federation", "countries", "commonwealth", "movement", "initiative":
			return true
		}
	}
	return false
}

func (p paraphraser) names(iris []string) string {
	var out []string
	for _, iri := range iris {
		out = append(out, p.name(iri))
	}
	return and(out)
}

func (p paraphraser) alternatives(iris []string) string {
	var out []string
	for _, iri := range iris {
		out = append(out, p.name(iri))
	}
	return strings.Join(out, " or ")
}

func and(list []string) string {
	switch len(list) {
	case 0:
		return ""
	case 1:
		return list[0]
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}

func withArticle(noun string) string {
	if noun == "" {
		return noun
	}
	if strings.ContainsRune("aeioAEIO", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

func itoa(n int) string { return big.NewInt(int64(n)).String() }

// number writes a decimal with its scale in words where that is exact:
// "200 million", "1.5 billion".
func number(s string) string {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return s
	}
	for _, scale := range []struct {
		power int64
		word  string
	}{{12, "trillion"}, {9, "billion"}, {6, "million"}} {
		q := new(big.Rat).Quo(r, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(scale.power), nil)))
		if new(big.Rat).Abs(q).Cmp(big.NewRat(1, 1)) >= 0 {
			if text := decimal(q); len(text) <= 6 {
				return text + " " + scale.word
			}
		}
	}
	whole, fraction, hasFraction := strings.Cut(s, ".")
	if len(whole) > 4 {
		var b strings.Builder
		for i, c := range whole {
			if i > 0 && (len(whole)-i)%3 == 0 {
				b.WriteByte(',')
			}
			b.WriteRune(c)
		}
		whole = b.String()
	}
	if hasFraction {
		return whole + "." + fraction
	}
	return whole
}
