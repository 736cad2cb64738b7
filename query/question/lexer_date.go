package question

var months = []string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}

func monthOf(key string) int {
	if len(key) < 3 {
		return 0
	}
	for i, m := range months {
		if m == key || m[:3] == key || key == "sept" && i == 8 {
			return i + 1
		}
	}
	return 0
}

func isYear(key string) bool {
	return len(key) == 4 && allDigits(key) && (key[0] == '1' || key[0] == '2')
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// dateAt reads a date that is more or less than a year: "2004-05-01", "1 May
// 2004", "May 1, 2004", "May 2004", "1990s".
func dateAt(words []word, i int) (int, reading, bool) {
	key := func(k int) string {
		if i+k < len(words) {
			return words[i+k].Key
		}
		return ""
	}
	day := func(s string) (string, bool) {
		if !allDigits(s) || len(s) > 2 {
			return "", false
		}
		if len(s) == 1 {
			s = "0" + s
		}
		return s, s > "00" && s < "32"
	}
	two := func(m int) string { return string([]byte{'0' + byte(m/10), '0' + byte(m%10)}) }
	date := func(n int, text string) (int, reading, bool) {
		s, ok := spanOf(text)
		return n, reading{class: classDate, value: "date:" + text, span: s}, ok
	}
	k := key(0)
	switch {
	case len(k) == 10 && k[4] == '-' && k[7] == '-', len(k) == 7 && k[4] == '-':
		return date(1, k)
	case isYear(k) && k[3] == '0' && key(1) == "s" && words[i+1].Start == words[i].End:
		return 2, reading{class: classDate, value: "date:" + k + "s", span: span{k, k[:3] + "9-12-31", k + "s"}}, true
	case monthOf(k) > 0 && isYear(key(1)):
		return date(2, key(1)+"-"+two(monthOf(k)))
	case monthOf(k) > 0:
		d, ok := day(key(1))
		n := 2
		if !ok {
			break
		}
		if t := key(n); t == "st" || t == "nd" || t == "rd" || t == "th" {
			n++
		}
		if key(n) == "," {
			n++
		}
		if isYear(key(n)) {
			return date(n+1, key(n)+"-"+two(monthOf(k))+"-"+d)
		}
	default:
		d, ok := day(k)
		if !ok {
			break
		}
		n := 1
		if t := key(n); t == "st" || t == "nd" || t == "rd" || t == "th" {
			n++
		}
		if key(n) == "of" {
			n++
		}
		if m := monthOf(key(n)); m > 0 && isYear(key(n+1)) {
			return date(n+2, key(n+1)+"-"+two(m)+"-"+d)
		}
	}
	return 0, reading{}, false
}

// span is a stretch of days, both ends included, as ISO text: From is the
// text as it was written ("1990", "1990-05"), To the last day.
type span struct{ From, To, Said string }

// spanOf makes the span of a year, a month or a day.
func spanOf(text string) (span, bool) {
	switch len(text) {
	case 4:
		return span{text, text + "-12-31", text}, isYear(text)
	case 7:
		if m := text[5:]; m < "01" || m > "12" {
			return span{}, false
		}
		return span{text, text + "-31", text}, true
	case 10:
		if m, d := text[5:7], text[8:]; m < "01" || m > "12" || d < "01" || d > "31" {
			return span{}, false
		}
		return span{text, text, text}, true
	}
	return span{}, false
}
