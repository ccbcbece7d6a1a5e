package render

import (
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// late says that nobody answered in time.
func late(f verdict.Finding, phases []report.Phase) string {
	return "no answer " + within(f, phases)
}

// within says which budget ran out: one that other phases had used up is not
// blamed on the phase that it ended.
func within(f verdict.Finding, phases []report.Phase) string {
	all := fault.Duration(f.Fault.Within)
	if took, ok := timeOf(phases, f.Phase); ok && took < f.Fault.Within/2 {
		all = "the " + fault.Duration(took) + " that were left of " + all
	}
	if f.Fault.Who != "" {
		all += " from " + fault.Shorten(f.Fault.Who, maxText)
	}
	return "within " + all
}

// timeOf is the time of a phase that ran.
func timeOf(phases []report.Phase, name string) (time.Duration, bool) {
	for _, ph := range phases {
		if ph.Name == name {
			return ph.Time, true
		}
	}
	return 0, false
}
