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
