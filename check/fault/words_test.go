package fault

import (
	"testing"
	"time"
)

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 minutes", time.Minute: "1 minute", 59 * time.Minute: "59 minutes",
		time.Hour: "1 hour", 23 * time.Hour: "23 hours", 24 * time.Hour: "1 day", 400 * 24 * time.Hour: "400 days",
	} {
		if got := Span(d); got != want {
			t.Errorf("%v: %s", d, got)
		}
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", time.Nanosecond: "0.001 ms", 25 * time.Microsecond: "0.025 ms", 60 * time.Microsecond: "0.1 ms", 500 * time.Microsecond: "0.5 ms", time.Millisecond: "1 ms", 1234 * time.Microsecond: "1.2 ms",
		9 * time.Millisecond: "9 ms", 34211 * time.Microsecond: "34 ms", 999 * time.Millisecond: "999 ms", time.Second: "1 s",
		1500 * time.Millisecond: "1.50 s", 3 * time.Second: "3 s", 10 * time.Second: "10 s", 10211 * time.Millisecond: "10.2 s",
		30 * time.Second: "30 s", 90 * time.Second: "90 s", 24 * time.Hour: "86400 s",
	} {
		if got := Duration(d); got != want {
			t.Errorf("%v: got %s, want %s", d, got, want)
		}
	}
}

func TestAge(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0 s", 0: "0 s", 119 * time.Second: "119 s", 2 * time.Minute: "2 min", 119 * time.Minute: "119 min", 2 * time.Hour: "2 h",
		47 * time.Hour: "47 h", 48 * time.Hour: "2 days", 76 * time.Hour: "3.2 days", 239 * time.Hour: "10 days", 240 * time.Hour: "10 days", 263 * time.Hour: "10 days", 25476 * time.Hour: "1061 days",
	} {
		if got := Age(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}

func TestElapsed(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", 59*time.Second + time.Millisecond: "59 s", time.Minute: "1 min", 252 * time.Second: "4 min 12 s", 3600 * time.Second: "1 h",
		7260 * time.Second: "2 h 1 min", 25 * time.Hour: "1 day 1 h", 72 * time.Hour: "3 days", 76*time.Hour + 59*time.Minute: "3 days 4 h",
	} {
		if got := Elapsed(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}
