package xsd

// DaysFromCivil returns the days from 1970-01-01 to a date of the proleptic
// Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level Date
// Algorithms").
func DaysFromCivil(year int64, month, day int) int64 {
	if month <= 2 {
		year--
	}
	era := floorDiv(year, 400)
	yoe := year - era*400
	doy := int64((153*((month+9)%12)+2)/5 + day - 1)
	return era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468
}

// CivilFromDays returns the date that is so many days after 1970-01-01; it is the
// inverse of [DaysFromCivil]. Within an era of 400 years, which begins in March, it
// multiplies and shifts where others divide (Neri and Schneider, "Euclidean affine functions
// and their application to calendar algorithms", 2023).
func CivilFromDays(days int64) (year int64, month, day int) {
	days += 719468
	era := floorDiv(days, 146097)
	n := 4*uint32(days-era*146097) + 3
	century := n / 146097
	product := 2939745 * uint64(4*(n%146097/4)+3)
	doy := uint32(product) / 2939745 / 4
	n = 2141*doy + 197913
	year = era*400 + int64(century)*100 + int64(product>>32)
	month, day = int(n>>16), int(n&0xffff/2141)+1
	if doy >= 306 { // January and February end the year that began in March
		year, month = year+1, month-12
	}
	return year, month, day
}

func daysIn(year int64, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}
