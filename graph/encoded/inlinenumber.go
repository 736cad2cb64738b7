package encoded

import (
	"math"
	"strconv"
	"strings"
)

// parseInteger reads the one form that AppendInt writes.
func parseInteger(s string) (int64, bool) {
	digits := strings.TrimPrefix(s, "-")
	if digits == "" || len(digits) > 18 || digits[0] == '0' && len(s) > 1 {
		return 0, false
	}
	var v int64
	for i := 0; i < len(digits); i++ {
		c := digits[i] - '0'
		if c > 9 {
			return 0, false
		}
		v = v*10 + int64(c)
	}
	if len(digits) < len(s) {
		v = -v
	}
	return v, true
}

func inlineDecimal(s string) (Term, bool) {
	digits := strings.TrimPrefix(s, "-")
	var m int64
	n, point := 0, -1
	for i := 0; i < len(digits); i++ {
		c := digits[i]
		switch {
		case c == '.' && point < 0 && i > 0:
			point = i
		case c >= '0' && c <= '9':
			if n++; n > 18 && m != 0 || m > math.MaxInt64/100 {
				return 0, false
			}
			m = m*10 + int64(c-'0')
		default:
			return 0, false
		}
	}
	scale := 0
	whole := len(digits)
	if point >= 0 {
		scale, whole = len(digits)-point-1, point
		if scale == 0 {
			return 0, false
		}
	}
	if whole == 0 || digits[0] == '0' && whole > 1 {
		return 0, false
	}
	if len(digits) < len(s) {
		if m == 0 {
			return 0, false // -0
		}
		m = -m
	}
	return InlineDecimal(m, scale)
}

func appendDecimal(b []byte, m int64, scale int) []byte {
	if m < 0 {
		b = append(b, '-')
		m = -m
	}
	if scale == 0 {
		return strconv.AppendInt(b, m, 10)
	}
	var buf [64]byte
	digits := strconv.AppendInt(buf[:0], m, 10)
	if n := len(digits) - scale; n > 0 {
		b = append(b, digits[:n]...)
		digits = digits[n:]
	} else {
		b = append(b, '0')
	}
	b = append(b, '.')
	for range scale - len(digits) {
		b = append(b, '0')
	}
	return append(b, digits...)
}

// sortable64 maps the bits of floats to numbers in value order: -INF first, NaN
// last.
func sortable64(bits uint64) uint64 {
	if bits>>63 != 0 {
		return ^bits
	}
	return bits | 1<<63
}

func unsortable64(n uint64) uint64 {
	if n>>63 != 0 {
		return n &^ (1 << 63)
	}
	return ^n
}

func sortable32(bits uint32) uint32 {
	if bits>>31 != 0 {
		return ^bits
	}
	return bits | 1<<31
}

func unsortable32(n uint32) uint32 {
	if n>>31 != 0 {
		return n &^ (1 << 31)
	}
	return ^n
}

func makeDouble(f float64, style int) Term {
	return Make(TagDouble, sortable64(math.Float64bits(f))>>doubleLost<<2|uint64(style))
}

func makeFloat(f float32, style int) Term {
	return Make(TagFloat, uint64(sortable32(math.Float32bits(f)))<<2|uint64(style))
}

func inlineFloat(s string, tag Tag) (Term, bool) {
	size := 64
	if tag == TagFloat {
		size = 32
	}
	f, style := 0.0, styleCanonical
	switch s {
	case "INF":
		f = math.Inf(1)
	case "-INF":
		f = math.Inf(-1)
	case "NaN":
		f = math.NaN()
	default:
		switch {
		case len(s) > 24 || strings.TrimLeft(s, "0123456789.-+eE") != "":
			return 0, false
		case strings.IndexByte(s, 'E') >= 0:
		case strings.IndexByte(s, 'e') >= 0:
			style = styleSmallE
		case strings.HasSuffix(s, ".0"):
			style = stylePoint
		default:
			style = stylePlain
		}
		var err error
		if f, err = strconv.ParseFloat(s, size); err != nil {
			return 0, false
		}
	}
	t := makeDouble(f, style)
	if tag == TagFloat {
		t = makeFloat(float32(f), style)
	}
	var buf [400]byte // the plain form of the largest double
	return t, string(t.AppendLexical(buf[:0])) == s
}

func appendFloat(b []byte, f float64, size, style int) []byte {
	switch {
	case math.IsInf(f, 1):
		return append(b, "INF"...)
	case math.IsInf(f, -1):
		return append(b, "-INF"...)
	case f != f:
		return append(b, "NaN"...)
	case style == stylePlain:
		return strconv.AppendFloat(b, f, 'f', -1, size)
	case style == stylePoint:
		start := len(b)
		b = strconv.AppendFloat(b, f, 'f', -1, size)
		for _, c := range b[start:] {
			if c == '.' {
				return b
			}
		}
		return append(b, ".0"...)
	}
	var buf [32]byte
	digits := strconv.AppendFloat(buf[:0], f, 'e', -1, size) // -d[.ddd]e±dd
	e := len(digits) - 1
	for digits[e] != 'e' {
		e--
	}
	b = append(b, digits[:e]...)
	if e <= 2 { // one digit, perhaps with a sign
		b = append(b, ".0"...)
	}
	if style == styleSmallE {
		b = append(b, 'e')
	} else {
		b = append(b, 'E')
	}
	exponent := digits[e+2:]
	if digits[e+1] == '-' {
		b = append(b, '-')
	}
	if len(exponent) > 1 && exponent[0] == '0' {
		exponent = exponent[1:]
	}
	return append(b, exponent...)
}

var powersOf10 = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// round13 returns the double nearest to f rounded to 13 decimal digits. Where both
// the digits and the power of ten are exact doubles, one division or
// multiplication does it (Clinger's fast path).
func round13(f float64) float64 {
	a := math.Abs(f)
	if a >= 1e-9 && a < 1e22 {
		var digits float64 // the number's digits as an integer
		e := 12            // digits = a * 10^e
		for e < 22 && a*powersOf10[e] < 1e12 {
			e++
		}
		for e > -9 && scale10(a, e) >= 1e13 {
			e--
		}
		digits = math.RoundToEven(scale10(a, e))
		return math.Copysign(scale10(digits, -e), f)
	}
	var buf [32]byte
	v, _ := strconv.ParseFloat(string(strconv.AppendFloat(buf[:0], f, 'e', 12, 64)), 64)
	return v
}

func scale10(a float64, e int) float64 {
	if e >= 0 {
		return a * powersOf10[e]
	}
	return a / powersOf10[-e]
}
