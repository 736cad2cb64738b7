package xsd

import (
	"math"
	"math/big"
	"strconv"
)

// ParseDecimal parses the lexical form of an xsd:decimal: a sign, digits, and
// a point before, within or after them.
func ParseDecimal(s string) (Decimal, error) { return parse(s, true) }

// ParseInteger parses the lexical form of an xsd:integer.
func ParseInteger(s string) (Decimal, error) { return parse(s, false) }

func parse(s string, point bool) (Decimal, error) {
	i, neg := 0, false
	if s != "" && (s[0] == '+' || s[0] == '-') {
		i, neg = 1, s[0] == '-'
	}
	digits, scale, seen := 0, int32(0), false
	var n uint64
	fits := true
	for j := i; j < len(s); j++ {
		c := s[j]
		if c == '.' && point && !seen {
			seen = true
			continue
		}
		if c < '0' || c > '9' {
			return Decimal{}, ErrLexical
		}
		digits++
		if seen {
			scale++
		}
		if n > (math.MaxInt64-9)/10 {
			fits = false
		}
		n = n*10 + uint64(c-'0')
	}
	if digits == 0 {
		return Decimal{}, ErrLexical
	}
	if fits && (scale <= maxDigits || n == 0) {
		if neg {
			return NewDecimal(-int64(n), scale), nil
		}
		return NewDecimal(int64(n), scale), nil
	}
	if digits > maxDigits {
		return Decimal{}, ErrRange
	}
	text := s[i:]
	if seen {
		b := make([]byte, 0, len(text))
		for j := 0; j < len(text); j++ {
			if text[j] != '.' {
				b = append(b, text[j])
			}
		}
		text = string(b)
	}
	w, ok := new(big.Int).SetString(text, 10)
	if !ok {
		return Decimal{}, ErrLexical
	}
	if neg {
		w.Neg(w)
	}
	return fromBig(w, scale), nil
}

// String returns the form of an xsd:decimal: always with a point.
func (d Decimal) String() string { return string(d.Append(nil)) }

// Append appends the form that String returns.
func (d Decimal) Append(b []byte) []byte {
	b = d.AppendPlain(b)
	if d.scale == 0 {
		b = append(b, ".0"...)
	}
	return b
}

// AppendPlain appends the canonical form of XML Schema 1.1, in which whole
// numbers have no point: that of an xsd:integer.
func (d Decimal) AppendPlain(b []byte) []byte {
	if d.scale == 0 {
		if d.wide != nil {
			return d.wide.Append(b, 10)
		}
		return strconv.AppendInt(b, d.small, 10)
	}
	var buf [24]byte
	var digits []byte
	if d.wide != nil {
		digits = new(big.Int).Abs(d.wide).Append(nil, 10)
	} else {
		digits = strconv.AppendUint(buf[:0], magnitude(d.small), 10)
	}
	if d.Sign() < 0 {
		b = append(b, '-')
	}
	whole := len(digits) - int(d.scale)
	if whole <= 0 {
		b = append(b, "0."...)
		for ; whole < 0; whole++ {
			b = append(b, '0')
		}
		return append(b, digits...)
	}
	b = append(b, digits[:whole]...)
	b = append(b, '.')
	return append(b, digits[whole:]...)
}

// Plain returns the form that AppendPlain appends.
func (d Decimal) Plain() string { return string(d.AppendPlain(nil)) }
