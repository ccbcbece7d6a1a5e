package verdict

import (
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

var wholeTime = Row{
	Label: "time", What: "the time of the check", Unit: Seconds, Decimals: 6,
	Help:       "Time of the whole check in seconds, from the first phase to the last byte needed before QUIT.",
	Prometheus: "pop3_duration_seconds",
	Warning:    "warning", Critical: "critical",
	Words:   func(m Metric, _ *Range) string { return "took " + span(m) },
	HighFor: lookAtSlowest, Low: tooFast,
	value: func(r *report.Report, l Limits) []Metric {
		if r.Time == nil {
			return nil
		}
		m := timed(*r.Time, l.Timeout)
		m.Partial, m.Slow = !r.Complete, slowest(*r.Time, r.Phases)
		return []Metric{m}
	},
}

var phaseTime = Row{
	Label: "time_PHASE", Unit: Seconds, Decimals: 6,
	Help:       "Time of each phase that ran in seconds, whether it succeeded or not.",
	Prometheus: "pop3_phase_duration_seconds",
	Warning:    "phase-warning", Critical: "phase-critical",
	Words:   func(m Metric, _ *Range) string { return m.Phase + " took " + span(m) },
	HighFor: func(m Metric) string { return LookAtSlow(m.Phase) }, Low: tooFast,
	value: func(r *report.Report, _ Limits) []Metric {
		var all []Metric
		for _, p := range r.Phases {
			m := timed(p.Time, p.Budget)
			m.Label, m.Phase, m.Partial = "time_"+p.Name, p.Name, p.Failed
			all = append(all, m)
		}
		return all
	},
}

// timed is a metric in seconds; a budget of 0 is none.
func timed(d, budget time.Duration) Metric {
	m := Metric{Value: Real(d.Seconds()), Min: new(float64)}
	if budget > 0 {
		m.Max = new(budget.Seconds())
	}
	return m
}

// span is a value in seconds for people.
func span(m Metric) string {
	return fault.Duration(time.Duration(m.Value.Float() * float64(time.Second)))
}
