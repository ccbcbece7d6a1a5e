package render

import (
	"strings"
	"testing"
	"time"

	"check_pop3x/check/report"
)

// What is left of a pause is rounded up: a run at that moment tries.
func TestRefused(t *testing.T) {
	start := time.Date(2026, 11, 21, 10, 0, 0, 500e6, time.UTC)
	for _, c := range []struct {
		count      int
		last, next time.Duration // from the start
		login      report.Login
		want       string
	}{
		{1, 20 * time.Millisecond, 0, report.Login{}, "refused 1 time"},
		{3, 20 * time.Millisecond, 15*time.Minute + 20*time.Millisecond, report.Login{Source: "pw"}, "refused 3 times; next try in 15 min, or when the password changes"},
		{3, -4*time.Minute - 500*time.Millisecond, 11*time.Minute - 500*time.Millisecond, report.Login{Source: "pw"}, "refused 3 times, last 4 min ago; next try in 11 min, or when the password changes"},
		{3, -30*time.Minute - 500*time.Millisecond, 0, report.Login{}, "refused 3 times, last 30 min ago"},
		{12, -1500 * time.Millisecond, 500 * time.Millisecond, report.Login{Source: "file", Token: true}, "refused 12 times, last 1 s ago; next try in 1 s, or when the token changes"},
		{4, -90 * time.Second, 119500 * time.Millisecond, report.Login{Mechanism: "EXTERNAL"}, "refused 4 times, last 90 s ago; next try in 119 s, or when the certificate changes"},
		{4, -23 * time.Hour, 3*time.Hour + time.Second, report.Login{Source: "pw"}, "refused 4 times, last 23 h ago; next try in 4 h, or when the password changes"},
	} {
		r := &report.Report{Start: start, Login: &c.login, Refusals: &report.Refusals{Count: c.count, Last: start.Add(c.last)}}
		if c.next > 0 {
			r.Refusals.Next = start.Add(c.next)
		}
		if got := refused(r); got != c.want {
			t.Errorf("%s\nwant %s", got, c.want)
		}
	}
}

func TestLoginDelay(t *testing.T) {
	for capabilities, want := range map[string]string{
		"":                      lessOften,
		"TOP,LOGIN-DELAY 180":   "the server asks for 180 s between logins; " + lessOften,
		"login-delay 0090 USER": "the server asks for 90 s between logins; " + lessOften,
		"LOGIN-DELAY":           lessOften,
		"LOGIN-DELAY 0":         lessOften,
		"LOGIN-DELAY -1":        lessOften,
		"LOGIN-DELAY x,LOGIN-DELAY 99999999999999999999": lessOften,
	} {
		got := loginDelay(cause{report: &report.Report{Capabilities: strings.Split(capabilities, ",")}})
		if got != want {
			t.Errorf("%q: %s, want %s", capabilities, got, want)
		}
	}
}
