package xsd

import (
	"math"
	"strings"
)

// DurationType is one of the three types of duration.
type DurationType uint8

// The types of duration.
const (
	NotDuration DurationType = iota
	AnyDuration
	YearMonthDuration
	DayTimeDuration
)

var durationIRIs = [...]string{
	AnyDuration:       namespace + "duration",
	YearMonthDuration: namespace + "yearMonthDuration",
	DayTimeDuration:   namespace + "dayTimeDuration",
}

// DurationTypeOf returns the type with this datatype IRI, NotDuration if there is none.
func DurationTypeOf(iri string) DurationType {
	for t := AnyDuration; t <= DayTimeDuration; t++ {
		if durationIRIs[t] == iri {
			return t
		}
	}
	return NotDuration
}

// IRI returns the datatype IRI.
func (t DurationType) IRI() string { return durationIRIs[t] }

// Duration is a number of months and a number of seconds, which never have
// opposite signs in a parsed value.
type Duration struct {
	Type    DurationType
	Months  int64
	Seconds Decimal
}

// ParseDuration parses a lexical form of the type t.
func ParseDuration(s string, t DurationType) (Duration, error) {
	d := Duration{Type: t}
	s, neg := strings.CutPrefix(s, "-")
	s, ok := strings.CutPrefix(s, "P")
	if !ok || s == "" || s[len(s)-1] == 'T' {
		return d, ErrLexical
	}
	date, clock, _ := strings.Cut(s, "T")
	fields := 0
	// part reads the fields of one half, designators in sequence.
	part := func(s, designators string, add func(n Decimal, i int) bool) error {
		at := 0
		for s != "" {
			i := 0
			for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '.') {
				i++
			}
			if i == 0 || i == len(s) {
				return ErrLexical
			}
			k := strings.IndexByte(designators[at:], s[i])
			if k < 0 {
				return ErrLexical
			}
			at += k
			number := s[:i]
			var n Decimal
			var err error
			if designators[at] == 'S' {
				if number[0] == '.' || number[len(number)-1] == '.' {
					return ErrLexical
				}
				n, err = ParseDecimal(number)
			} else {
				n, err = ParseInteger(number)
			}
			if err != nil {
				return err
			}
			if !add(n, at) {
				return ErrRange
			}
			fields++
			at++
			s = s[i+1:]
		}
		return nil
	}
	err := part(date, "YMD", func(n Decimal, i int) bool {
		if i == 2 {
			d.Seconds = d.Seconds.Add(n.Mul(Int(86400)))
			return t != YearMonthDuration
		}
		m, ok := n.Int64()
		if i == 0 {
			if m > math.MaxInt64/24 {
				return false
			}
			m *= 12
		}
		if !ok || m > math.MaxInt64/2-d.Months {
			return false
		}
		d.Months += m
		return true
	})
	if err == nil {
		err = part(clock, "HMS", func(n Decimal, i int) bool {
			d.Seconds = d.Seconds.Add(n.Mul(Int([...]int64{3600, 60, 1}[i])))
			return true
		})
	}
	if err != nil {
		return Duration{}, err
	}
	hasMonths := strings.ContainsAny(date, "YM")
	hasSeconds := strings.Contains(date, "D") || clock != ""
	if fields == 0 || t == YearMonthDuration && hasSeconds || t == DayTimeDuration && hasMonths {
		return Duration{}, ErrLexical
	}
	if neg {
		return d.Neg(), nil
	}
	return d, nil
}

// Neg returns the duration in the other direction.
func (d Duration) Neg() Duration {
	d.Months, d.Seconds = -d.Months, d.Seconds.Neg()
	return d
}

// Convert casts to another type: the part that the type does not have is dropped.
func (d Duration) Convert(t DurationType) Duration {
	d.Type = t
	switch t {
	case YearMonthDuration:
		d.Seconds = Decimal{}
	case DayTimeDuration:
		d.Months = 0
	}
	return d
}

// Equal reports whether two durations, of whatever types, have the same value.
func (d Duration) Equal(e Duration) bool {
	return d.Months == e.Months && d.Seconds.Cmp(e.Seconds) == 0
}

// The four moments of XML Schema 1.1 Part 2, section 3.3.6.2, that decide the order of durations.
var durationMoments = [...]DateTime{
	{Type: DateTimeKind, Year: 1696, Month: 9, Day: 1, Zone: 0},
	{Type: DateTimeKind, Year: 1697, Month: 2, Day: 1, Zone: 0},
	{Type: DateTimeKind, Year: 1903, Month: 3, Day: 1, Zone: 0},
	{Type: DateTimeKind, Year: 1903, Month: 7, Day: 1, Zone: 0},
}

// Compare compares in the partial order of XML Schema 1.1; ok is false where
// the order of, say, P1M and P30D depends on the month.
func (d Duration) Compare(e Duration) (c int, ok bool) {
	if d.Months == e.Months {
		return d.Seconds.Cmp(e.Seconds), true
	}
	if d.Seconds.Cmp(e.Seconds) == 0 {
		if d.Months < e.Months {
			return -1, true
		}
		return 1, true
	}
	for i, m := range durationMoments {
		x, err1 := m.Add(d)
		y, err2 := m.Add(e)
		if err1 != nil || err2 != nil {
			return 0, false
		}
		k, _ := x.Compare(y)
		if i > 0 && k != c {
			return 0, false
		}
		c = k
	}
	return c, true
}

// Total compares in an order of all durations that agrees with Compare for
// durations of one of the two derived types: by an average month, then by months.
func (d Duration) Total(e Duration) int {
	const month = 2629746 // seconds in a 4800th of 400 years
	x := Int(d.Months).Mul(Int(month)).Add(d.Seconds)
	y := Int(e.Months).Mul(Int(month)).Add(e.Seconds)
	if c := x.Cmp(y); c != 0 {
		return c
	}
	return Int(d.Months).Cmp(Int(e.Months))
}

// Add returns the sum; its type is that of both, or xsd:duration.
func (d Duration) Add(e Duration) (Duration, error) {
	if d.Type != e.Type {
		d.Type = AnyDuration
	}
	sum := d.Months + e.Months
	if (sum > d.Months) != (e.Months > 0) && e.Months != 0 {
		return Duration{}, ErrRange
	}
	d.Months, d.Seconds = sum, d.Seconds.Add(e.Seconds)
	if d.Months < 0 && d.Seconds.Sign() > 0 || d.Months > 0 && d.Seconds.Sign() < 0 {
		return Duration{}, ErrRange // has no lexical form
	}
	return d, nil
}

// Mul returns the duration times a number, months rounded to whole ones.
func (d Duration) Mul(f Decimal) (Duration, error) {
	months, ok := Int(d.Months).Mul(f).Round().Int64()
	if !ok {
		return Duration{}, ErrRange
	}
	d.Months, d.Seconds = months, d.Seconds.Mul(f)
	return d, nil
}

// Div returns the duration divided by a number.
func (d Duration) Div(f Decimal) (Duration, error) {
	m, err := Int(d.Months).Div(f)
	if err != nil {
		return Duration{}, err
	}
	s, err := d.Seconds.Div(f)
	if err != nil {
		return Duration{}, err
	}
	months, ok := m.Round().Int64()
	if !ok {
		return Duration{}, ErrRange
	}
	d.Months, d.Seconds = months, s
	return d, nil
}

// Ratio returns d / e for two durations of the same derived type.
func (d Duration) Ratio(e Duration) (Decimal, error) {
	switch {
	case d.Type != e.Type || d.Type == AnyDuration:
		return Decimal{}, ErrRange
	case d.Type == YearMonthDuration:
		return Int(d.Months).Div(Int(e.Months))
	}
	return d.Seconds.Div(e.Seconds)
}

// String returns the canonical form.
func (d Duration) String() string { return string(d.Append(nil)) }

// Append appends the canonical form.
func (d Duration) Append(b []byte) []byte {
	months, seconds := d.Months, d.Seconds
	if months < 0 || seconds.Sign() < 0 {
		b = append(b, '-')
		months, seconds = -months, seconds.Neg()
	}
	b = append(b, 'P')
	start := len(b)
	field := func(n Decimal, designator byte) {
		if n.Sign() != 0 {
			b = append(n.AppendPlain(b), designator)
		}
	}
	field(Int(months/12), 'Y')
	field(Int(months%12), 'M')
	days, rest, _ := seconds.QuoRem(Int(86400))
	field(days, 'D')
	if rest.Sign() != 0 {
		b = append(b, 'T')
		hours, rest, _ := rest.QuoRem(Int(3600))
		minutes, rest, _ := rest.QuoRem(Int(60))
		field(hours, 'H')
		field(minutes, 'M')
		field(rest, 'S')
	}
	if len(b) == start {
		if d.Type == YearMonthDuration {
			return append(b, "0M"...)
		}
		return append(b, "T0S"...)
	}
	return b
}
