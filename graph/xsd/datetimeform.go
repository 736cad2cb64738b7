package xsd

import (
	"strings"
)

// ParseDateTime parses a lexical form of the type t.
func ParseDateTime(s string, t DateTimeType) (DateTime, error) {
	d, fields := blank(t), fieldsOf[t]
	p := dateParser{s: s, ok: t > NotDateTime && t < dateTimeTypes}
	switch {
	case fields&hasYear != 0:
		d.Year = p.year()
		if fields&hasMonth != 0 {
			p.expect("-")
			d.Month = p.two(1, 12)
		}
		if fields&hasDay != 0 {
			p.expect("-")
			d.Day = p.two(1, 31)
		}
	case fields&hasMonth != 0:
		p.expect("--")
		d.Month = p.two(1, 12)
		if fields&hasDay != 0 {
			p.expect("-")
			d.Day = p.two(1, 31)
		}
	case fields&hasDay != 0:
		p.expect("---")
		d.Day = p.two(1, 31)
	}
	endOfDay := false
	if fields&hasTime != 0 {
		if t == DateTimeKind {
			p.expect("T")
		}
		d.Hour = p.two(0, 24)
		p.expect(":")
		d.Minute = p.two(0, 59)
		p.expect(":")
		d.Second = p.second()
		if d.Hour == 24 {
			endOfDay = true
			p.ok = p.ok && d.Minute == 0 && d.Second.Sign() == 0
			d.Hour = 0
		}
	}
	d.Zone = p.zone()
	if !p.ok || p.s != "" {
		return DateTime{}, ErrLexical
	}
	if d.Year > maxYear || d.Year < -maxYear {
		return DateTime{}, ErrRange
	}
	switch {
	case t == GMonthDay:
		if d.Day > daysIn(1972, d.Month) { // a leap year: --02-29 exists
			return DateTime{}, ErrLexical
		}
	case fields&hasDay != 0 && t != GDay && d.Day > daysIn(d.Year, d.Month):
		return DateTime{}, ErrLexical
	}
	if endOfDay && t == DateTimeKind {
		d = d.addSeconds(Int(86400))
	}
	return d, nil
}

type dateParser struct {
	s  string
	ok bool
}

func (p *dateParser) expect(lit string) {
	if !strings.HasPrefix(p.s, lit) {
		p.ok = false
		return
	}
	p.s = p.s[len(lit):]
}

func (p *dateParser) digits() string {
	i := 0
	for i < len(p.s) && p.s[i] >= '0' && p.s[i] <= '9' {
		i++
	}
	d := p.s[:i]
	p.s = p.s[i:]
	return d
}

func (p *dateParser) year() int64 {
	neg := strings.HasPrefix(p.s, "-")
	if neg {
		p.s = p.s[1:]
	}
	d := p.digits()
	if len(d) < 4 || len(d) > 4 && d[0] == '0' {
		p.ok = false
		return 0
	}
	if len(d) > 12 {
		return maxYear + 1
	}
	var y int64
	for i := 0; i < len(d); i++ {
		y = y*10 + int64(d[i]-'0')
	}
	if neg {
		return -y
	}
	return y
}

func (p *dateParser) two(low, high int) int {
	if len(p.s) < 2 || p.s[0] < '0' || p.s[0] > '9' || p.s[1] < '0' || p.s[1] > '9' {
		p.ok = false
		return low
	}
	n := int(p.s[0]-'0')*10 + int(p.s[1]-'0')
	p.s = p.s[2:]
	if n < low || n > high {
		p.ok = false
		return low
	}
	return n
}

func (p *dateParser) second() Decimal {
	whole := p.two(0, 59)
	if !strings.HasPrefix(p.s, ".") {
		return Int(int64(whole))
	}
	p.s = p.s[1:]
	d := p.digits()
	f, err := ParseDecimal("0." + d)
	if d == "" || err != nil {
		p.ok = false
		return Decimal{}
	}
	return Int(int64(whole)).Add(f)
}

func (p *dateParser) zone() int {
	switch {
	case p.s == "":
		return NoZone
	case p.s == "Z":
		p.s = ""
		return 0
	}
	neg := strings.HasPrefix(p.s, "-")
	if !neg && !strings.HasPrefix(p.s, "+") {
		p.ok = false
		return 0
	}
	p.s = p.s[1:]
	h := p.two(0, 14)
	p.expect(":")
	n := h*60 + p.two(0, 59)
	if n > 14*60 {
		p.ok = false
	}
	if neg {
		return -n
	}
	return n
}

// String returns the canonical form, with the zone as it is.
func (d DateTime) String() string { return string(d.Append(nil)) }

// Append appends the canonical form.
func (d DateTime) Append(b []byte) []byte {
	fields := fieldsOf[d.Type]
	if fields&hasYear != 0 {
		y := d.Year
		if y < 0 {
			b = append(b, '-')
			y = -y
		}
		b = appendPadded(b, y, 4)
	} else if fields&(hasMonth|hasDay) != 0 {
		b = append(b, '-')
	}
	if fields&hasMonth != 0 {
		b = append(b, '-')
		b = appendPadded(b, int64(d.Month), 2)
	} else if fields&hasDay != 0 {
		b = append(b, '-')
	}
	if fields&hasDay != 0 {
		b = append(b, '-')
		b = appendPadded(b, int64(d.Day), 2)
	}
	if fields&hasTime != 0 {
		if d.Type == DateTimeKind {
			b = append(b, 'T')
		}
		b = appendPadded(b, int64(d.Hour), 2)
		b = append(b, ':')
		b = appendPadded(b, int64(d.Minute), 2)
		b = append(b, ':')
		if d.Second.Cmp(Int(10)) < 0 {
			b = append(b, '0')
		}
		b = d.Second.AppendPlain(b)
	}
	return appendZone(b, d.Zone)
}

func appendPadded(b []byte, n int64, width int) []byte {
	for p := int64(10); width > 1; width-- {
		if n < p {
			b = append(b, "0000"[:width-1]...)
			break
		}
		p *= 10
	}
	return Int(n).AppendPlain(b)
}

func appendZone(b []byte, zone int) []byte {
	switch {
	case zone == NoZone:
		return b
	case zone == 0:
		return append(b, 'Z')
	case zone < 0:
		b = append(b, '-')
		zone = -zone
	default:
		b = append(b, '+')
	}
	b = appendPadded(b, int64(zone/60), 2)
	b = append(b, ':')
	return appendPadded(b, int64(zone%60), 2)
}

// ZoneString returns the zone as TZ() does: "", "Z" or "±hh:mm".
func (d DateTime) ZoneString() string { return string(appendZone(nil, d.Zone)) }
