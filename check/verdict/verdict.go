package verdict

import (
	"slices"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// Limits are what a check is judged by.
type Limits struct {
	Timeout        time.Duration         // the whole budget, max of the metric time
	States         map[fault.Kind]Status // instead of the default of the kind
	Metrics        map[string]Limit      // by label
	Certificate    *CertificateLimit     // what has to be left of certificates' lives; nil: nothing
	Authentication bool                  // the newest message has to pass methods: --require-auth
	Match          bool                  // some messages are looked for: --match

	areOK int64 // of the addresses, once each is judged
}

// A Verdict is a judged Report.
type Verdict struct {
	Status   Status
	Report   *report.Report
	Findings []Finding // in the order of the report, then exceeded limits
	Metrics  []Metric
	Parts    []Verdict // of a check of each address: one an address, as in the report
	Skipped  []string  // options whose limits were not reached: a fault ended the session before
}

// A Finding is a fault or an exceeded limit, and the state that it has.
type Finding struct {
	Status Status
	Phase  string
	Fault  *fault.Error // nil for an exceeded limit
	Metric *Metric      // nil for a fault
	Range  *Range       // the limit that was exceeded

	Address string // of which it is, in a check of each address; "": of all

	Options []string // what asked for what could not be judged: "--newest-critical"
}

// Judge gives each finding of r its state; the worst of them is the whole's.
func Judge(r *report.Report, l Limits) Verdict {
	if r.Addresses != nil {
		return l.judgeAddresses(r)
	}
	v := Verdict{Report: r}
	for _, f := range r.Findings {
		v.add(l.judgeFault(f))
	}
	for _, f := range l.judgeCredentials(r) {
		v.add(f)
	}
	metrics := measure(r, l)
	open := l.missing(r, metrics)
	for _, m := range metrics {
		if m.Value.isFinite() {
			v.Metrics = append(v.Metrics, m)
		}
		open = append(open, v.judgeMetric(m)...)
	}
	v.addUnjudged(open, l)
	return v
}

func (v *Verdict) add(f Finding) {
	v.Findings = append(v.Findings, f)
	if worse(f.Status, v.Status) {
		v.Status = f.Status
	}
}

// judgeMetric looks at critical before warning, so that one value is reported
// once. It returns the limits that nobody can judge.
func (v *Verdict) judgeMetric(m Metric) (open []unjudged) {
	if m.Partial {
		return nil
	}
	for _, limit := range []struct {
		status Status
		option string
		*Range
	}{{Critical, m.Row.Critical, m.Critical}, {Warning, m.Row.Warning, m.Warning}} {
		switch alerts, known := m.alerts(limit.Range); {
		case !known:
			open = append(open, unjudged{m.Row.doubt(v.Report), m.Row.What, "--" + limit.option})
		case alerts:
			v.add(Finding{Status: limit.status, Phase: m.Phase, Metric: &m, Range: limit.Range})
			return open
		}
	}
	return open
}

// Remedy returns what to look at after a limit was exceeded.
func (f Finding) Remedy() string {
	switch row := f.Metric.Row; {
	case f.Metric.Read > 0:
		return readAll
	case !f.Range.IsAbove(f.Metric.Value):
		return row.Low
	case row.HighFor != nil:
		return row.HighFor(*f.Metric)
	default:
		return row.High
	}
}

// alerts reports whether a limit is exceeded, and whether that is known.
func (m Metric) alerts(r *Range) (alerts, known bool) {
	switch {
	case m.Exact != nil:
		return r.Alerts(*m.Exact), true
	case m.Between == nil:
		return r.Alerts(m.Value), true
	}
	return r.AlertsBetween(m.Between[0], m.Between[1])
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

// Kinds returns what the findings of the whole's state are about, each once, in
// order: kinds of faults, and metrics whose limits are exceeded. That a phase took
// long is the same as that all did.
func (v Verdict) Kinds() (kinds []string) {
	for _, f := range v.Worst() {
		switch {
		case f.Fault != nil:
			kinds = append(kinds, string(f.Fault.Kind))
		case f.Metric.Phase != "":
			kinds = append(kinds, wholeTime.Label)
		default:
			kinds = append(kinds, f.Metric.Label)
		}
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
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
