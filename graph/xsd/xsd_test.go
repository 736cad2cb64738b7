package xsd

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func rat(d Decimal) *big.Rat {
	r, ok := new(big.Rat).SetString(d.Plain())
	if !ok {
		panic(d.Plain())
	}
	return r
}

// randomDecimal makes numbers of all sizes, many of them on both sides of int64.
func randomDecimal(r *rand.Rand) Decimal {
	n := big.NewInt(r.Int64() >> r.IntN(63))
	if r.IntN(4) == 0 {
		n.Mul(n, big.NewInt(r.Int64()))
	}
	if r.IntN(2) == 0 {
		n.Neg(n)
	}
	if r.IntN(20) == 0 {
		n.SetInt64(math.MinInt64)
	}
	return BigDecimal(n, int32(r.IntN(25)))
}

func TestParseDecimal_BoundsDigits(t *testing.T) {
	zeros := strings.Repeat("0", maxDigits+1)
	for text, want := range map[string]error{
		"0." + zeros: nil, zeros + "1": nil, "1." + zeros[:maxDigits-1]: nil,
		"0." + zeros + "1": ErrRange, "1" + zeros: ErrRange, zeros + "1." + zeros + "1": ErrRange,
	} {
		if _, err := ParseDecimal(text); err != want {
			t.Errorf("%.10s… (%d): %v, want %v", text, len(text), err, want)
		}
	}
}

func TestDecimal_ArithmeticAgreesWithRationals(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		a, b := randomDecimal(r), randomDecimal(r)
		x, y := rat(a), rat(b)
		check := func(op string, got Decimal, want *big.Rat) {
			t.Helper()
			if rat(got).Cmp(want) != 0 {
				t.Fatalf("%s %s %s = %s, want %s", a.Plain(), op, b.Plain(), got.Plain(), want.FloatString(40))
			}
			if again, err := ParseDecimal(got.String()); err != nil || again.Cmp(got) != 0 || again.String() != got.String() {
				t.Fatalf("%s does not read back: %s, %v", got, again, err)
			}
			if got.scale > 0 && got.wide == nil && got.small%10 == 0 || got.wide != nil && got.wide.IsInt64() && got.wide.Int64() != math.MinInt64 {
				t.Fatalf("%s is not normalised: %+v", got, got)
			}
		}
		check("+", a.Add(b), new(big.Rat).Add(x, y))
		check("-", a.Sub(b), new(big.Rat).Sub(x, y))
		check("*", a.Mul(b), new(big.Rat).Mul(x, y))
		if got, want := a.Cmp(b), x.Cmp(y); got != want {
			t.Fatalf("%s cmp %s = %d, want %d", a.Plain(), b.Plain(), got, want)
		}
		if f, _ := x.Float64(); f != a.Float64() {
			t.Fatalf("%s as double = %v, want %v", a.Plain(), a.Float64(), f)
		}
		floor := rat(a.Floor())
		if diff := new(big.Rat).Sub(x, floor); !floor.IsInt() || diff.Sign() < 0 || diff.Cmp(big.NewRat(1, 1)) >= 0 {
			t.Fatalf("floor of %s = %s", a.Plain(), a.Floor().Plain())
		}
		if b.Sign() != 0 {
			q, err := a.Div(b)
			if err != nil {
				t.Fatal(err)
			}
			// |q - x/y| ≤ half a unit of the last place kept.
			e := new(big.Rat).Sub(rat(q), new(big.Rat).Quo(x, y))
			unit := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Mul(big.NewInt(2), bigPow10(max(a.scale, b.scale)+quotientDigits)))
			if e.Abs(e).Cmp(unit) > 0 {
				t.Fatalf("%s / %s = %s", a.Plain(), b.Plain(), q.Plain())
			}
			quo, rem, _ := a.QuoRem(b)
			if !quo.IsInteger() || quo.Mul(b).Add(rem).Cmp(a) != 0 || rem.Sign() != 0 && rem.Sign() != b.Sign() || rem.Abs().Cmp(b.Abs()) >= 0 {
				t.Fatalf("%s quorem %s = %s, %s", a.Plain(), b.Plain(), quo.Plain(), rem.Plain())
			}
		}
	}
}

func TestDecimal_Div_ByZero(t *testing.T) {
	if _, err := Int(1).Div(Int(0)); err != ErrDivision {
		t.Fatal(err)
	}
}

func TestParseDecimal_Forms(t *testing.T) {
	for in, want := range map[string]string{
		"1": "1.0", "+1": "1.0", "-1": "-1.0", "01": "1.0", "1.": "1.0", ".5": "0.5", "-.50": "-0.5", "0": "0.0", "-0": "0.0", "0.000": "0.0",
		"100": "100.0", "123456789012345678901234567890.10": "123456789012345678901234567890.1",
		"-9223372036854775808": "-9223372036854775808.0", "0.000000000000000000000001": "0.000000000000000000000001",
		"": "", ".": "", "+": "", "1e0": "", "1.2.3": "", " 1": "", "INF": "", "0x1": "", "1_0": "", "--1": "",
	} {
		d, err := ParseDecimal(in)
		if got := d.String(); want == "" && err == nil || want != "" && (err != nil || got != want) {
			t.Errorf("ParseDecimal(%q) = %s, %v, want %s", in, got, err, want)
		}
	}
	if _, err := ParseInteger("1.0"); err == nil {
		t.Error("an integer has no point")
	}
}

func TestIntegerType_Parse_Range(t *testing.T) {
	for _, c := range []struct {
		name, low, high string
	}{
		{"byte", "-128", "127"}, {"short", "-32768", "32767"}, {"int", "-2147483648", "2147483647"},
		{"long", "-9223372036854775808", "9223372036854775807"}, {"unsignedByte", "0", "255"},
		{"unsignedShort", "0", "65535"}, {"unsignedInt", "0", "4294967295"}, {"unsignedLong", "0", "18446744073709551615"},
		{"nonNegativeInteger", "0", ""}, {"positiveInteger", "1", ""}, {"nonPositiveInteger", "", "0"}, {"negativeInteger", "", "-1"},
		{"integer", "", ""},
	} {
		it := IntegerTypeOf(namespace + c.name)
		if it == NotInteger || it.IRI() != namespace+c.name {
			t.Fatalf("no type %s", c.name)
		}
		for i, bound := range []string{c.low, c.high} {
			if bound == "" {
				continue
			}
			if _, err := it.Parse(bound); err != nil {
				t.Errorf("%s: %s: %v", c.name, bound, err)
			}
			d, _ := ParseInteger(bound)
			beyond := d.Add(Int(int64(2*i - 1))).Plain()
			if _, err := it.Parse(beyond); err == nil {
				t.Errorf("%s: %s is out of range", c.name, beyond)
			}
		}
	}
}

func TestParseDouble_Forms(t *testing.T) {
	for in, want := range map[string]string{
		"1": "1.0E0", "1e0": "1.0E0", "-1.5E10": "-1.5E10", "INF": "INF", "+INF": "INF", "-INF": "-INF", "NaN": "NaN",
		"1e400": "INF", "-0": "-0.0E0", ".5": "5.0E-1", "0.1": "1.0E-1", "1e-400": "0.0E0",
		"": "", "inf": "", "nan": "", "0x1p3": "", "1_0": "", "Infinity": "", "e1": "", "1e": "",
	} {
		f, err := ParseDouble(in)
		if got := FormatDouble(f); want == "" && err == nil || want != "" && (err != nil || got != want) {
			t.Errorf("ParseDouble(%q) = %s, %v, want %q", in, got, err, want)
		}
	}
	for f, want := range map[float64]string{1e6: "1.0E6", 999999.5: "999999.5", 1e-6: "0.000001", 1e-7: "1.0E-7", 0: "0", 42: "42"} {
		if got := DoubleToString(f); got != want {
			t.Errorf("DoubleToString(%v) = %s, want %s", f, got, want)
		}
	}
}

func TestParseDateTime_Forms(t *testing.T) {
	for _, c := range []struct {
		t        DateTimeType
		in, want string
	}{
		{DateTimeKind, "2004-04-12T13:20:00", "="}, {DateTimeKind, "2004-04-12T13:20:15.50-05:00", "2004-04-12T13:20:15.5-05:00"},
		{DateTimeKind, "2004-04-12T13:20:00+00:00", "2004-04-12T13:20:00Z"}, {DateTimeKind, "2004-02-29T00:00:00Z", "="},
		{DateTimeKind, "1999-12-31T24:00:00", "2000-01-01T00:00:00"}, {DateTimeKind, "-0044-03-15T12:00:00", "="},
		{DateTimeKind, "0000-01-01T00:00:00", "="}, {DateTimeKind, "12004-04-12T13:20:00+14:00", "="},
		{DateTimeKind, "2004-04-12T13:20:00.123456789012345678901Z", "="},
		{DateTimeKind, "2003-02-29T00:00:00Z", ""}, {DateTimeKind, "2004-04-12T13:00", ""}, {DateTimeKind, "2004-04-1213:20:00", ""},
		{DateTimeKind, "99-04-12T13:00:00", ""}, {DateTimeKind, "012004-04-12T13:00:00", ""}, {DateTimeKind, "2004-04-12T24:00:01", ""},
		{DateTimeKind, "2004-04-12T13:20:00+14:01", ""}, {DateTimeKind, "2004-04-12T13:20:60", ""}, {DateTimeKind, "2004-04-12T13:20:00.", ""},
		{Date, "2004-04-12", "="}, {Date, "2004-04-12-05:00", "="}, {Date, "2004-04-31", ""}, {Date, "2004-4-1", ""}, {Date, "", ""},
		{Time, "13:20:00Z", "="}, {Time, "24:00:00", "00:00:00"}, {Time, "13:20", ""},
		{GYear, "2004", "="}, {GYear, "-0005Z", "="}, {GYearMonth, "2004-04", "="}, {GYearMonth, "2004-13", ""},
		{GMonth, "--04", "="}, {GMonthDay, "--02-29", "="}, {GMonthDay, "--02-30", ""}, {GDay, "---31", "="}, {GDay, "---32", ""}, {GDay, "---01+02:00", "="},
	} {
		want := c.want
		if want == "=" {
			want = c.in
		}
		d, err := ParseDateTime(c.in, c.t)
		if want == "" && err == nil || want != "" && (err != nil || d.String() != want) {
			t.Errorf("ParseDateTime(%q) = %s, %v, want %q", c.in, d, err, want)
		}
	}
}

func mustDate(t *testing.T, s string, k DateTimeType) DateTime {
	t.Helper()
	d, err := ParseDateTime(s, k)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return d
}

func TestDateTime_Compare_PartialOrder(t *testing.T) {
	// The table of XML Schema 1.0 Part 2, section 3.2.7.4, and some more.
	for _, c := range []struct {
		a, b string
		want int // 2: no order
	}{
		{"2000-01-15T00:00:00", "2000-02-15T00:00:00", -1}, {"2000-01-15T12:00:00", "2000-01-16T12:00:00Z", -1},
		{"2000-01-01T12:00:00", "1999-12-31T23:00:00Z", 2}, {"2000-01-16T12:00:00", "2000-01-16T12:00:00Z", 2},
		{"2000-01-16T00:00:00", "2000-01-16T12:00:00Z", 2}, {"2000-01-16T12:00:00+01:00", "2000-01-16T11:00:00Z", 0},
		{"2000-01-16T12:00:00Z", "2000-01-15T12:00:00", 1},
	} {
		got, ok := mustDate(t, c.a, DateTimeKind).Compare(mustDate(t, c.b, DateTimeKind))
		if !ok {
			got = 2
		}
		if got != c.want {
			t.Errorf("%s and %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestDateTime_Arithmetic(t *testing.T) {
	for _, c := range []struct {
		k            DateTimeType
		a, dur, want string
	}{
		{DateTimeKind, "2000-01-12T12:13:14Z", "P1Y3M5DT7H10M3.3S", "2001-04-17T19:23:17.3Z"},
		{DateTimeKind, "2000-01-31T00:00:00", "P1M", "2000-02-29T00:00:00"},
		{DateTimeKind, "2000-03-31T00:00:00", "-P1M", "2000-02-29T00:00:00"},
		{Date, "2000-01-12", "PT33H", "2000-01-13"}, {Date, "2000-03-30", "P1D", "2000-03-31"},
		{Date, "0001-01-01", "-P1D", "0000-12-31"}, {Time, "23:59:59.9Z", "PT0.2S", "00:00:00.1Z"},
	} {
		u, err := ParseDuration(c.dur, AnyDuration)
		if err != nil {
			t.Fatal(err)
		}
		got, err := mustDate(t, c.a, c.k).Add(u)
		if err != nil || got.String() != c.want {
			t.Errorf("%s + %s = %s, %v, want %s", c.a, c.dur, got, err, c.want)
		}
	}
	a, b := mustDate(t, "2000-10-30T06:12:00-05:00", DateTimeKind), mustDate(t, "1999-11-28T09:00:00Z", DateTimeKind)
	if d, err := a.Sub(b); err != nil || d.String() != "P337DT2H12M" { // the example of op:subtract-dateTimes
		t.Errorf("difference %s, %v", d, err)
	}
	if got := mustDate(t, "2002-03-07T10:00:00-07:00", DateTimeKind).Adjust(10 * 60).String(); got != "2002-03-08T03:00:00+10:00" {
		t.Errorf("adjusted to %s", got)
	}
}

func TestDateTime_AgreesWithTime(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 5000 {
		u := time.UnixMilli(r.Int64N(4e14) - 2e14).UTC()
		d := DateTimeOf(u)
		if back := FromInstant(u.UnixMilli(), 0, DateTimeKind); back.String() != d.String() {
			t.Fatalf("%v: %s and %s", u, d, back)
		}
		if ms, ok := d.Timeline().Mul(Int(1000)).Int64(); !ok || ms != u.UnixMilli() {
			t.Fatalf("%v: timeline %s", u, d.Timeline())
		}
		if p := mustDate(t, d.String(), DateTimeKind); p.Total(d) != 0 {
			t.Fatalf("%s reads back as %s", d, p)
		}
	}
}

func TestParseDuration_Forms(t *testing.T) {
	for _, c := range []struct {
		t        DurationType
		in, want string
	}{
		{AnyDuration, "P1Y2M3DT5H20M30.123S", "="}, {AnyDuration, "-P120D", "="}, {AnyDuration, "P14M", "P1Y2M"}, {AnyDuration, "PT0S", "="},
		{AnyDuration, "P0Y", "PT0S"}, {AnyDuration, "PT90M", "PT1H30M"}, {AnyDuration, "PT1.50S", "PT1.5S"}, {AnyDuration, "-PT0S", "PT0S"},
		{YearMonthDuration, "P0M", "="}, {YearMonthDuration, "P1D", ""}, {DayTimeDuration, "P1M", ""}, {DayTimeDuration, "P36DT1H", "="},
		{AnyDuration, "P", ""}, {AnyDuration, "PT", ""}, {AnyDuration, "P1YT", ""}, {AnyDuration, "P1S", ""}, {AnyDuration, "PT1Y", ""},
		{AnyDuration, "P1M1Y", ""}, {AnyDuration, "P1.5D", ""}, {AnyDuration, "PT1.S", ""}, {AnyDuration, "P-1D", ""}, {AnyDuration, "1Y", ""}, {AnyDuration, "", ""},
	} {
		want := c.want
		if want == "=" {
			want = c.in
		}
		d, err := ParseDuration(c.in, c.t)
		if want == "" && err == nil || want != "" && (err != nil || d.String() != want) {
			t.Errorf("ParseDuration(%q) = %s, %v, want %q", c.in, d, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1.50", "-9223372036854775808", "1e400", "2004-02-29T24:00:00.5-14:00", "--02-29", "P1Y2M3DT5H20M30.123S", "999999999999-01-01", "P99999999999999999Y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := ParseDecimal(s); err == nil {
			if again, err := ParseDecimal(d.String()); err != nil || again.Cmp(d) != 0 {
				t.Errorf("%q: %s reads back as %s, %v", s, d, again, err)
			}
		}
		if v, err := ParseDouble(s); err == nil {
			if again, err := ParseDouble(FormatDouble(v)); err != nil || again != v && v == v {
				t.Errorf("%q: %v reads back as %v, %v", s, v, again, err)
			}
		}
		if v, err := ParseFloat(s); err == nil {
			if again, err := ParseFloat(FormatFloat(v)); err != nil || again != v && v == v {
				t.Errorf("%q: %v reads back as %v, %v", s, v, again, err)
			}
		}
		for k := DateTimeKind; k < dateTimeTypes; k++ {
			if d, err := ParseDateTime(s, k); err == nil {
				if again, err := ParseDateTime(d.String(), k); err != nil || again.Total(d) != 0 {
					t.Errorf("%q: %s reads back as %s, %v", s, d, again, err)
				}
			}
		}
		for k := AnyDuration; k <= DayTimeDuration; k++ {
			if d, err := ParseDuration(s, k); err == nil {
				if again, err := ParseDuration(d.String(), k); err != nil || !again.Equal(d) {
					t.Errorf("%q: %s reads back as %s, %v", s, d, again, err)
				}
			}
		}
	})
}

func BenchmarkDecimal_Add(b *testing.B) {
	x, y := NewDecimal(12345, 2), NewDecimal(987654321, 4)
	for b.Loop() {
		x.Add(y)
	}
}
