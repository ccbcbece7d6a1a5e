package verdict

import (
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// Limits are what a check is judged by.
type Limits struct {
	Timeout time.Duration         // the whole budget, max of the metric time
	States  map[fault.Kind]Status // instead of the default of the kind
	Metrics map[string]Limit      // by label
}

// A Verdict is a judged Report.
type Verdict struct {
	Status   Status
	Report   *report.Report
	Findings []Finding // in the order of the report, then exceeded limits
	Metrics  []Metric
}

// A Finding is a fault or an exceeded limit, and the state that it has.
type Finding struct {
	Status Status
	Phase  string
	Fault  *fault.Error // nil for an exceeded limit
	Metric *Metric      // nil for a fault
	Range  *Range       // the limit that was exceeded
}

// Judge gives each finding of r its state; the worst of them is the whole's.
func Judge(r *report.Report, l Limits) Verdict {
	v := Verdict{Report: r}
	for _, f := range r.Findings {
		v.add(Finding{Status: l.state(f.Fault.Kind), Phase: f.Phase, Fault: f.Fault})
	}
	for _, m := range measure(r, l) {
		if m.Value.isFinite() {
			v.Metrics = append(v.Metrics, m)
		}
		v.judgeMetric(m)
	}
	return v
}

func (v *Verdict) add(f Finding) {
	v.Findings = append(v.Findings, f)
	if worse(f.Status, v.Status) {
		v.Status = f.Status
	}
}

// judgeMetric looks at critical before warning, so that one value is reported
// once.
func (v *Verdict) judgeMetric(m Metric) {
	switch {
	case m.Partial:
	case m.Critical.Alerts(m.Value):
		v.add(Finding{Status: Critical, Phase: m.Phase, Metric: &m, Range: m.Critical})
	case m.Warning.Alerts(m.Value):
		v.add(Finding{Status: Warning, Phase: m.Phase, Metric: &m, Range: m.Warning})
	}
}

// state is the state of a kind of fault. A kind without a row is a defect.
func (l Limits) state(kind fault.Kind) Status {
	if s, ok := l.States[kind]; ok {
		return s
	}
	if row, ok := Lookup(kind); ok {
		return row.Default
	}
	return Unknown
}

// Worst returns the findings of the whole's state.
func (v Verdict) Worst() []Finding {
	var worst []Finding
	for _, f := range v.Findings {
		if f.Status == v.Status {
			worst = append(worst, f)
		}
	}
	return worst
}
