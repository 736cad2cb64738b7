package xsd

import (
	"testing"
	"time"
)

// TestCivilFromDays compares every day of two eras and days far off with the calendar of
// package time.
func TestCivilFromDays(t *testing.T) {
	check := func(days int64) {
		want := time.Unix(days*86400, 0).UTC()
		year, month, day := CivilFromDays(days)
		if year != int64(want.Year()) || month != int(want.Month()) || day != want.Day() {
			t.Fatalf("day %d is %d-%d-%d, want %v", days, year, month, day, want)
		}
		if back := DaysFromCivil(year, month, day); back != days {
			t.Fatalf("day %d comes back as %d", days, back)
		}
	}
	for days := int64(-200_000); days <= 200_000; days++ {
		check(days)
	}
	for _, days := range []int64{-719529, -719528, -719468, -100_000_000, 100_000_000, -3_000_001, 3_000_001} {
		check(days)
	}
}
