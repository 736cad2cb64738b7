package encoded

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/ententedb/entente/graph"
	"pgregory.net/rapid"
)

// checkIdentity fails if inlining lost the identity of a term.
func checkIdentity(t interface{ Fatalf(string, ...any) }, term graph.Term) (Term, bool) {
	e, ok := Inline(term)
	if !ok {
		return e, false
	}
	if !e.IsInline() {
		t.Fatalf("%v: inline form %v has no inline tag", term, e)
	}
	if got := e.Inline(); !got.Equal(term) {
		t.Fatalf("%v became %v", term, got)
	}
	return e, true
}

func TestInline_Forms(t *testing.T) {
	for _, c := range []struct {
		datatype      string
		inline, other string // separated by spaces
	}{
		{graph.XSDInteger, "0 1 -1 42 576460752303423487 -576460752303423488", "00 -0 +1 1.0 576460752303423488 -576460752303423489 9999999999999999999 a 01 -"},
		{graph.XSDByte, "0 127 -128", "128 -129 007"},
		{graph.XSDInt, "5 -5 2147483647", "2147483648"},
		{graph.XSDLong, "36028797018963967 -36028797018963968", "36028797018963968"},
		{graph.XSDUnsignedByte, "0 255", "-1 256"},
		{graph.XSDPositiveInteger, "1", "0 -1"},
		{graph.XSDNegativeInteger, "-1", "0 1"},
		{graph.XSDNonPositiveInteger, "0 -9", "1"},
		{graph.XSDDecimal, "0 1 -1 1.0 1.50 0.5 -0.5 0.00 123456789.123456 0.0000000000000000000000000000001", "-0 -0.0 .5 5. 01.5 +1.5 1..5 1.5.2 18014398509481985 0.00000000000000000000000000000001 1e3 -. . -"},
		{graph.XSDDouble, "0.0E0 -0.0E0 1.5E0 1.0E2 -1.0E-7 1.0E300 0 -0 1.5 100 100.0 0.1 52.3676 -13.404954 1.0e6 1.5e0 INF -INF NaN 1.23456789012E12 27360935000000",
			"1E0 1.50 +1.5 01 1e5 1.0E+5 1.0E05 .5 5. +INF nan 0x1p4 1_0 3.141592653589793 1.7976931348623157E309 5.0E-324 1.50E0 10.5E0"},
		{graph.XSDFloat, "0.0E0 1.5E0 3.4028235E38 1.0E-45 0.1 16777216 INF NaN", "3.4028235E39 0.10 16777217 1.23456789"},
		{graph.XSDBoolean, "true false", "1 0 TRUE"},
		{graph.XSDDateTime, "2004-05-01T12:00:00 2004-05-01T12:00:00Z 2004-05-01T12:00:00.000Z 2004-05-01T12:00:00.123+02:00 1969-12-31T23:59:59-14:00 0000-01-01T00:00:00+14:00 2024-02-29T00:00:00+00:00 6428-12-31T23:59:59Z",
			"2004-05-01T24:00:00 2004-05-01T12:00:00.1 2004-05-01T12:00:00.1234 2004-05-01T12:00:60Z 2004-05-01T12:00:00-00:00 2023-02-29T00:00:00 -0001-01-01T00:00:00Z 2004-05-01T12:00:00z 2004-05-01T12:00:00+14:01 9999-01-01T00:00:00Z 2004-05-01T12:00 2004-13-01T00:00:00"},
		{graph.XSDDate, "2004-05-01 2004-05-01Z 2004-05-01+05:30 0000-01-01 9999-12-31 1900-02-28-11:00", "2004-5-1 1900-02-29 2004-05-32 12004-05-01 -2004-05-01 2004-05-01-00:00 2004-04-31"},
		{graph.XSDGYear, "1990 1990Z 0000+14:00 9999", "990 19900 -0001"},
		{graph.XSDGYearMonth, "1990-12 1990-12Z", "1990-13 1990-00 1990-1"},
		{graph.XSDString, "", "1"},
		{graph.XSDTime, "", "12:00:00"},
		{"http://example.org/integer", "", "1"},
	} {
		for _, s := range strings.Fields(c.inline) {
			if _, ok := checkIdentity(t, graph.Literal(s, c.datatype)); !ok {
				t.Errorf("%q^^<%s> is not inline", s, c.datatype)
			}
		}
		for _, s := range strings.Fields(c.other) {
			if e, ok := Inline(graph.Literal(s, c.datatype)); ok {
				t.Errorf("%q^^<%s> is inline as %v", s, c.datatype, e.Inline())
			}
		}
	}
	for _, term := range []graph.Term{{}, graph.IRI("1"), graph.Blank("1"), graph.String("1"), graph.LangString("1", "en")} {
		if _, ok := Inline(term); ok {
			t.Errorf("%v is inline", term)
		}
	}
}

// Payloads are storage format: these numbers may never change.
func TestInline_PayloadsStay(t *testing.T) {
	for _, c := range []struct {
		lexical, datatype string
		want              Term
	}{
		{"1", graph.XSDInteger, 0x7800000000000001},
		{"-1", graph.XSDInt, 0x87ffffffffffffff&^15 | 1},
		{"1.50", graph.XSDDecimal, 0x9140000000000096},
		{"1.5", graph.XSDDouble, 0xabff800000000001},
		{"1.5E0", graph.XSDFloat, 0xb0000002ff000000},
		{"1970-01-01T00:00:00Z", graph.XSDDateTime, 0xc800000000000001},
		{"1970-01-01", graph.XSDDate, 0xd100000000000000},
		{"true", graph.XSDBoolean, 0xe000000000000001},
	} {
		if got, _ := Inline(graph.Literal(c.lexical, c.datatype)); got != c.want {
			t.Errorf("%s %s: %#x, want %#x", c.lexical, c.datatype, uint64(got), uint64(c.want))
		}
	}
}

func TestInline_OrderIsValueOrder(t *testing.T) {
	ordered := map[string]string{
		graph.XSDInteger:    "-100 -1 0 1 2 1000000",
		graph.XSDInt:        "-100 -1 0 1 2 1000000",
		graph.XSDDouble:     "-INF -1.5E10 -1.5 -0.1 0 0.1 1.5 2.0 1.0E300 INF",
		graph.XSDFloat:      "-INF -1.5E10 -1.5 -0.1 0 0.1 1.5 2.0 1.0E30 INF",
		graph.XSDDateTime:   "0001-01-01T00:00:00Z 1969-12-31T23:59:59Z 2004-05-01T12:00:00+02:00 2004-05-01T12:00:00+01:00 2004-05-01T12:00:00Z 2004-05-01T12:00:00.001Z",
		graph.XSDDate:       "0001-01-01 1969-12-31 1970-01-01 2004-05-01+02:00 2004-05-01+01:00 2004-05-02+02:00",
		graph.XSDGYear:      "0001 1969 1970 2004",
		graph.XSDGYearMonth: "1969-12 1970-01 1970-02",
		graph.XSDBoolean:    "false true",
	}
	for datatype, values := range ordered {
		var last Term
		for _, s := range strings.Fields(values) {
			e, ok := checkIdentity(t, graph.Literal(s, datatype))
			if !ok || e <= last {
				t.Errorf("%s^^%s (inline %v) does not follow the one before", s, datatype, ok)
			}
			last = e
		}
	}
}

func TestInline_Accessors(t *testing.T) {
	lit := func(s, datatype string) Term { e, _ := Inline(graph.Literal(s, datatype)); return e }
	if v, ok := lit("-7", graph.XSDShort).Integer(); v != -7 || !ok {
		t.Error("Integer", v, ok)
	}
	if m, s, ok := lit("-12.50", graph.XSDDecimal).DecimalParts(); m != -1250 || s != 2 || !ok {
		t.Error("DecimalParts", m, s, ok)
	}
	if b, ok := lit("true", graph.XSDBoolean).Bool(); !b || !ok {
		t.Error("Bool")
	}
	if f, ok := lit("0.1", graph.XSDFloat).Float64(); f != float64(float32(0.1)) || !ok {
		t.Error("Float64", f)
	}
	if ms, off, zoned, ok := lit("1970-01-02T00:00:00+01:00", graph.XSDDateTime).Instant(); ms != 23*3600000 || off != 60 || !zoned || !ok {
		t.Error("Instant", ms, off, zoned, ok)
	}
	if _, ok := InlineDouble(math.Pi); ok {
		t.Error("pi has 16 digits and is not inline")
	}
	if _, ok := Make(TagIRI, 5).Integer(); ok {
		t.Error("an IRI has no integer")
	}
}

func TestInline_KeepsIdentity(t *testing.T) {
	types := []string{graph.XSDDate, graph.XSDGYear, graph.XSDGYearMonth, graph.XSDDateTime, graph.XSDBoolean,
		graph.XSDInteger, graph.XSDDecimal, graph.XSDDouble, graph.XSDFloat}
	for _, d := range derivedTypes {
		types = append(types, d.iri)
	}
	text := rapid.OneOf(
		rapid.Map(rapid.Int64(), func(v int64) string { return strconv.FormatInt(v, 10) }),
		rapid.Map(rapid.Int32(), func(v int32) string { return strconv.FormatInt(int64(v), 10) }),
		rapid.StringMatching(`-?[0-9]{1,12}\.[0-9]{1,8}`),
		rapid.StringMatching(`-?[1-9]\.[0-9]{1,14}[eE]-?[1-9][0-9]?`),
		rapid.StringMatching(`[0-9]{4}(-(0[1-9]|1[0-2])(-[0-3][0-9](T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\.[0-9]{3})?)?)?)?(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])?`),
		rapid.String(),
	)
	rapid.Check(t, func(t *rapid.T) {
		checkIdentity(t, graph.Literal(text.Draw(t, "lexical"), rapid.SampledFrom(types).Draw(t, "datatype")))
	})
}

// Whatever has 13 digits is inline, whatever its exponent.
func TestInline_DoublesOf13Digits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.Int64Range(-9999999999999, 9999999999999).Draw(t, "digits")
		exponent := rapid.IntRange(-300, 290).Draw(t, "exponent")
		f, _ := strconv.ParseFloat(strconv.FormatInt(digits, 10)+"e"+strconv.Itoa(exponent), 64)
		e, ok := InlineDouble(f)
		if got, _ := e.Float64(); !ok || got != f {
			t.Fatalf("%g is not inline (%g)", f, got)
		}
		checkIdentity(t, e.Inline())
	})
}

func FuzzInline(f *testing.F) {
	for _, s := range []string{"1", "-1.50", "1.5E0", "2004-05-01T12:00:00.000Z", "2004-05-01+02:00", "true", "NaN", "1990"} {
		for i := range uint8(12) {
			f.Add(s, i)
		}
	}
	types := []string{graph.XSDInteger, graph.XSDInt, graph.XSDUnsignedByte, graph.XSDDecimal, graph.XSDDouble, graph.XSDFloat,
		graph.XSDDateTime, graph.XSDDate, graph.XSDGYear, graph.XSDGYearMonth, graph.XSDBoolean, graph.XSDLong}
	f.Fuzz(func(t *testing.T, s string, datatype uint8) {
		checkIdentity(t, graph.Literal(s, types[int(datatype)%len(types)]))
	})
}

// Any 64 bits can be formatted: a damaged payload gives a wrong term, not a crash.
func FuzzTerm_Inline(f *testing.F) {
	f.Add(uint64(0xd100000000000000))
	f.Fuzz(func(t *testing.T, n uint64) { _ = Term(n).Inline() })
}

func BenchmarkInline(b *testing.B) {
	terms := []graph.Term{graph.Literal("12345", graph.XSDInteger), graph.Literal("2004-05-01T12:00:00Z", graph.XSDDateTime),
		graph.Literal("52.3676", graph.XSDDouble), graph.Literal("12.50", graph.XSDDecimal)}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		Inline(terms[i%len(terms)])
	}
}

func BenchmarkTerm_Float64(b *testing.B) {
	e, _ := InlineDouble(52.3676)
	for b.Loop() {
		e.Float64()
	}
}
