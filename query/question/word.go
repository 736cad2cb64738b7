package question

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A word is one piece of a question, or of a name: Key is its folded form, by
// which words are compared; Start and End are rune offsets in the text.
type word struct {
	Text, Key  string
	Start, End int
}

// possessive is the key of a possessive 's.
const possessive = "possessive"

// split cuts text into words. Letters and digits make words; hyphens, slashes
// and full stops between letters are not kept ("U.S." is "us", "non-NATO" is
// two words); a possessive 's is a word of its own, and so is the "not" of a
// contraction. Numbers keep their decimal point and lose their separators;
// dates stay whole. Other signs are words of one rune, and quotation marks and
// closing punctuation are dropped.
func split(text string) []word {
	r := []rune(text)
	var out []word
	add := func(start, end int, s string) {
		if key := fold(s); key != "" {
			out = append(out, word{string(r[start:end]), key, start, end})
		}
	}
	for i := 0; i < len(r); {
		c := r[i]
		switch {
		case unicode.IsDigit(c):
			end, s := scanNumber(r, i)
			out = append(out, word{string(r[i:end]), s, i, end})
			i = end
		case unicode.IsLetter(c) || unicode.IsMark(c):
			i = scanWord(r, i, add)
		case c == '-' && i+1 < len(r) && unicode.IsDigit(r[i+1]) && (i == 0 || unicode.IsSpace(r[i-1])):
			end, s := scanNumber(r, i+1)
			out = append(out, word{string(r[i:end]), "-" + s, i, end})
			i = end
		case strings.ContainsRune("%$€£,()<>=", c):
			out = append(out, word{string(c), string(c), i, i + 1})
			i++
		case c == '&':
			out = append(out, word{"&", "and", i, i + 1})
			i++
		default:
			i++
		}
	}
	return out
}

// scanWord reads the word at i, hands it (and what a contraction hides) to
// add, and returns the offset behind it.
func scanWord(r []rune, i int, add func(start, end int, s string)) int {
	start := i
	var b strings.Builder
	for i < len(r) {
		c := r[i]
		next := i+1 < len(r) && unicode.IsLetter(r[i+1])
		switch {
		case unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c) || c == '²' || c == '³' || c == '+' && b.Len() > 0:
			b.WriteRune(c)
			i++
			continue
		case c == '.' && next:
			i++
			continue
		case c == '$' && b.Len() > 0 && strings.EqualFold(b.String(), "us"):
			b.WriteRune(c)
			i++
		case isApostrophe(c):
			low := strings.ToLower(b.String())
			switch {
			case next && (r[i+1] == 't' || r[i+1] == 'T') && strings.HasSuffix(low, "n") && !letterAt(r, i+2):
				base := map[string]string{"won": "will", "can": "can", "shan": "shall"}[low]
				if base == "" {
					base = low[:len(low)-1]
				}
				add(start, i+2, base)
				add(start, i+2, "not")
				return i + 2
			case next && (r[i+1] == 's' || r[i+1] == 'S') && !letterAt(r, i+2):
				add(start, i, b.String())
				switch low {
				case "what", "who", "where", "when", "how", "that", "there", "which":
					add(i, i+2, "is")
				default:
					add(i, i+2, possessive)
				}
				return i + 2
			case next && !strings.HasSuffix(low, "s") && letterAt(r, i+2):
				// A name such as d'Ivoire or O'Higgins: the mark is not kept.
				if suffix := strings.ToLower(string(r[i+1 : min(i+3, len(r))])); (suffix == "ve" || suffix == "re" || suffix == "ll") && !letterAt(r, i+3) {
					add(start, i, b.String())
					add(i, i+3, map[string]string{"ve": "have", "re": "are", "ll": "will"}[suffix])
					return i + 3
				}
				i++
				continue
			case strings.HasSuffix(low, "s") && !next:
				add(start, i, b.String())
				add(i, i+1, possessive)
				return i + 1
			case next:
				i++
				continue
			}
		}
		break
	}
	add(start, i, b.String())
	return i
}

func isApostrophe(c rune) bool { return c == '\'' || c == '’' || c == '‘' || c == 'ʼ' || c == '`' }

func letterAt(r []rune, i int) bool { return i < len(r) && unicode.IsLetter(r[i]) }

// scanNumber reads a number or an ISO date at i and returns the offset behind
// it and the text without thousands separators.
func scanNumber(r []rune, i int) (int, string) {
	start := i
	digits := func(i, n int) bool {
		for k := range n {
			if i+k >= len(r) || !unicode.IsDigit(r[i+k]) {
				return false
			}
		}
		return i+n >= len(r) || !unicode.IsDigit(r[i+n])
	}
	if digits(i, 4) && i+4 < len(r) && r[i+4] == '-' && digits(i+5, 2) {
		if i+7 < len(r) && r[i+7] == '-' && digits(i+8, 2) {
			return i + 10, string(r[i : i+10])
		}
		return i + 7, string(r[i : i+7])
	}
	var b strings.Builder
	for i < len(r) {
		switch {
		case unicode.IsDigit(r[i]):
			b.WriteRune(r[i])
			i++
			continue
		case r[i] == ',' && i > start && digits(i+1, 3), r[i] == '_' && i+1 < len(r) && unicode.IsDigit(r[i+1]):
			i++
			continue
		case r[i] == '.' && i+1 < len(r) && unicode.IsDigit(r[i+1]) && !strings.Contains(b.String(), "."):
			b.WriteRune('.')
			i++
			continue
		}
		break
	}
	return i, b.String()
}

// letters that Unicode does not decompose.
var foldings = strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ß", "ss", "æ", "ae", "œ", "oe", "ı", "i", "²", "2", "³", "3")

// fold returns the form by which words are compared: lower case, without
// accents, in one spelling for British and American English. It is applied to
// questions and to the lexicon alike, so a rule that goes too far does no harm
// as long as it does not make two different words equal.
func fold(s string) string {
	ascii := true
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			ascii = false
			break
		}
	}
	s = strings.ToLower(s)
	if !ascii {
		s = strings.Map(func(c rune) rune {
			if unicode.Is(unicode.Mn, c) {
				return -1
			}
			return c
		}, norm.NFD.String(s))
		s = foldings.Replace(s)
	}
	return spelling(s)
}

// spelling maps British spellings to American ones.
func spelling(s string) string {
	if len(s) < 5 {
		return s
	}
	switch s {
	case "programme":
		return "program"
	case "programmes":
		return "programs"
	}
	stem, plural := s, ""
	if strings.HasSuffix(s, "s") && !strings.HasSuffix(s, "ss") {
		stem, plural = s[:len(s)-1], "s"
	}
	if len(stem) >= 6 {
		switch {
		case strings.HasSuffix(stem, "our"):
			return stem[:len(stem)-3] + "or" + plural
		case strings.HasSuffix(stem, "fence"):
			return stem[:len(stem)-2] + "se" + plural
		case strings.HasSuffix(stem, "tre"):
			return stem[:len(stem)-2] + "er" + plural
		}
	}
	if strings.Contains(s, "our") && (strings.HasSuffix(s, "ouring") || strings.HasSuffix(s, "oured")) && len(s) > 7 {
		s = strings.Replace(s, "our", "or", 1)
	}
	for _, end := range [...]string{"isation", "isations", "ise", "ises", "ised", "ising", "yse"} {
		if len(s) > len(end)+2 && strings.HasSuffix(s, end) {
			at := len(s) - len(end)
			return s[:at+1] + "z" + s[at+2:]
		}
	}
	return s
}

// keys returns the folded words of a phrase without its articles.
func keys(phrase string) []string {
	words := split(phrase)
	out := make([]string, 0, len(words))
	for _, w := range words {
		if !isArticle(w.Key) {
			out = append(out, w.Key)
		}
	}
	if len(out) == 0 {
		for _, w := range words {
			out = append(out, w.Key)
		}
	}
	return out
}

// plainKey is the folded phrase of a name of plain words, letters and digits of
// ASCII between spaces, hyphens, dashes, stops, commas and brackets, found without the work of split. ok is
// false for any other name.
func plainKey(text string) (key string, words int, ok bool) {
	b := make([]byte, 0, len(text))
	start := 0 // of the word in b
	end := func() {
		w := string(b[start:])
		switch {
		case w == "":
			return
		case isArticle(w):
			b = b[:start]
			return
		case len(w) >= 5:
			if s := spelling(w); s != w {
				b = append(b[:start], s...)
			}
		}
		words++
		b = append(b, ' ')
		start = len(b)
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == ',' || c == '(' || c == ')':
			end()
			b = append(b, c)
			end()
		case c >= '0' && c <= '9' && len(b) == start:
			for i < len(text) && text[i] >= '0' && text[i] <= '9' {
				b = append(b, text[i])
				i++
			}
			if i < len(text) && !strings.ContainsRune(" ):;/", rune(text[i])) && !strings.HasPrefix(text[i:], "–") {
				return "", 0, false // dates, decimals, 5bn: see scanNumber
			}
			end()
			i--
		case c >= 'a' && c <= 'z':
			b = append(b, c)
		case c >= 'A' && c <= 'Z':
			b = append(b, c+'a'-'A')
		case c >= '0' && c <= '9':
			b = append(b, c)
		case c == ' ' || c == '-' || c == ':' || c == ';' || c == '/' || c == '"':
			end()
		case c == '.':
			if i+1 < len(text) && text[i+1] >= 0x80 {
				return "", 0, false
			}
			if len(b) == start || i+1 == len(text) || !asciiLetter(text[i+1]) {
				end()
			}
		case strings.HasPrefix(text[i:], "–"):
			end()
			i += len("–") - 1
		default:
			return "", 0, false
		}
	}
	end()
	if words == 0 {
		return "", 0, false
	}
	return string(b[:len(b)-1]), words, true
}

func asciiLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isArticle(key string) bool { return key == "the" || key == "a" || key == "an" }
