package probe

import (
	"context"
	"testing"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// TestAPanicInAPhase is a finding like any other: a defect of the plugin, in the
// phase where it showed.
func TestAPanicInAPhase(t *testing.T) {
	defer func(saved []phase) { phases = saved }(phases)
	phases = []phase{{name: "connect", work: inSession(func(*session, context.Context) error { panic("boom\n| x=1") })}}
	r := Run(t.Context(), &Plan{Target: report.Target{Host: "192.0.2.1", Port: 110}, Started: time.Now(), Budget: time.Second})
	if len(r.Findings) != 1 || r.Findings[0].Phase != "connect" || r.Findings[0].Fault.Kind != fault.Internal {
		t.Errorf("found %+v", r.Findings)
	}
	if len(r.Phases) != 1 || !r.Phases[0].Failed || r.Complete {
		t.Errorf("%+v", r)
	}
}
