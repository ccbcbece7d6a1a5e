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

// Count is a number of things: "1 day", "2 days".
func Count(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

// maxListed is how many names List shows.
const maxListed = 5

// List joins names by commas, and counts those behind the fifth.
func List(names []string) string {
	shown := names[:min(len(names), maxListed)]
	if more := len(names) - len(shown); more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(shown, ", "), more)
	}
	return strings.Join(shown, ", ")
}
