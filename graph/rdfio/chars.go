package rdfio

import (
	"strings"
	"unicode/utf8"

	"github.com/ententedb/entente/graph"
)

// Classes of bytes, one bit each. Bytes from 0x80 are in none: they are
// decoded and looked up in pnCharsBase.
const (
	classIRI     = 1 << iota // may stand in an IRIREF as it is
	className                // PN_CHARS
	classNameBeg             // PN_CHARS_U or digit: may begin a name
	classAlpha
	classDigit
	classHex
)

var classes = func() (t [256]uint8) {
	for i := range t {
		c := byte(i)
		alpha := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		digit := c >= '0' && c <= '9'
		if c > ' ' && strings.IndexByte("<>\"{}|^`\\", c) < 0 {
			t[i] |= classIRI
		}
		if alpha || digit || c == '_' {
			t[i] |= className | classNameBeg
		}
		if c == '-' {
			t[i] |= className
		}
		if alpha {
			t[i] |= classAlpha
		}
		if digit {
			t[i] |= classDigit
		}
		if digit || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' {
			t[i] |= classHex
		}
	}
	return t
}()

func is(c byte, class uint8) bool { return classes[c]&class != 0 }

// pnCharsBase is PN_CHARS_BASE of Turtle beyond ASCII.
func pnCharsBase(r rune) bool {
	return r >= 0xC0 && r <= 0x2FF && r != 0xD7 && r != 0xF7 ||
		r >= 0x370 && r <= 0x1FFF && r != 0x37E ||
		r == 0x200C || r == 0x200D || r >= 0x2070 && r <= 0x218F || r >= 0x2C00 && r <= 0x2FEF ||
		r >= 0x3001 && r <= 0xD7FF || r >= 0xF900 && r <= 0xFDCF || r >= 0xFDF0 && r <= 0xFFFD || r >= 0x10000 && r <= 0xEFFFF
}

// pnChars is PN_CHARS of Turtle beyond ASCII.
func pnChars(r rune) bool {
	return pnCharsBase(r) || r == 0xB7 || r >= 0x300 && r <= 0x36F || r == 0x203F || r == 0x2040
}

// unescape replaces \uXXXX and \UXXXXXXXX and, if named is set, \t \b \n \r \f
// \" \' \\. It returns a message and the index of the mistake if there is one.
func unescape(s string, named bool) (out string, bad int, msg string) {
	i := strings.IndexByte(s, '\\')
	if i < 0 {
		return s, 0, ""
	}
	b := append(make([]byte, 0, len(s)), s[:i]...)
	for i < len(s) {
		c := s[i]
		if c != '\\' {
			j := strings.IndexByte(s[i:], '\\')
			if j < 0 {
				j = len(s) - i
			}
			b = append(b, s[i:i+j]...)
			i += j
			continue
		}
		if i+1 == len(s) {
			return "", i, "escape sequence is cut off"
		}
		size := 0
		switch c = s[i+1]; c {
		case 'u':
			size = 4
		case 'U':
			size = 8
		case '"', '\'', '\\':
		case 't':
			c = '\t'
		case 'b':
			c = '\b'
		case 'n':
			c = '\n'
		case 'r':
			c = '\r'
		case 'f':
			c = '\f'
		default:
			return "", i, "no such escape sequence: \\" + string(firstRune(s[i+1:]))
		}
		if size == 0 {
			if !named {
				return "", i, "only \\u and \\U are allowed here"
			}
			b = append(b, c)
			i += 2
			continue
		}
		r, ok := hexRune(s[i+2:], size)
		if !ok {
			return "", i, "expected " + map[int]string{4: "4", 8: "8"}[size] + " hexadecimal digits that name a character"
		}
		b = utf8.AppendRune(b, r)
		i += 2 + size
	}
	return string(b), 0, ""
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// hexRune reads size hexadecimal digits. Surrogates are no characters.
func hexRune(s string, size int) (rune, bool) {
	if len(s) < size {
		return 0, false
	}
	var n uint32
	for i := range size {
		c := s[i]
		if !is(c, classHex) {
			return 0, false
		}
		if c > '9' {
			c = c&^0x20 - 'A' + 10
		} else {
			c -= '0'
		}
		n = n<<4 | uint32(c)
	}
	return rune(n), n <= utf8.MaxRune && utf8.ValidRune(rune(n))
}

// datatypes interns the IRIs of the usual datatypes, so that a stored literal
// does not hold on to the text it was read from.
var datatypes = func() map[string]string {
	m := map[string]string{}
	for _, d := range []string{
		graph.XSDString, graph.XSDBoolean, graph.XSDDecimal, graph.XSDInteger, graph.XSDDouble, graph.XSDFloat,
		graph.XSDDate, graph.XSDTime, graph.XSDDateTime, graph.XSDDateTimeStamp, graph.XSDGYear, graph.XSDGYearMonth,
		graph.XSDGMonth, graph.XSDGMonthDay, graph.XSDGDay, graph.XSDDuration, graph.XSDYearMonthDuration,
		graph.XSDDayTimeDuration, graph.XSDByte, graph.XSDShort, graph.XSDInt, graph.XSDLong, graph.XSDUnsignedByte,
		graph.XSDUnsignedShort, graph.XSDUnsignedInt, graph.XSDUnsignedLong, graph.XSDPositiveInteger,
		graph.XSDNonNegativeInteger, graph.XSDNegativeInteger, graph.XSDNonPositiveInteger, graph.XSDHexBinary,
		graph.XSDBase64Binary, graph.XSDAnyURI, graph.RDFHTML, graph.RDFJSON, graph.RDFXMLLiteral,
		graph.RDFLangString, graph.RDFDirLangString,
	} {
		m[d] = d
	}
	return m
}()

func internDatatype(iri string) string {
	if d, ok := datatypes[iri]; ok {
		return d
	}
	return iri
}
