package question

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// vocabulary is every single word that questions may hold, for finding the
// nearest to an unknown one. It is built when the first is needed.
type vocabulary struct {
	once    sync.Once
	lexicon *Lexicon
	// words are folded, sorted by length and text.
	words  []string
	weight map[string]int8
	starts []int // index of the first word of each length
}

func newVocabulary(l *Lexicon) *vocabulary { return &vocabulary{lexicon: l} }

func (v *vocabulary) build() {
	v.weight = map[string]int8{}
	one := func(w string, weight int8) {
		if old, ok := v.weight[w]; len(w) > 1 && (!ok || old > weight) {
			v.weight[w] = weight
		}
	}
	add := func(phrase string, weight int8) {
		if !strings.Contains(phrase, " ") {
			one(phrase, weight)
			return
		}
		for w := range strings.SplitSeq(phrase, " ") {
			one(w, partOfPhrase)
		}
	}
	for w := range functionWords() {
		add(w, ofLanguage)
	}
	for w, senses := range v.lexicon.words {
		weight := int8(ofLanguage)
		if senses[0].class == classAdjective {
			weight = ofNames
		}
		add(w, weight)
	}
	for w := range v.lexicon.names {
		add(w, ofNames)
	}
	for w := range numberWords {
		add(w, ofLanguage)
	}
	for w := range scaleWords {
		add(w, ofLanguage)
	}
	for _, m := range months {
		add(m, ofLanguage)
	}
	delete(v.weight, possessive)
	for w := range v.weight {
		v.words = append(v.words, w)
	}
	slices.SortFunc(v.words, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b)) })
	for i, w := range v.words {
		for len(v.starts) <= len(w) {
			v.starts = append(v.starts, i)
		}
	}
}

// The weights of words: those of the language come before names, and those
// that only occur inside longer phrases last.
const (
	ofLanguage = iota
	ofNames
	partOfPhrase
)

// misspelled returns the word that is most likely wrong where word i is not
// understood: i itself, or, where it is the beginning of a name, the word after
// it that no name holds.
func (v *vocabulary) misspelled(words []word, i int) int {
	v.once.Do(v.build)
	if _, known := v.weight[words[i].Key]; !known {
		return i
	}
	for k := i + 1; k < len(words) && k < i+4; k++ {
		if _, known := v.weight[words[k].Key]; !known && !isYear(words[k].Key) {
			return k
		}
	}
	return i
}

// nearest returns the known words nearest to word i, best first: by edit
// distance, where a transposition is one edit and the lightest, by sound, by
// first and last letter, and by what kind of word it is.
func (v *vocabulary) nearest(words []word, i, n int) []string {
	v.once.Do(v.build)
	w := words[i].Key
	limit := 1 + len(w)/4
	_, known := v.weight[w]
	if known {
		limit = 1
	}
	type hit struct {
		word   string
		score  int
		prefix int
	}
	var hits []hit
	sound := soundex(w)
	acronym := capitals(words[i].Text)
	for length := max(2, len(w)-limit); length <= len(w)+limit && length < len(v.starts); length++ {
		end := len(v.words)
		if length+1 < len(v.starts) {
			end = v.starts[length+1]
		}
		for _, c := range v.words[v.starts[length]:end] {
			d := distance(w, c, limit)
			if d == 0 || d > limit || d >= len(w) {
				continue
			}
			score := 4*d + 2*b2i(c[0] != w[0]) + b2i(soundex(c) != sound) + b2i(c[len(c)-1] != w[len(w)-1]) + b2i(len(c) < len(w)) + int(v.weight[c])
			if length == len(w) && sameLetters(c, w) {
				score -= 2
			}
			if acronym && v.weight[c] == ofLanguage {
				score += 2
			}
			if name, ok := v.lexicon.names[c]; ok && v.lexicon.rank(name.iri) > 30 {
				score++
			}
			if v.completes(words, i, c) {
				score -= 5
			}
			hits = append(hits, hit{c, score, commonPrefix(c, w)})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.score, b.score), cmp.Compare(b.prefix, a.prefix), strings.Compare(a.word, b.word))
	})
	var out []string
	for _, h := range hits {
		if s := v.written(words, i, h.word); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	if known {
		// The word occurs in names, but does not stand alone.
		for _, s := range v.holding(w, n) {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out[:min(n, len(out))]
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// sameLetters reports whether two words of one length have the same letters.
func sameLetters(a, b string) bool {
	var count [256]int
	for i := range len(a) {
		count[a[i]]++
		count[b[i]]--
	}
	return count == [256]int{}
}

// holding returns the shortest phrases and names that hold a word, names last.
func (v *vocabulary) holding(w string, n int) []string {
	var out []string
	names := map[string]bool{}
	add := func(key, said string) {
		if slices.Contains(strings.Split(key, " "), w) && !slices.Contains(out, said) {
			out = append(out, said)
		}
	}
	for key := range v.lexicon.words {
		add(key, v.lexicon.spelling(key))
	}
	for key, name := range v.lexicon.names {
		if label := v.lexicon.label(name.iri); !slices.Contains(out, label) {
			names[label] = true
			add(key, label)
		}
	}
	slices.SortFunc(out, func(a, b string) int {
		return cmp.Or(cmp.Compare(b2i(names[a]), b2i(names[b])), cmp.Compare(len(a), len(b)), strings.Compare(a, b))
	})
	return out[:min(n, len(out))]
}

// completes reports whether word c in place of word i makes a known phrase of
// several words with its neighbours.
func (v *vocabulary) completes(words []word, i int, c string) bool {
	return v.phrase(words, i, c) != ""
}

func (v *vocabulary) phrase(words []word, i int, c string) string {
	for n := min(5, len(words)); n > 1; n-- {
		for start := max(0, i-n+1); start <= i && start+n <= len(words); start++ {
			var b strings.Builder
			for k := range n {
				if k > 0 {
					b.WriteByte(' ')
				}
				if start+k == i {
					b.WriteString(c)
				} else {
					b.WriteString(words[start+k].Key)
				}
			}
			if _, ok := v.lexicon.names[b.String()]; ok {
				return b.String()
			}
			if _, ok := v.lexicon.words[b.String()]; ok {
				return b.String()
			}
		}
	}
	return ""
}

// written returns a suggestion as it is usually written: a name by its label.
func (v *vocabulary) written(words []word, i int, c string) string {
	key := c
	if p := v.phrase(words, i, c); p != "" {
		key = p
	}
	if senses, isWord := v.lexicon.words[key]; isWord || functionWords()[key] {
		if isWord && senses[0].class == classAdjective {
			return strings.ToUpper(key[:1]) + key[1:]
		}
		return v.lexicon.spelling(key)
	}
	if iris := v.lexicon.named(key); len(iris) == 1 {
		label := v.lexicon.labels[iris[0]]
		if strings.Join(keys(label), " ") == key {
			return label
		}
		if len(key) <= 6 && !strings.Contains(key, " ") {
			return strings.ToUpper(key[:1]) + key[1:]
		}
	}
	return key
}

// distance is the number of insertions, deletions, replacements and
// transpositions of neighbours that turn a into b (optimal string alignment),
// or limit+1 if it is more than limit.
func distance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	var rows [3][64]int
	if len(b) >= 63 {
		return limit + 1
	}
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := 0; j <= len(b); j++ {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		best := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			row[j] = d
			best = min(best, d)
		}
		if best > limit {
			return limit + 1
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// soundex is the sound of a word in the code of Russell and Odell: its first
// letter and up to three classes of consonants.
func soundex(w string) string {
	const codes = "01230120022455012623010202"
	out := make([]byte, 0, 4)
	var last byte
	for i := range len(w) {
		c := w[i]
		if c < 'a' || c > 'z' {
			continue
		}
		code := codes[c-'a']
		switch {
		case len(out) == 0:
			out = append(out, c)
		case code != '0' && code != last:
			out = append(out, code)
		}
		if c != 'h' && c != 'w' {
			last = code
		}
		if len(out) == 4 {
			break
		}
	}
	return string(out)
}
