package eval

import (
	"github.com/ententedb/entente/graph"
	"github.com/ententedb/entente/graph/encoded"
	"github.com/ententedb/entente/graph/xsd"
)

// dateOf returns the date or time of an id; Type is NotDateTime if it is none.
func (f *frame) dateOf(id encoded.Term) xsd.DateTime {
	if tag := id.Tag(); tag == encoded.TagDateTime || tag == encoded.TagDate {
		return inlineDate(id)
	} else if tag != encoded.TagTyped && tag != encoded.TagLocal {
		return xsd.DateTime{}
	}
	return f.literal(id).date
}

// addDateFunctions enters the functions on dates and times (17.4.5). Beyond
// the specification they take every type that has the field asked for.
func addDateFunctions() {
	field := func(types uint, get func(f *frame, d xsd.DateTime) encoded.Term) function {
		return function{min: 1, max: 1, flags: stringy_, apply: func(f *frame, a []encoded.Term) encoded.Term {
			d := f.dateOf(a[0])
			if types>>d.Type&1 == 0 {
				return encoded.Undefined
			}
			return get(f, d)
		}}
	}
	integer := func(n int64) encoded.Term {
		id, _ := encoded.InlineInteger(n)
		return id
	}
	// Year, month and day of an inline date are read from its bits; get is asked for
	// one of them.
	civil := func(types uint, get func(year int64, month, day int) (n int64, has bool)) function {
		fn := field(types, func(_ *frame, d xsd.DateTime) encoded.Term {
			n, _ := get(d.Year, d.Month, d.Day)
			return integer(n)
		})
		other := fn.apply
		fn.apply = func(f *frame, a []encoded.Term) encoded.Term {
			year, month, day, ok := a[0].Civil()
			if !ok {
				return other(f, a)
			}
			if n, has := get(year, month, day); has {
				return integer(n)
			}
			return encoded.Undefined
		}
		return fn
	}
	of := func(types ...xsd.DateTimeType) (set uint) {
		for _, t := range types {
			set |= 1 << t
		}
		return set
	}
	all := of(xsd.DateTimeKind, xsd.Date, xsd.Time, xsd.GYear, xsd.GYearMonth, xsd.GMonth, xsd.GMonthDay, xsd.GDay)
	clock := of(xsd.DateTimeKind, xsd.Time)
	functions["YEAR"] = civil(of(xsd.DateTimeKind, xsd.Date, xsd.GYear, xsd.GYearMonth), func(year int64, _, _ int) (int64, bool) { return year, true })
	functions["MONTH"] = civil(of(xsd.DateTimeKind, xsd.Date, xsd.GYearMonth, xsd.GMonth, xsd.GMonthDay), func(_ int64, month, _ int) (int64, bool) { return int64(month), month > 0 })
	functions["DAY"] = civil(of(xsd.DateTimeKind, xsd.Date, xsd.GMonthDay, xsd.GDay), func(_ int64, _, day int) (int64, bool) { return int64(day), day > 0 })
	functions["HOURS"] = field(clock, func(_ *frame, d xsd.DateTime) encoded.Term { return integer(int64(d.Hour)) })
	functions["MINUTES"] = field(clock, func(_ *frame, d xsd.DateTime) encoded.Term { return integer(int64(d.Minute)) })
	functions["SECONDS"] = field(clock, func(f *frame, d xsd.DateTime) encoded.Term {
		return f.newTerm(graph.Literal(d.Second.Plain(), graph.XSDDecimal))
	})
	functions["TZ"] = field(all, func(f *frame, d xsd.DateTime) encoded.Term { return f.newString(d.ZoneString()) })
	functions["TIMEZONE"] = field(all, func(f *frame, d xsd.DateTime) encoded.Term {
		if !d.HasZone() {
			return encoded.Undefined
		}
		u := xsd.Duration{Type: xsd.DayTimeDuration, Seconds: xsd.Int(int64(d.Zone) * 60)}
		return f.newTerm(graph.Literal(u.String(), graph.XSDDayTimeDuration))
	})
	functions["NOW"] = function{flags: stringy_, apply: func(f *frame, _ []encoded.Term) encoded.Term {
		return f.newDate(xsd.DateTimeOf(f.env.Now))
	}}
	// ADJUST(date or time[, zone]) is fn:adjust-dateTime-to-timezone and its kin; the one-argument form
	// takes the zone away. Its zone is an xsd:dayTimeDuration.
	functions["ADJUST"] = function{min: 1, max: 2, flags: stringy_, apply: func(f *frame, a []encoded.Term) encoded.Term {
		d := f.dateOf(a[0])
		if d.Type != xsd.DateTimeKind && d.Type != xsd.Date && d.Type != xsd.Time {
			return encoded.Undefined
		}
		zone := xsd.NoZone
		if len(a) == 2 {
			l := f.literal(a[1])
			minutes, rest, err := l.duration.Seconds.QuoRem(xsd.Int(60))
			n, ok := minutes.Int64()
			if l.class != duration || l.duration.Months != 0 || err != nil || rest.Sign() != 0 || !ok || n < -840 || n > 840 {
				return encoded.Undefined
			}
			zone = int(n)
		}
		return f.newDate(d.Adjust(zone))
	}}
}
