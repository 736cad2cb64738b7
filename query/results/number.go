package results

import (
	"math/big"
	"strings"

	"github.com/ententedb/entente/graph"
)

// Readable writes a number as people read it: whole from a thousand on, below that
// with two decimals, or three digits that say something; the digits of a quantity
// in groups of three, but not those of what may be a year or a code. Other terms
// give "".
func Readable(t graph.Term, quantity bool) string {
	if !isNumeric(t) {
		return ""
	}
	text := strings.TrimPrefix(t.Value(), "+")
	r, ok := new(big.Rat).SetString(text)
	if !ok || len(text) > 64 {
		return "" // INF, NaN
	}
	size := new(big.Rat).Abs(r)
	switch {
	case r.IsInt() && size.Cmp(big.NewRat(1000, 1)) < 0 && len(text) <= 6:
		return text // "2.0" as it was recorded
	case r.IsInt():
		text = r.Num().String()
	case size.Cmp(big.NewRat(1000, 1)) >= 0:
		text = r.FloatString(0)
	default:
		text = rounded(r, size, text)
	}
	if !quantity {
		return text
	}
	return grouped(text)
}

// rounded writes a fraction below a thousand.
func rounded(r, size *big.Rat, text string) string {
	digits := 2
	for limit := big.NewRat(1, 10); size.Cmp(limit) < 0 && digits < 20; limit.Quo(limit, big.NewRat(10, 1)) {
		digits++
	}
	_, fraction, plain := strings.Cut(text, ".")
	if plain && len(fraction) <= digits && !strings.ContainsAny(fraction, "eE") {
		return text // as it was recorded
	}
	return r.FloatString(digits)
}

// grouped puts commas between thousands.
func grouped(text string) string {
	sign := ""
	if strings.HasPrefix(text, "-") {
		sign, text = "-", text[1:]
	}
	whole, fraction, hasFraction := strings.Cut(text, ".")
	var b strings.Builder
	b.WriteString(sign)
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	if hasFraction {
		b.WriteString("." + fraction)
	}
	return b.String()
}
