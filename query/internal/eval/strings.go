package eval

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"math"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
)

// isString reports whether t is a string literal: simple, or with a language (17.4.3).
func isString(t graph.Term) bool { return t.IsSimple() || t.IsLiteral() && t.Lang() != "" }

// like returns the string s with the language and direction of t.
func like(t graph.Term, s string) graph.Term {
	switch {
	case t.Direction() != graph.NoDirection:
		return graph.DirLangString(s, t.Lang(), t.Direction())
	case t.Lang() != "":
		return graph.LangString(s, t.Lang())
	}
	return graph.String(s)
}

// compatible reports whether two string literals are argument compatible (17.4.3).
func compatible(a, b graph.Term) bool {
	return isString(a) && (b.IsSimple() ||
		b.IsLiteral() && b.Lang() != "" && a.Lang() == b.Lang() && a.Direction() == b.Direction())
}

// addStringFunctions enters the functions on strings (17.4.3) and the hash functions (17.4.7).
func addStringFunctions() {
	// onString makes a function of one string literal.
	onString := func(flags int, fn func(f *frame, t graph.Term) encoded.Term) function {
		return function{min: 1, max: 1, flags: text | flags, apply: func(f *frame, a []encoded.Term) encoded.Term {
			t := f.term(a[0])
			if !isString(t) {
				return encoded.Undefined
			}
			return fn(f, t)
		}}
	}
	functions["STRLEN"] = onString(0, func(f *frame, t graph.Term) encoded.Term {
		id, _ := encoded.InlineInteger(int64(utf8.RuneCountInString(t.Value())))
		return id
	})
	functions["UCASE"] = function{min: 1, max: 1, flags: text | stringy_, prepare: func() func(*frame, []encoded.Term) encoded.Term {
		return changeCase(cases.Upper(language.Und), strings.ToUpper)
	}}
	functions["LCASE"] = function{min: 1, max: 1, flags: text | stringy_, prepare: func() func(*frame, []encoded.Term) encoded.Term {
		return changeCase(cases.Lower(language.Und), strings.ToLower)
	}}
	functions["ENCODE_FOR_URI"] = onString(stringy_, func(f *frame, t graph.Term) encoded.Term {
		return f.newString(encodeForURI(t.Value()))
	})
	functions["SUBSTR"] = function{min: 2, max: 3, flags: text | stringy_, apply: substring}
	functions["CONCAT"] = function{min: 0, max: -1, flags: text | stringy_, apply: concat}
	functions["LANGMATCHES"] = function{min: 2, max: 2, flags: text, apply: func(f *frame, a []encoded.Term) encoded.Term {
		tag, pattern := f.term(a[0]), f.term(a[1])
		if !tag.IsSimple() || !pattern.IsSimple() {
			return encoded.Undefined
		}
		return boolean(langMatches(tag.Value(), pattern.Value()))
	}}

	// onPair makes a function of two compatible string literals.
	onPair := func(flags int, fn func(f *frame, a, b graph.Term) encoded.Term) function {
		return function{min: 2, max: 2, flags: text | flags, apply: func(f *frame, a []encoded.Term) encoded.Term {
			s, t := f.term(a[0]), f.term(a[1])
			if !compatible(s, t) {
				return encoded.Undefined
			}
			return fn(f, s, t)
		}}
	}
	for name, fn := range map[string]func(s, t string) bool{
		"CONTAINS": strings.Contains, "STRSTARTS": strings.HasPrefix, "STRENDS": strings.HasSuffix,
	} {
		functions[name] = onPair(0, func(f *frame, a, b graph.Term) encoded.Term {
			return boolean(fn(a.Value(), b.Value()))
		})
	}
	functions["STRBEFORE"] = onPair(stringy_, func(f *frame, a, b graph.Term) encoded.Term {
		before, _, found := strings.Cut(a.Value(), b.Value())
		if !found {
			return f.newString("")
		}
		return f.newTerm(like(a, before))
	})
	functions["STRAFTER"] = onPair(stringy_, func(f *frame, a, b graph.Term) encoded.Term {
		_, after, found := strings.Cut(a.Value(), b.Value())
		if !found {
			return f.newString("")
		}
		return f.newTerm(like(a, after))
	})
	functions["REGEX"] = function{min: 2, max: 3, flags: text, prepare: regexFunction}
	functions["REPLACE"] = function{min: 3, max: 4, flags: text | stringy_, prepare: replaceFunction}

	for name, sum := range map[string]func(b []byte) []byte{
		"MD5":    func(b []byte) []byte { s := md5.Sum(b); return s[:] },
		"SHA1":   func(b []byte) []byte { s := sha1.Sum(b); return s[:] },
		"SHA256": func(b []byte) []byte { s := sha256.Sum256(b); return s[:] },
		"SHA384": func(b []byte) []byte { s := sha512.Sum384(b); return s[:] },
		"SHA512": func(b []byte) []byte { s := sha512.Sum512(b); return s[:] },
	} {
		functions[name] = function{min: 1, max: 1, flags: text | stringy_, apply: func(f *frame, a []encoded.Term) encoded.Term {
			t := f.term(a[0])
			if !t.IsSimple() {
				return encoded.Undefined
			}
			return f.newString(hex.EncodeToString(sum([]byte(t.Value()))))
		}}
	}
}

// changeCase makes UCASE and LCASE: the full mapping of Unicode, and the short
// way for ASCII. A Caser may not be shared, so each call site has its own.
func changeCase(full cases.Caser, ascii func(string) string) func(*frame, []encoded.Term) encoded.Term {
	return func(f *frame, a []encoded.Term) encoded.Term {
		t := f.term(a[0])
		switch {
		case !isString(t):
			return encoded.Undefined
		case isASCII(t.Value()):
			return f.newTerm(like(t, ascii(t.Value())))
		}
		return f.newTerm(like(t, full.String(t.Value())))
	}
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// substring is SUBSTR: fn:substring, which rounds its arguments.
func substring(f *frame, a []encoded.Term) encoded.Term {
	t, from := f.term(a[0]), f.number(a[1])
	if !isString(t) || from.kind == notNumber {
		return encoded.Undefined
	}
	start, end := roundFloat(from.double()), math.Inf(1)
	if len(a) == 3 {
		length := f.number(a[2])
		if length.kind == notNumber {
			return encoded.Undefined
		}
		end = start + roundFloat(length.double())
	}
	s := t.Value()
	low, high, position := len(s), len(s), 0.0
	for i := range s {
		position++
		if position >= end || position != position {
			high = i
			break
		}
		if low == len(s) && position >= start {
			low = i
		}
	}
	if low >= high || start != start || end != end {
		return f.newTerm(like(t, ""))
	}
	return f.newTerm(like(t, s[low:high]))
}

// concat is CONCAT: the result has language and direction if all arguments
// have the same ones.
func concat(f *frame, a []encoded.Term) encoded.Term {
	var b strings.Builder
	var first graph.Term
	size := 0
	for _, id := range a {
		size += len(f.term(id).Value())
	}
	if !f.fits(size) {
		return encoded.Undefined
	}
	alike := true
	for i, id := range a {
		t := f.term(id)
		if !isString(t) {
			return encoded.Undefined
		}
		if i == 0 {
			first = t
		} else if t.Lang() != first.Lang() || t.Direction() != first.Direction() {
			alike = false
		}
		b.WriteString(t.Value())
	}
	if !alike || len(a) == 0 {
		return f.newString(b.String())
	}
	return f.newTerm(like(first, b.String()))
}

// encodeForURI is fn:encode-for-uri: all but the unreserved characters of RFC 3986 are escaped.
func encodeForURI(s string) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_', c == '.', c == '~':
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', hexDigits[c>>4], hexDigits[c&15]})
		}
	}
	return b.String()
}

// langMatches is basic filtering (RFC 4647, section 3.3.1).
func langMatches(tag, pattern string) bool {
	if pattern == "*" {
		return tag != ""
	}
	return len(tag) >= len(pattern) && strings.EqualFold(tag[:len(pattern)], pattern) &&
		(len(tag) == len(pattern) || tag[len(pattern)] == '-') && pattern != ""
}
