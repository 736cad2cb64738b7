package encoded

import (
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/xsd"
)

func zoneOffset(zone uint64) int {
	if zone <= zoneUTC {
		return 0
	}
	return int(zone) - zoneBias
}

// parseZone reads the zone at the end of a date: "", "Z", "+hh:mm", "-hh:mm".
func parseZone(s string) (zone uint64, ok bool) {
	switch {
	case s == "":
		return zoneNone, true
	case s == "Z":
		return zoneUTC, true
	case len(s) != 6 || s[3] != ':' || s[0] != '+' && s[0] != '-' || s == "-00:00":
		return 0, false
	}
	h, ok1 := number(s[1:3])
	m, ok2 := number(s[4:6])
	offset := h*60 + m
	if !ok1 || !ok2 || m > 59 || offset > 840 {
		return 0, false
	}
	if s[0] == '-' {
		offset = -offset
	}
	return uint64(zoneBias + offset), true
}

func appendZone(b []byte, zone uint64) []byte {
	switch zone {
	case zoneNone:
		return b
	case zoneUTC:
		return append(b, 'Z')
	}
	offset := zoneOffset(zone)
	if offset < 0 {
		b = append(b, '-')
		offset = -offset
	} else {
		b = append(b, '+')
	}
	b = append(appendPadded(b, offset/60, 2), ':')
	return appendPadded(b, offset%60, 2)
}

func inlineDateTime(s string) (Term, bool) {
	// 2006-01-02T15:04:05
	if len(s) < 19 || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return 0, false
	}
	days, ok := parseDays(s[:10])
	h, ok1 := number(s[11:13])
	m, ok2 := number(s[14:16])
	sec, ok3 := number(s[17:19])
	if !ok || !ok1 || !ok2 || !ok3 || h > 23 || m > 59 || sec > 59 {
		return 0, false
	}
	ms, rest, fraction := (h*3600+m*60+sec)*1000, s[19:], 0
	if len(rest) >= 4 && rest[0] == '.' {
		f, ok := number(rest[1:4])
		if !ok {
			return 0, false
		}
		ms, rest, fraction = ms+f, rest[4:], 1
	}
	zone, ok := parseZone(rest)
	if !ok {
		return 0, false
	}
	n := int64(days)*dayMillis + int64(ms) - int64(zoneOffset(zone))*60000
	if n >= dateTimeBias {
		return 0, false
	}
	return Make(TagDateTime, uint64(n+dateTimeBias)<<(zoneBits+1)|uint64(fraction)<<zoneBits|zone), true
}

func (t Term) appendDateTime(b []byte) []byte {
	ms, offset, _, _ := t.Instant()
	ms += int64(offset) * 60000
	days := floorDiv(ms, dayMillis)
	rest := int(ms - days*dayMillis)
	b = append(appendDays(b, int(days), 3), 'T')
	b = append(appendPadded(b, rest/3600000, 2), ':')
	b = append(appendPadded(b, rest/60000%60, 2), ':')
	b = appendPadded(b, rest/1000%60, 2)
	if t>>zoneBits&1 != 0 {
		b = appendPadded(append(b, '.'), rest%1000, 3)
	}
	return appendZone(b, uint64(t)&zoneMask)
}

func inlineDate(s, datatype string) (Term, bool) {
	kind, size, pad := 0, 10, ""
	switch datatype {
	case graph.XSDGYear:
		kind, size, pad = 1, 4, "-01-01"
	case graph.XSDGYearMonth:
		kind, size, pad = 2, 7, "-01"
	}
	if len(s) < size {
		return 0, false
	}
	var buf [10]byte
	copy(buf[copy(buf[:], s[:size]):], pad)
	days, ok := parseDays(string(buf[:]))
	zone, ok1 := parseZone(s[size:])
	if !ok || !ok1 {
		return 0, false
	}
	minutes := int64(days)*dayMinutes - int64(zoneOffset(zone))
	return Make(TagDate, uint64(kind)<<57|uint64(minutes+dateBias)<<zoneBits|zone), true
}

func (t Term) appendDate(b []byte) []byte {
	ms, offset, _, _ := t.Instant()
	days := floorDiv(ms+int64(offset)*60000, dayMillis)
	fields := 3
	switch t.Payload() >> 57 {
	case 1:
		fields = 1
	case 2:
		fields = 2
	}
	return appendZone(appendDays(b, int(days), fields), uint64(t)&zoneMask)
}

// Civil returns year, month and day of an inline xsd:dateTime, xsd:date, xsd:gYear or
// xsd:gYearMonth, as they are written; month and day are 0 where the type has none.
func (t Term) Civil() (year int64, month, day int, ok bool) {
	ms, offset, _, ok := t.Instant()
	if !ok {
		return 0, 0, 0, false
	}
	year, month, day = xsd.CivilFromDays(floorDiv(ms+int64(offset)*60000, dayMillis))
	switch {
	case t.Tag() == TagDateTime:
	case t.Payload()>>57 == 1:
		month, day = 0, 0
	case t.Payload()>>57 == 2:
		day = 0
	}
	return year, month, day, true
}

// number reads one to four digits.
func number(s string) (n int, ok bool) {
	for i := 0; i < len(s); i++ {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int(c)
	}
	return n, true
}

func appendPadded(b []byte, n, width int) []byte {
	for p := [...]int{1, 1, 10, 100, 1000}[width]; p > 0; p /= 10 {
		b = append(b, '0'+byte(n/p%10))
	}
	return b
}

// parseDays reads "2006-01-02", a day that exists, as days since 1970-01-01.
func parseDays(s string) (int, bool) {
	y, ok1 := number(s[:4])
	m, ok2 := number(s[5:7])
	d, ok3 := number(s[8:10])
	if !ok1 || !ok2 || !ok3 || s[4] != '-' || s[7] != '-' || m < 1 || m > 12 || d < 1 || d > 31 {
		return 0, false
	}
	days := int(xsd.DaysFromCivil(int64(y), m, d))
	if d > 28 {
		if _, m2, _ := xsd.CivilFromDays(int64(days)); m2 != m {
			return 0, false
		}
	}
	return days, true
}

// appendDays appends the first fields of year, month and day.
func appendDays(b []byte, days, fields int) []byte {
	y, m, d := xsd.CivilFromDays(int64(days))
	b = appendPadded(b, int(y), 4)
	if fields > 1 {
		b = appendPadded(append(b, '-'), m, 2)
	}
	if fields > 2 {
		b = appendPadded(append(b, '-'), d, 2)
	}
	return b
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
