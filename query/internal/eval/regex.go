package eval

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ententedb/entente/graph/encoded"
)

// pattern is a compiled regular expression of XPath (XPath and XQuery
// Functions 3.1, section 5.6), on Go's linear-time engine.
type pattern struct {
	re *regexp.Regexp
	// literal, if not empty, is all that the pattern says: find it, from the
	// start if anchored, in lower case if fold.
	literal        string
	anchored, fold bool
}

var errPattern = errors.New("not a regular expression that can be matched in linear time")

func compilePattern(expr, flags string) (*pattern, error) {
	var p pattern
	var goFlags string
	var extended, quoted bool
	for _, c := range flags {
		switch c {
		case 's', 'm':
			goFlags += string(c)
		case 'i':
			goFlags += "i"
			p.fold = true
		case 'x':
			extended = true
		case 'q':
			quoted = true
		default:
			return nil, fmt.Errorf("%w: flag %q", errPattern, c)
		}
	}
	text := expr
	if !quoted {
		p.anchored = strings.HasPrefix(text, "^") && !strings.Contains(goFlags, "m")
		if p.anchored {
			text = text[1:]
		}
	}
	if quoted || !extended && !strings.ContainsAny(text, `.\?*+{}()[]|^$`) {
		if !p.fold || isASCII(text) {
			p.literal = text
		}
		if p.fold {
			p.literal = strings.ToLower(p.literal)
		}
	}
	translated := regexp.QuoteMeta(expr)
	if !quoted {
		var err error
		if translated, err = translate(expr, extended, strings.Contains(goFlags, "s")); err != nil {
			return nil, err
		}
	}
	if goFlags != "" {
		translated = "(?" + goFlags + ")" + translated
	}
	re, err := regexp.Compile(translated)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", errPattern, err)
	}
	p.re = re
	return &p, nil
}

func (p *pattern) match(s string) bool {
	switch {
	case p.literal == "" || p.fold && !isASCII(s): // K (Kelvin) folds to k
		return p.re.MatchString(s)
	case p.fold && p.anchored:
		return len(s) >= len(p.literal) && equalFoldASCII(s[:len(p.literal)], p.literal)
	case p.fold:
		return containsFoldASCII(s, p.literal)
	case p.anchored:
		return strings.HasPrefix(s, p.literal)
	}
	return strings.Contains(s, p.literal)
}

func lowerASCII(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

func equalFoldASCII(s, lower string) bool {
	for i := 0; i < len(lower); i++ {
		if lowerASCII(s[i]) != lower[i] {
			return false
		}
	}
	return true
}

func containsFoldASCII(s, lower string) bool {
	first := lower[0]
	for i := 0; i+len(lower) <= len(s); i++ {
		if lowerASCII(s[i]) == first && equalFoldASCII(s[i:i+len(lower)], lower) {
			return true
		}
	}
	return false
}

// Character classes of XML Schema that Go writes otherwise.
const (
	digits    = `\p{Nd}`
	spaces    = ` \t\n\r`
	notWord   = `\p{P}\p{Z}\p{C}`
	nameStart = `:A-Z_a-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{370}-\x{37D}\x{37F}-\x{1FFF}\x{200C}-\x{200D}\x{2070}-\x{218F}\x{2C00}-\x{2FEF}\x{3001}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFFD}\x{10000}-\x{EFFFF}`
	nameChar  = nameStart + `\-.0-9\x{B7}\x{300}-\x{36F}\x{203F}-\x{2040}`
)

// word lists, inside brackets, the characters of \w: all but punctuation, separators and others.
const word = `\p{L}\p{M}\p{N}\p{S}`

// translate writes an XPath regular expression in Go's syntax. What Go would
// understand otherwise is refused or rewritten; back-references and
// class subtraction have no linear-time form and are refused.
func translate(s string, extended, dotAll bool) (string, error) {
	var b strings.Builder
	inClass := false
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '\\':
			size, err := translateEscape(&b, s[i:], inClass)
			if err != nil {
				return "", err
			}
			i += size
			continue
		case extended && !inClass && strings.IndexByte(" \t\n\r", c) >= 0:
		case inClass && c == '[':
			return "", fmt.Errorf("%w: class subtraction or unescaped [", errPattern)
		case c == '[':
			inClass = true
			b.WriteByte(c)
			if i+1 < len(s) && s[i+1] == '^' {
				b.WriteByte('^')
				i++
			}
			if i+1 < len(s) && s[i+1] == ']' {
				return "", fmt.Errorf("%w: empty class", errPattern)
			}
		case inClass && c == ']':
			inClass = false
			b.WriteByte(c)
		case !inClass && c == '.' && !dotAll:
			b.WriteString(`[^\n\r]`)
		case !inClass && c == '(' && strings.HasPrefix(s[i+1:], "?") && !strings.HasPrefix(s[i+1:], "?:"):
			return "", fmt.Errorf("%w: (?", errPattern)
		default:
			_, size := utf8.DecodeRuneInString(s[i:])
			b.WriteString(s[i : i+size])
			i += size
			continue
		}
		i++
	}
	return b.String(), nil
}

// translateEscape writes the escape at the start of s and returns its length.
func translateEscape(b *strings.Builder, s string, inClass bool) (int, error) {
	if len(s) < 2 {
		return 0, fmt.Errorf("%w: \\ at the end", errPattern)
	}
	class := func(set string) { // a set of characters, negated for a capital letter
		negated := unicode.IsUpper(rune(s[1]))
		switch {
		case !negated && inClass:
			b.WriteString(set)
		case !negated:
			b.WriteString("[" + set + "]")
		default:
			b.WriteString("[^" + set + "]")
		}
	}
	switch c := s[1]; c {
	case 'n', 'r', 't', '\\', '|', '.', '?', '*', '+', '(', ')', '{', '}', '$', '-', '[', ']', '^':
		b.WriteString(s[:2])
	case '/', '"', '\'', ' ', '#', ',', '&', '@', '<', '>', '=', '!', '%', '~', '`', ':', ';':
		// Not escapes of XPath, but harmless and often written.
		b.WriteString(regexp.QuoteMeta(s[1:2]))
	case 'd':
		b.WriteString(digits)
	case 'D':
		b.WriteString(`\P{Nd}`)
	case 's', 'w', 'i', 'c', 'S', 'W', 'I', 'C':
		set := map[byte]string{'s': spaces, 'w': word, 'i': nameStart, 'c': nameChar}[c|0x20]
		if inClass && c < 'a' {
			switch c {
			case 'S':
				set = `\x{0}-\x{8}\x{B}\x{C}\x{E}-\x{1F}\x{21}-\x{10FFFF}`
			case 'W':
				set = notWord
			default:
				return 0, fmt.Errorf("%w: \\%c in a class", errPattern, c)
			}
			b.WriteString(set)
			return 2, nil
		}
		class(set)
	case 'p', 'P':
		end := strings.IndexByte(s, '}')
		if end < 0 || s[2] != '{' {
			return 0, fmt.Errorf("%w: \\%c", errPattern, c)
		}
		name := s[3:end]
		if block, ok := strings.CutPrefix(name, "Is"); ok {
			set, ok := blocks[block]
			if !ok || inClass && c == 'P' {
				return 0, fmt.Errorf("%w: block %s", errPattern, block)
			}
			class(set)
			return end + 1, nil
		}
		if _, ok := unicode.Categories[name]; !ok && name != "Cn" {
			return 0, fmt.Errorf("%w: category %s", errPattern, name)
		}
		b.WriteString(s[:end+1])
		return end + 1, nil
	default:
		return 0, fmt.Errorf("%w: \\%c", errPattern, c)
	}
	return 2, nil
}

// blocks are the Unicode blocks that patterns most often name.
var blocks = map[string]string{
	"BasicLatin": `\x{0}-\x{7F}`, "Latin-1Supplement": `\x{80}-\x{FF}`,
	"LatinExtended-A": `\x{100}-\x{17F}`, "LatinExtended-B": `\x{180}-\x{24F}`,
	"GreekandCoptic": `\x{370}-\x{3FF}`, "Greek": `\x{370}-\x{3FF}`, "Cyrillic": `\x{400}-\x{4FF}`,
	"Armenian": `\x{530}-\x{58F}`, "Hebrew": `\x{590}-\x{5FF}`, "Arabic": `\x{600}-\x{6FF}`,
	"Devanagari": `\x{900}-\x{97F}`, "Thai": `\x{E00}-\x{E7F}`, "Hiragana": `\x{3040}-\x{309F}`,
	"Katakana": `\x{30A0}-\x{30FF}`, "HangulSyllables": `\x{AC00}-\x{D7AF}`,
	"CJKUnifiedIdeographs": `\x{4E00}-\x{9FFF}`,
}

// patternCache compiles the pattern of a call site; it keeps the last few, so
// that a constant one is compiled once.
type patternCache map[[2]string]*pattern

func (c patternCache) get(expr, flags string) *pattern {
	key := [2]string{expr, flags}
	p, ok := c[key]
	if !ok {
		p, _ = compilePattern(expr, flags) // nil is an error in every row
		if len(c) >= 64 {
			clear(c)
		}
		c[key] = p
	}
	return p
}

// flagsOf returns the text of an optional flags argument.
func (f *frame) flagsOf(a []encoded.Term, i int) (string, bool) {
	if len(a) <= i {
		return "", true
	}
	t := f.term(a[i])
	return t.Value(), t.IsSimple()
}

func regexFunction() func(*frame, []encoded.Term) encoded.Term {
	cache := patternCache{}
	return func(f *frame, a []encoded.Term) encoded.Term {
		s, expr := f.term(a[0]), f.term(a[1])
		flags, ok := f.flagsOf(a, 2)
		if !ok || !isString(s) || !expr.IsSimple() {
			return encoded.Undefined
		}
		p := cache.get(expr.Value(), flags)
		if p == nil {
			return encoded.Undefined
		}
		text := s.Value()
		if len(text) <= largeText {
			return boolean(p.match(text))
		}
		var found bool
		if !f.finish(text, func() { found = p.match(text) }) {
			return encoded.Undefined
		}
		return boolean(found)
	}
}

func replaceFunction() func(*frame, []encoded.Term) encoded.Term {
	cache := patternCache{}
	return func(f *frame, a []encoded.Term) encoded.Term {
		s, expr, by := f.term(a[0]), f.term(a[1]), f.term(a[2])
		flags, ok := f.flagsOf(a, 3)
		if !ok || !isString(s) || !expr.IsSimple() || !by.IsSimple() {
			return encoded.Undefined
		}
		p := cache.get(expr.Value(), flags)
		if p == nil || p.re.MatchString("") {
			return encoded.Undefined // err:FORX0002, err:FORX0003
		}
		template, ok := by.Value(), true
		if strings.Contains(flags, "q") {
			template = strings.ReplaceAll(template, "$", "$$")
		} else if template, ok = translateReplacement(template, p.re.NumSubexp()); !ok {
			return encoded.Undefined
		}
		result, ok := f.replaceAll(p.re, s.Value(), template)
		if !ok {
			return encoded.Undefined
		}
		return f.newTerm(like(s, result))
	}
}

// replaceAll is re.ReplaceAllString(s, template), unless the result does not fit the
// budget or the query is cancelled.
func (f *frame) replaceAll(re *regexp.Regexp, s, template string) (string, bool) {
	if (len(s)+1)*(len(template)+1) > largeText {
		// How long can the result be? Each match adds the template's own text, and
		// each group in it at most the match.
		matches, matched := 0, 0
		count := func(m string) string {
			matches++
			matched += len(m)
			return ""
		}
		if !f.finish(s, func() { re.ReplaceAllStringFunc(s, count) }) ||
			!f.fits(len(s)+matches*len(template)+matched*strings.Count(template, "$")) {
			return "", false
		}
	}
	var replaced string // written by finish's goroutine: read only if that is done
	if !f.finish(s, func() { replaced = re.ReplaceAllString(s, template) }) {
		return "", false
	}
	return replaced, true
}

// translateReplacement writes XPath's replacement string ($1, \$, \\) in Go's
// syntax. $12 is group 1 followed by 2 if there are fewer than 12 groups.
func translateReplacement(s string, groups int) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '\\':
			i++
			if i == len(s) || s[i] != '\\' && s[i] != '$' {
				return "", false
			}
			if s[i] == '$' {
				b.WriteByte('$')
			}
			b.WriteByte(s[i])
		case '$':
			i++
			if i == len(s) || s[i] < '0' || s[i] > '9' {
				return "", false
			}
			n := int(s[i] - '0')
			for i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9' && n*10+int(s[i+1]-'0') <= groups {
				i++
				n = n*10 + int(s[i]-'0')
			}
			fmt.Fprintf(&b, "${%d}", n)
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), true
}
