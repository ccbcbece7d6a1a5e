package maildrop

import (
	"cmp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A date is what the words of a date say, in the order in which they come.
type date struct {
	day, year int // 0: not met yet
	month     time.Month
	clock     time.Duration // since midnight
	offset    time.Duration // of the zone
	timed     bool          // the clock was met
	zoned     bool          // the zone was
	numeric   bool          // it was a number: a name after it says the same
}

// parseDate parses a date of RFC 5322, sections 3.3 and 4.3, and what other
// programs write: no blank behind the comma, names in full, the order of asctime
// or of ISO 8601, an offset with a colon. zoned is false if the date has no time
// zone and is taken for UTC. It reports false for dates before 1970, too: they
// come from clocks that were never set.
func parseDate(text string) (when time.Time, zoned, ok bool) {
	words := strings.FieldsFunc(withoutComments(text), func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	var d date
	for i, word := range words {
		if !d.take(strings.Trim(word, `."`), i == 0) {
			return time.Time{}, false, false
		}
	}
	when = time.Date(d.year, d.month, d.day, 0, 0, 0, 0, time.UTC)
	exists := d.month > 0 && d.timed && when.Day() == d.day && when.Year() == d.year
	return when.Add(d.clock - d.offset), d.zoned, exists && d.year >= 1970
}

// take reads a word. It reports false for one that does not belong to a date. The
// first may be the name of a weekday in any language.
func (d *date) take(word string, first bool) bool {
	month, isMonth := monthOf(word)
	day, clock, hasClock := strings.Cut(strings.ToUpper(word), "T")
	switch {
	case word == "" || isWeekday(word):
		return true
	case isMonth:
		d.month = month
		return true
	case strings.Trim(word, "0123456789") == "":
		return d.takeNumber(word)
	case hasClock && strings.Count(day, "-") == 2: // ISO 8601
		return d.takeDay(day) && d.takeClock(clock)
	case word[0] != '-' && strings.Count(word, "-") == 2 && !strings.Contains(word, ":"):
		return d.takeDay(word)
	case strings.Count(word, "/") == 2:
		return d.takeDay(strings.ReplaceAll(word, "/", "-"))
	case word[0] >= '0' && word[0] <= '9':
		return d.takeClock(strings.ToUpper(word))
	case strings.EqualFold(word, "AM"), strings.EqualFold(word, "PM"):
		return d.takeHalf(strings.ToUpper(word))
	}
	return d.takeZone(word) || (d.numeric || first) && isLetter(word[0])
}

// isLetter reports whether c is a letter, or part of one above ASCII.
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= utf8.RuneSelf }

// isWeekday reports whether a word begins like the English name of a weekday.
func isWeekday(word string) bool {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if len(word) >= 3 && isLetter(word[len(word)-1]) && strings.EqualFold(word[:3], day.String()[:3]) {
			return true
		}
	}
	return false
}

// monthOf returns the month of an English name, short or in full.
func monthOf(name string) (time.Month, bool) {
	for m := time.January; m <= time.December; m++ {
		if len(name) >= 3 && len(name) <= len(m.String()) && strings.EqualFold(name, m.String()[:len(name)]) {
			return m, true
		}
	}
	return 0, false
}

// takeNumber reads a day or a year. Years of two and three digits are those of RFC
// 5322, section 4.3.
func (d *date) takeNumber(digits string) bool {
	n, err := strconv.Atoi(digits)
	switch {
	case err != nil || len(digits) > 4 || n == 0 && d.day == 0:
		return false
	case len(digits) <= 2 && d.day == 0:
		d.day = n
		return true
	case d.year != 0:
		return false
	case len(digits) == 4:
		d.year = n
	case len(digits) == 3 || n >= 50:
		d.year = 1900 + n
	default:
		d.year = 2000 + n
	}
	return true
}

// takeDay reads 2006-01-02, or 02-Jan-2006 of RFC 850. Two numbers before the year
// may be in either order.
func (d *date) takeDay(word string) bool {
	parts := strings.Split(word, "-")
	month, named := monthOf(parts[1])
	if n, err := strconv.Atoi(parts[1]); !named && err == nil && len(parts[0]) == 4 {
		month = time.Month(n)
	}
	d.month = month
	return d.month >= time.January && d.month <= time.December && d.takeNumber(parts[0]) && d.takeNumber(parts[2])
}

// takeClock reads 15:04 or 15:04:05, with a fraction or not, and a zone that may
// follow without a blank.
func (d *date) takeClock(word string) bool {
	end := strings.IndexFunc(word, func(r rune) bool { return !strings.ContainsRune("0123456789:.", r) })
	if end < 0 {
		end = len(word)
	}
	parts, zone := strings.Split(word[:end], ":"), word[end:]
	if d.timed || len(parts) < 2 || len(parts) > 3 {
		return false
	}
	d.timed = true
	for i, limit := range []int{24, 60, 61}[:len(parts)] { // with a leap second
		whole, _, fraction := strings.Cut(parts[i], ".")
		n, err := strconv.Atoi(whole)
		if err != nil || n >= limit || len(whole) > 2 || fraction && i < 2 {
			return false
		}
		d.clock += time.Duration(n) * []time.Duration{time.Hour, time.Minute, time.Second}[i]
	}
	switch zone {
	case "":
		return true
	case "AM", "PM":
		return d.takeHalf(zone)
	}
	return d.takeZone(zone)
}

// takeHalf reads AM or PM, after the clock.
func (d *date) takeHalf(half string) bool {
	hour := d.clock / time.Hour
	switch {
	case !d.timed || hour == 0 || hour > 12:
		return false
	case half == "AM" && hour == 12:
		d.clock -= 12 * time.Hour
	case half == "PM" && hour < 12:
		d.clock += 12 * time.Hour
	}
	return true
}

// takeZone reads a time zone: a name, +0100, +01:00, +01, or GMT+1.
func (d *date) takeZone(word string) bool {
	word = strings.ToUpper(word)
	if hours, known := zoneOf(word); known {
		if !d.zoned {
			d.offset, d.zoned = time.Duration(hours)*time.Hour, true
		}
		return true
	}
	word = strings.TrimPrefix(strings.TrimPrefix(word, "GMT"), "UTC")
	if d.numeric || word == "" || word[0] != '+' && word[0] != '-' {
		return false
	}
	hours, minutes, colon := strings.Cut(word[1:], ":")
	if !colon && len(hours) > 2 {
		hours, minutes = hours[:len(hours)-2], hours[len(hours)-2:]
	}
	h, errHours := strconv.ParseUint(hours, 10, 8)
	m, errMinutes := strconv.ParseUint(cmp.Or(minutes, "0"), 10, 8)
	if errHours != nil || errMinutes != nil || len(hours) > 2 || h > 23 || m > 59 {
		return false
	}
	d.offset, d.zoned, d.numeric = time.Duration(h)*time.Hour+time.Duration(m)*time.Minute, true, true
	if word[0] == '-' {
		d.offset = -d.offset
	}
	return true
}

// zones are the time zones that have a name in RFC 5322, section 4.3, and names
// that belong to one offset only, with their hours. Military zones, of one letter,
// were used in two ways; IST is India, Israel or Ireland.
const zones = " UT=0 GMT=0 UTC=0 Z=0 WET=0 " +
	"AST=-4 ADT=-3 EST=-5 EDT=-4 CST=-6 CDT=-5 MST=-7 MDT=-6 PST=-8 PDT=-7 AKST=-9 AKDT=-8 HST=-10 " +
	"BST=1 WEST=1 CET=1 MET=1 MEZ=1 CEST=2 MEST=2 MESZ=2 EET=2 SAST=2 EEST=3 MSK=3 MSD=4 " +
	"HKT=8 SGT=8 AWST=8 JST=9 KST=9 AEST=10 AEDT=11 NZST=12 NZDT=13 "

// zoneOf returns the hours of a zone that has a name.
func zoneOf(name string) (hours int, known bool) {
	_, rest, found := strings.Cut(zones, " "+name+"=")
	digits, _, _ := strings.Cut(rest, " ")
	hours, err := strconv.Atoi(digits)
	return hours, found && err == nil
}

// withoutComments removes the comments (RFC 5322, section 3.2.2).
func withoutComments(text string) string {
	var b strings.Builder
	depth := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && depth > 0:
			i++
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
			b.WriteByte(' ')
		case depth == 0:
			b.WriteByte(c)
		}
	}
	return b.String()
}
