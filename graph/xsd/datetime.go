package xsd

import (
	"math"
	"time"
)

// DateTimeType is one of the datatypes whose values are [DateTime]s.
type DateTimeType uint8

// The types of date and time.
const (
	NotDateTime DateTimeType = iota
	DateTimeKind
	Date
	Time
	GYear
	GYearMonth
	GMonth
	GMonthDay
	GDay
	dateTimeTypes
)

var dateTimeNames = [dateTimeTypes]string{
	DateTimeKind: "dateTime", Date: "date", Time: "time", GYear: "gYear", GYearMonth: "gYearMonth",
	GMonth: "gMonth", GMonthDay: "gMonthDay", GDay: "gDay",
}

var (
	dateTimeIRIs   [dateTimeTypes]string
	dateTimeByName = map[string]DateTimeType{}
)

func init() {
	for t := DateTimeKind; t < dateTimeTypes; t++ {
		dateTimeIRIs[t] = namespace + dateTimeNames[t]
		dateTimeByName[dateTimeIRIs[t]] = t
	}
}

// DateTimeTypeOf returns the type with this datatype IRI, NotDateTime if there
// is none. xsd:dateTimeStamp is not one of them: it is a dateTime with a zone.
func DateTimeTypeOf(iri string) DateTimeType { return dateTimeByName[iri] }

// IRI returns the datatype IRI.
func (t DateTimeType) IRI() string { return dateTimeIRIs[t] }

// has says which fields a type has, as bits.
const (
	hasYear = 1 << iota
	hasMonth
	hasDay
	hasTime
)

var fieldsOf = [dateTimeTypes]uint8{
	DateTimeKind: hasYear | hasMonth | hasDay | hasTime,
	Date:         hasYear | hasMonth | hasDay,
	Time:         hasTime,
	GYear:        hasYear,
	GYearMonth:   hasYear | hasMonth,
	GMonth:       hasMonth,
	GMonthDay:    hasMonth | hasDay,
	GDay:         hasDay,
}

// NoZone is the zone of a value without a time zone.
const NoZone = math.MinInt16

// DateTime is a value of the seven-property model (XML Schema 1.1 Part 2,
// appendix D.2.1). Fields that the type does not have hold those of
// 1972-12-31T00:00:00, the moment the specification puts in their place.
type DateTime struct {
	Type       DateTimeType
	Year       int64
	Month, Day int
	// Hour is 0 … 23; Second is 0 ≤ s < 60, exact.
	Hour, Minute int
	Second       Decimal
	// Zone is the offset from UTC in minutes, or NoZone.
	Zone int
}

// maxYear keeps all arithmetic on seconds inside int64.
const maxYear = 1_000_000_000

// HasZone reports whether the value has a time zone.
func (d DateTime) HasZone() bool { return d.Zone != NoZone }

func blank(t DateTimeType) DateTime {
	return DateTime{Type: t, Year: 1972, Month: 12, Day: 31, Zone: NoZone}
}

// DateTimeOf returns the xsd:dateTime of a time, with its zone, cut off to milliseconds.
func DateTimeOf(t time.Time) DateTime {
	_, offset := t.Zone()
	return DateTime{
		Type: DateTimeKind, Year: int64(t.Year()), Month: int(t.Month()), Day: t.Day(),
		Hour: t.Hour(), Minute: t.Minute(),
		Second: NewDecimal(int64(t.Second())*1000+int64(t.Nanosecond()/1e6), 3),
		Zone:   offset / 60,
	}
}

// FromInstant returns the value of type t at ms milliseconds after 1970-01-01T00:00:00Z, in
// the given zone; with NoZone ms is local time.
func FromInstant(ms int64, zone int, t DateTimeType) DateTime {
	if zone != NoZone {
		ms += int64(zone) * 60000
	}
	days := floorDiv(ms, 86400000)
	rest := ms - days*86400000
	d := DateTime{Type: t, Zone: zone}
	d.Year, d.Month, d.Day = CivilFromDays(days)
	d.Hour, d.Minute = int(rest/3600000), int(rest/60000%60)
	d.Second = NewDecimal(rest%60000, 3)
	return d.as(t)
}

// as sets the fields that t does not have to their place-holders.
func (d DateTime) as(t DateTimeType) DateTime {
	b, fields := blank(t), fieldsOf[t]
	d.Type = t
	if fields&hasYear == 0 {
		d.Year = b.Year
	}
	if fields&hasMonth == 0 {
		d.Month = b.Month
	}
	if fields&hasDay == 0 {
		d.Day = min(b.Day, daysIn(d.Year, d.Month))
	}
	if fields&hasTime == 0 {
		d.Hour, d.Minute, d.Second = 0, 0, Decimal{}
	}
	return d
}

// Convert casts to another type (XPath and XQuery Functions 3.1, section 19.2.3): from
// dateTime to all, from date to all but time; ok is false for other casts.
func (d DateTime) Convert(t DateTimeType) (_ DateTime, ok bool) {
	switch {
	case d.Type == t:
		return d, true
	case d.Type == DateTimeKind, d.Type == Date && t != Time:
		if t == DateTimeKind {
			d.Type = t
			return d, true
		}
		return d.as(t), true
	}
	return d, false
}

// local returns days and exact seconds within the day, in local time.
func (d DateTime) local() (days int64, seconds Decimal) {
	day := d.Day
	if fieldsOf[d.Type]&hasDay == 0 {
		day = daysIn(d.Year, d.Month)
	}
	return DaysFromCivil(d.Year, d.Month, day), Int(int64(d.Hour*3600 + d.Minute*60)).Add(d.Second)
}

// Timeline returns the seconds since 1970-01-01T00:00:00, UTC if there is a zone, local if not.
func (d DateTime) Timeline() Decimal {
	days, seconds := d.local()
	if d.HasZone() {
		seconds = seconds.Sub(Int(int64(d.Zone) * 60))
	}
	return Int(days * 86400).Add(seconds)
}

var fourteenHours = Int(14 * 3600)

// Compare compares two values of the same type in the partial order of XML
// Schema 1.1: a value without a zone stands for all zones from -14:00 to
// +14:00, so against one with a zone ok may be false. It is false too for
// different types.
func (d DateTime) Compare(e DateTime) (c int, ok bool) {
	if d.Type != e.Type {
		return 0, false
	}
	x, y := d.Timeline(), e.Timeline()
	if d.HasZone() == e.HasZone() {
		return x.Cmp(y), true
	}
	if !d.HasZone() {
		c, ok = e.Compare(d)
		return -c, ok
	}
	switch {
	case x.Cmp(y.Sub(fourteenHours)) < 0:
		return -1, true
	case x.Cmp(y.Add(fourteenHours)) > 0:
		return 1, true
	}
	return 0, false
}

// Total compares two values of any type in an order of all of them that agrees
// with Compare: first by type, then by timeline, then by zone.
func (d DateTime) Total(e DateTime) int {
	if d.Type != e.Type {
		return int(d.Type) - int(e.Type)
	}
	if c := d.Timeline().Cmp(e.Timeline()); c != 0 {
		return c
	}
	return d.Zone - e.Zone
}

// Adjust returns the same moment in another zone; NoZone takes the zone away. A value
// without a zone gets it (fn:adjust-dateTime-to-timezone).
func (d DateTime) Adjust(zone int) DateTime {
	if zone == NoZone || !d.HasZone() {
		d.Zone = zone
		return d
	}
	by := Int(int64(zone-d.Zone) * 60)
	d.Zone = zone
	return d.addSeconds(by).as(d.Type)
}

func (d DateTime) addSeconds(s Decimal) DateTime {
	days, seconds := d.local()
	quo, rem, _ := seconds.Add(s).QuoRem(Int(86400))
	n, ok := quo.Int64()
	if !ok {
		n = maxYear * 366
	}
	d.Year, d.Month, d.Day = CivilFromDays(days + n)
	minutes, sec, _ := rem.QuoRem(Int(60))
	m, _ := minutes.Int64()
	d.Hour, d.Minute, d.Second = int(m/60), int(m%60), sec
	return d
}

// Add returns the value plus a duration: months first, with the day brought back into the month,
// then seconds (XML Schema 1.1 Part 2, appendix E.3.3).
// It is defined for dateTime, date and (without months) time.
func (d DateTime) Add(u Duration) (DateTime, error) {
	switch {
	case d.Type != DateTimeKind && d.Type != Date && d.Type != Time, d.Type == Time && u.Months != 0:
		return DateTime{}, ErrRange
	}
	if u.Months != 0 {
		m := d.Year*12 + int64(d.Month-1)
		if u.Months > maxYear*12 || u.Months < -maxYear*12 {
			return DateTime{}, ErrRange
		}
		m += u.Months
		d.Year, d.Month = floorDiv(m, 12), int(m-floorDiv(m, 12)*12)+1
		d.Day = min(d.Day, daysIn(d.Year, d.Month))
	}
	if u.Seconds.Sign() != 0 {
		if u.Seconds.Abs().Cmp(Int(maxYear*366*86400)) > 0 {
			return DateTime{}, ErrRange
		}
		d = d.addSeconds(u.Seconds).as(d.Type)
	}
	if d.Year > maxYear || d.Year < -maxYear {
		return DateTime{}, ErrRange
	}
	return d, nil
}

// Sub returns the difference of two values of one type, dateTime, date or
// time, as an xsd:dayTimeDuration. A value without a zone is taken in that of the other, or in UTC.
func (d DateTime) Sub(e DateTime) (Duration, error) {
	if d.Type != e.Type || d.Type != DateTimeKind && d.Type != Date && d.Type != Time {
		return Duration{}, ErrRange
	}
	if !d.HasZone() && e.HasZone() {
		d.Zone = e.Zone
	} else if d.HasZone() && !e.HasZone() {
		e.Zone = d.Zone
	}
	return Duration{Type: DayTimeDuration, Seconds: d.Timeline().Sub(e.Timeline())}, nil
}
