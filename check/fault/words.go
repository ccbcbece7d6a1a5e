package fault

import (
	"fmt"
	"strings"
	"time"
)

// Span is d in the largest unit that it has one of, rounded down: "3 days".
func Span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= day:
		return Count(int(d/day), "day")
	case d >= time.Hour:
		return Count(int(d/time.Hour), "hour")
	}
	return Count(int(d/time.Minute), "minute")
}

// Left is what is left of a life, rounded down: "29 days", and hours if there are
// fewer than two days.
func Left(d time.Duration) string {
	const day = 24 * time.Hour
	if d < 2*day {
		return Count(int(d/time.Hour), "hour")
	}
	return Count(int(d/day), "day")
}

// Expires says for how long something lasts, or since when it does not.
func Expires(left time.Duration) string {
	const day = 24 * time.Hour
	if left < 0 {
		return "expired " + Count(int((day-1-left)/day), "day") + " ago"
	}
	return "expires in " + Left(left)
}

// Age is d for people: two digits are enough to act on, "36 h", "3.2 days", "1061 days".
func Age(d time.Duration) string {
	const day = 24 * time.Hour
	switch d = max(d, 0); {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 2*day:
		return fmt.Sprintf("%d h", d/time.Hour)
	case d >= 10*day:
		return Count(int(d/day), "day")
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(d)/float64(day)), ".0") + " days"
}

// Elapsed is d for people in two units, rounded down: "4 min 12 s", "3 days 4 h".
func Elapsed(d time.Duration) string {
	const day = 24 * time.Hour
	two := func(n time.Duration, unit string, rest time.Duration, less string) string {
		if rest == 0 {
			return fmt.Sprintf("%d %s", n, unit)
		}
		return fmt.Sprintf("%d %s %d %s", n, unit, rest, less)
	}
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return two(d/time.Minute, "min", d%time.Minute/time.Second, "s")
	case d < day:
		return two(d/time.Hour, "h", d%time.Hour/time.Minute, "min")
	case d < 2*day:
		return two(1, "day", d%day/time.Hour, "h")
	}
	return two(d/day, "days", d%day/time.Hour, "h")
}

// Duration is d for people: three digits are enough, "246 ms".
func Duration(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	switch {
	case d%time.Second == 0:
		return fmt.Sprintf("%d s", d/time.Second)
	case ms < 0.05:
		return fmt.Sprintf("%.3f ms", max(ms, 0.001)) // never 0, which no time is
	case ms < 9.95 && d%time.Millisecond != 0:
		return fmt.Sprintf("%.1f ms", ms)
	case ms < 999.5:
		return fmt.Sprintf("%.0f ms", ms)
	case ms < 9995:
		return fmt.Sprintf("%.2f s", ms/1000)
	}
	return fmt.Sprintf("%.1f s", ms/1000)
}

// TimeOfDay is a time for people, in the time zone of now: "03:15", with its day if
// that is long ago.
func TimeOfDay(t, now time.Time) string {
	const recent = 18 * time.Hour
	if t = t.In(now.Location()); now.Sub(t).Abs() < recent {
		return t.Format("15:04")
	}
	return t.Format("Jan 2, 15:04")
}

// Count is a number of things: "1 day", "2 days".
func Count[N int | int64](n N, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// JoinAnd joins names as a sentence does: "a, b and c".
func JoinAnd(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// maxListed is how many names JoinFirst shows.
const maxListed = 5

// JoinFirst joins the first five names by commas and counts the others.
func JoinFirst(names []string) string {
	shown := names[:min(len(names), maxListed)]
	if more := len(names) - len(shown); more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(shown, ", "), more)
	}
	return strings.Join(shown, ", ")
}
