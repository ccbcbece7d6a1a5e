package report_test

import (
	"testing"
	"time"

	"check_pop3x/check/report"
)

// Whole days, rounded down: a certificate that expired an hour ago has -1.
func TestDaysLeft(t *testing.T) {
	const day = 24 * time.Hour
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	for left, want := range map[time.Duration]int{
		0: 0, time.Second: 0, day - time.Second: 0, day: 1, 30*day + time.Hour: 30, -time.Second: -1, -day: -1, -day - 1: -2,
	} {
		if got := report.DaysLeft(now.Add(left), now); got != want {
			t.Errorf("%v left: %d days", left, got)
		}
	}
}
