package xsd

import (
	"math"
	"strconv"
	"strings"
)

// ParseDouble parses the lexical form of an xsd:double. Numbers beyond the
// range become infinite, or zero.
func ParseDouble(s string) (float64, error) { return parseFloat(s, 64) }

// ParseFloat parses the lexical form of an xsd:float.
func ParseFloat(s string) (float32, error) {
	f, err := parseFloat(s, 32)
	return float32(f), err
}

func parseFloat(s string, size int) (float64, error) {
	switch s {
	case "INF", "+INF":
		return math.Inf(1), nil
	case "-INF":
		return math.Inf(-1), nil
	case "NaN":
		return math.NaN(), nil
	}
	// strconv also takes hexadecimal numbers, underscores and words.
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return 0, ErrLexical
		}
	}
	f, err := strconv.ParseFloat(s, size)
	if err != nil && f == 0 { // a range error gives ±Inf, a syntax error 0
		return 0, ErrLexical
	}
	return f, nil
}

// FormatDouble returns the canonical form of an xsd:double, such as 1.0E0.
func FormatDouble(f float64) string { return formatFloat(f, 64) }

// FormatFloat returns the canonical form of an xsd:float.
func FormatFloat(f float32) string { return formatFloat(float64(f), 32) }

func formatFloat(f float64, size int) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "INF"
	case math.IsInf(f, -1):
		return "-INF"
	}
	s := strconv.FormatFloat(f, 'E', -1, size) // 1.5E+00
	mantissa, exponent, _ := strings.Cut(s, "E")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	n, _ := strconv.Atoi(exponent)
	return mantissa + "E" + strconv.Itoa(n)
}

// DoubleToString returns what XPath's cast of an xsd:double to xsd:string
// gives: plain notation for magnitudes from 1e-6 up to 1e6.
func DoubleToString(f float64) string { return floatToString(f, 64) }

// FloatToString is DoubleToString for xsd:float.
func FloatToString(f float32) string { return floatToString(float64(f), 32) }

func floatToString(f float64, size int) string {
	if a := math.Abs(f); a >= 1e-6 && a < 1e6 {
		return strconv.FormatFloat(f, 'f', -1, size)
	}
	if f == 0 {
		if math.Signbit(f) {
			return "-0"
		}
		return "0"
	}
	return formatFloat(f, size)
}

// ParseBoolean parses the lexical form of an xsd:boolean.
func ParseBoolean(s string) (bool, error) {
	switch s {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, ErrLexical
}

// Collapse removes the XML white space around s, as casts do.
func Collapse(s string) string { return strings.Trim(s, " \t\r\n") }
