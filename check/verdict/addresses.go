package verdict

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"check_pop3x/check/report"
)

// judgeAddresses judges each address that had a session of its own; the worst of
// them is the whole's.
func (l Limits) judgeAddresses(r *report.Report) Verdict {
	v := Verdict{Report: r}
	for _, f := range r.Findings {
		v.add(l.judgeFault(f))
	}
	for _, f := range l.judgeCredentials(r) {
		v.add(f)
	}
	for _, one := range r.Addresses {
		part := Judge(one, l.at(one))
		v.Parts = append(v.Parts, part)
		if part.Status == OK {
			l.areOK++
		}
		for _, f := range part.Findings {
			f.Address = one.Address
			v.add(f)
		}
		v.skip(part.Skipped...)
	}
	v.Metrics = measure(r, l)
	if r.Login == nil { // so nobody has looked for what is behind a login
		for _, u := range l.missing(r, v.Metrics) {
			v.skip(u.option)
		}
	}
	v.Metrics = slices.DeleteFunc(v.Metrics, func(m Metric) bool { return !m.Value.isFinite() })
	return v
}

// skip adds options whose limits were not reached.
func (v *Verdict) skip(options ...string) {
	for _, option := range options {
		if !slices.Contains(v.Skipped, option) {
			v.Skipped = append(v.Skipped, option)
		}
	}
}

// at is the limits of the session with an address. Without a login they do not have
// what only a login can tell.
func (l Limits) at(r *report.Report) Limits {
	if r.Login != nil {
		return l
	}
	l.Match, l.Metrics = false, maps.Clone(l.Metrics)
	maps.DeleteFunc(l.Metrics, func(label string, _ Limit) bool {
		phase, timed := strings.CutPrefix(label, "time_")
		ran := slices.ContainsFunc(r.Phases, func(p report.Phase) bool { return p.Name == phase })
		return label != wholeTime.Label && !(timed && ran)
	})
	return l
}

var addresses = Row{
	Label: "addresses", What: "the number of addresses", Unit: Count,
	Help:       "Number of addresses that were checked (--addresses all).",
	Prometheus: "pop3_addresses",
	Words:      func(m Metric, _ *Range) string { return fmt.Sprintf("addresses: %d", m.Value.Int()) },
	value: func(r *report.Report, _ Limits) []Metric {
		if r.Addresses == nil {
			return nil
		}
		return count(Whole(int64(len(r.Addresses))))
	},
}

var addressesOK = Row{
	Label: "addresses_ok", What: "the number of addresses that work", Unit: Count,
	Help:       "Number of addresses whose state is OK (--addresses all).",
	Prometheus: "pop3_addresses_ok",
	Words:      func(m Metric, _ *Range) string { return fmt.Sprintf("addresses OK: %d", m.Value.Int()) },
	value: func(r *report.Report, l Limits) []Metric {
		if r.Addresses == nil {
			return nil
		}
		return count(Whole(l.areOK))
	},
}
