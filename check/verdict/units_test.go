package verdict

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestParseDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"10": 10 * time.Second, "10s": 10 * time.Second, " 10 ": 10 * time.Second, "1.5": 1500 * time.Millisecond, ".5": 500 * time.Millisecond,
		"500ms": 500 * time.Millisecond, "1m30s": 90 * time.Second, "24h": 24 * time.Hour, "86400": 24 * time.Hour, "1us": time.Microsecond,
		"1ns": time.Nanosecond, "0.000000001": time.Nanosecond, "0.00000000001": time.Nanosecond, "+3": 3 * time.Second, "3.": 3 * time.Second,
	} {
		if got, err := ParseDuration(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{
		"", " ", "0", "0s", "0.0", "-0", "-1", "-5s", "24h1ns", "86401", "25h", "NaN", "Inf", "-inf", "1e1", "1_0", "0x10", "10 s", "10x", "ten",
		"1,5", "s", "10s;", "10\x00", "10:3", "1e309", strings.Repeat("9", 30), strings.Repeat("9", 30) + "h", "\u0661", "0.0000000000000000001",
	} {
		if got, err := ParseDuration(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		} else if !strings.Contains(err.Error(), strconv.Quote(strings.TrimSpace(text))) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// What was typed is what perfdata shows as the maximum: 4.1, not 4.099999999.
func TestParseDurationIsExact(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"4.1": 4100 * time.Millisecond, "4.1s": 4100 * time.Millisecond, "8.2": 8200 * time.Millisecond, "8200ms": 8200 * time.Millisecond,
		"1.001": 1001 * time.Millisecond, "16.9": 16900 * time.Millisecond,
	} {
		if got, err := ParseDuration(text); err != nil || got != want {
			t.Errorf("%q: got %d ns, want %d (%v)", text, got, want, err)
		}
	}
}

// A pause may be 0, in any unit.
func TestParsePause(t *testing.T) {
	for text, want := range map[string]time.Duration{"0": 0, " 0 ": 0, "0s": 0, "0.0": 0, "0h0m": 0, "15m": 15 * time.Minute, "24h": 24 * time.Hour, "1": time.Second} {
		if got, err := ParsePause(text); err != nil || got != want {
			t.Errorf("%q: %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "-1", "-5m", "25h", "soon", "0x0", "NaN"} {
		if got, err := ParsePause(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}
