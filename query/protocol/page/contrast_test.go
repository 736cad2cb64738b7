package page_test

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"testing"
)

// The colours of the style sheet, computed by WCAG 2.2: text has a contrast of
// 4.5 with every ground it stands on, drawings and the edges of fields one of 3.
func TestStyle_Contrast(t *testing.T) {
	css, err := os.ReadFile("src/style.css")
	if err != nil {
		t.Fatal(err)
	}
	colours := map[string][2]float64{} // luminance by name, light and dark
	for _, m := range regexp.MustCompile(`--([\w-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\)`).FindAllStringSubmatch(string(css), -1) {
		colours[m[1]] = [2]float64{luminance(t, m[2]), luminance(t, m[3])}
	}
	check := func(least float64, grounds []string, names ...string) {
		for _, name := range names {
			for _, ground := range grounds {
				for i, theme := range []string{"light", "dark"} {
					a, ok := colours[name]
					b, okGround := colours[ground]
					if !ok || !okGround {
						t.Fatalf("no colour %s or %s", name, ground)
					}
					if got := (max(a[i], b[i]) + 0.05) / (min(a[i], b[i]) + 0.05); got < least {
						t.Errorf("%s on %s, %s: %.2f, want %.1f", name, ground, theme, got, least)
					}
				}
			}
		}
	}
	check(4.5, []string{"ground", "field", "soft"}, "ink", "dim", "accent")
	check(4.5, []string{"accent"}, "on-accent")
	check(4.5, []string{"bad-soft", "ground"}, "bad")
	check(4.5, []string{"field", "select"}, "keyword", "function", "variable", "name", "string", "number", "ink")
	check(4.5, []string{"field"}, "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8") // series are named in their colours
	check(3, []string{"ground", "field"}, "edge")
	check(3, []string{"map-low"}, "map-high")
}

// luminance is the relative luminance of a colour in sRGB.
func luminance(t *testing.T, hex string) float64 {
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
