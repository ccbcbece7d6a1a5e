package render

import (
	"strings"
	"testing"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// A submission server is not blamed for the time that the session before it took.
func TestLittleTimeWasLeft(t *testing.T) {
	for name, c := range map[string]struct {
		within, budget time.Duration // budget is the phase's own
		problem        fault.Problem
		want           string
	}{
		"much":              {9 * time.Second, 0, fault.SendSlow, "; look at its load and log [send]"},
		"little":            {time.Second, 0, fault.SendSlow, "; try a longer -t: little time was left [send]"},
		"little at once":    {time.Second, 0, fault.SendSilent, "; try a longer -t: little time was left [send]"},
		"as much as wanted": {time.Second, time.Second, fault.SendSilent, "; check the port of --send-via: 465 wants --send-tls, firewalls block 25 [send]"},
	} {
		r := broke("send", &fault.Error{Kind: fault.Send, Within: c.within, Who: "mx.example.org:587", Problem: c.problem})
		r.Time, r.Complete = new(time.Millisecond), true
		r.Phases = []report.Phase{{Name: "send", Time: c.within, Budget: c.budget, Failed: true}}
		if got := text(r, verdict.Limits{Timeout: 10 * time.Second}, Options{}); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s", name, got)
		}
	}
}
