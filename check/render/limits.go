package render

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// limits tells which limits are exceeded, the worst first, each with what to look
// at then. Those with the same remedy stand together before it.
func (p page) limits() []string {
	if p.Parts != nil {
		return p.limitsByAddress()
	}
	var parts []string
	for rest := p.toldLimits(); len(rest) > 0; {
		try := rest[0].Remedy()
		var others []verdict.Finding
		facts, separator := "", ""
		for _, f := range rest {
			if f.Remedy() != try {
				others = append(others, f)
				continue
			}
			slow := p.slowPhases(f)
			facts += separator + exceeded(f) + slow
			if separator = ", "; slow != "" {
				separator = "; "
			}
		}
		parts, rest = append(parts, facts, try), others
	}
	return parts
}

// toldLimits are the exceeded limits that are worth a word in the line: all of
// them, the worst first, or beside a fault that ended the session those of its
// state.
func (p page) toldLimits() (all []verdict.Finding) {
	expired := slices.ContainsFunc(p.Worst(), tellsExpiry)
	for _, worst := range []bool{true, false} {
		for _, f := range p.Findings {
			switch {
			case f.Metric == nil, (f.Status == p.Status) != worst, !worst && !p.Report.Complete, tellsDays(f) && expired:
			default:
				all = append(all, f)
			}
		}
	}
	return all
}

// exceeded says which limit a value is beyond.
func exceeded(f verdict.Finding) string {
	return f.Metric.Row.Words(*f.Metric, f.Range) + " (" + state(f) + " " + f.Range.Exceeded(f.Metric.Value) + ")"
}

// inTries says how often TCP asked for a connection that was slow; "" is once, or
// not known.
func (p page) inTries(phase string) string {
	for _, a := range p.Report.Attempts {
		if phase == "connect" && a.Error == "" && a.Tries > 1 {
			return fmt.Sprintf(" in %d tries", a.Tries)
		}
	}
	return ""
}

// slowPhases tells where the time of a check went that took too long, unless
// another limit tells it, or that of a message.
func (p page) slowPhases(f verdict.Finding) string {
	if !f.Range.IsAbove(f.Metric.Value) {
		return ""
	}
	if tries := p.inTries(f.Phase); tries != "" {
		return ":" + tries
	}
	if late := f.Metric.Late; late != nil {
		return ", " + late.Not
	}
	if leg := f.Metric.Leg; leg != nil {
		return ", " + fault.Elapsed(leg.Time) + " of it " + between(leg)
	}
	var all []string
	for _, s := range f.Metric.Slow {
		told := slices.ContainsFunc(p.toldLimits(), func(other verdict.Finding) bool { return other.Phase == s.Phase })
		if !told && s.Time >= time.Millisecond/2 {
			all = append(all, s.Phase+" "+fault.Duration(s.Time)+p.inTries(s.Phase))
		}
	}
	if len(all) == 0 {
		return ""
	}
	return ": " + strings.Join(all, ", ")
}

// between says between which servers a message was.
func between(leg *report.Leg) string {
	switch leg.From {
	case "":
		return "between its Date and " + leg.To
	case leg.To:
		return "at " + leg.To
	}
	return "between " + leg.From + " and " + leg.To
}

// tells reports whether a limit in the line tells the value of a metric.
func (p page) tells(label string) bool {
	return slices.ContainsFunc(p.toldLimits(), func(f verdict.Finding) bool { return f.Metric.Label == label })
}

// tellsExpiry reports whether a finding says that a certificate has expired.
func tellsExpiry(f verdict.Finding) bool { return f.Fault != nil && f.Fault.Problem == fault.Expired }

// tellsDays reports whether a finding says how long the certificate lasts.
func tellsDays(f verdict.Finding) bool { return f.Metric != nil && f.Metric.Label == "cert_days" }
