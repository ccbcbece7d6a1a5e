package verdict

import (
	"math"
	"time"

	"check_pop3x/check/report"
)

// A Metric is one measured value with its limits.
type Metric struct {
	Label    string // [a-z0-9_], the same at every run
	Phase    string // the phase that was timed; "" for another value
	Value    float64
	Unit     string // "s", "B" or none
	Decimals int
	Limit
	Min, Max *float64
	Of       string // what it is of, for people: a certificate's name
	Partial  bool   // cut short by a fault, which says more than a limit could
}

// A Limit is the two thresholds of a metric; either may be nil.
type Limit struct{ Warning, Critical *Range }

// metrics are the rows that perfdata is made of, in its order. A row whose fact
// was not reached has no metric: engines choke on U.
var metrics = []func(*report.Report, Limits) []Metric{
	wholeTime, phaseTimes, mailbox, ages, certificateDays, matches, retrRate,
}

func wholeTime(r *report.Report, l Limits) []Metric {
	if r.Time == nil {
		return nil
	}
	m := timing("time", *r.Time, l.Timeout)
	m.Partial = !r.Complete
	return []Metric{m}
}

func phaseTimes(r *report.Report, _ Limits) []Metric {
	var all []Metric
	for _, p := range r.Phases {
		m := timing("time_"+p.Name, p.Time, p.Budget)
		m.Phase, m.Partial = p.Name, p.Failed
		all = append(all, m)
	}
	return all
}

// timing is a metric in seconds; a budget of 0 is none.
func timing(label string, d, budget time.Duration) Metric {
	m := Metric{Label: label, Value: d.Seconds(), Unit: Seconds.Suffix, Decimals: 6, Min: new(float64)}
	if budget > 0 {
		m.Max = new(budget.Seconds())
	}
	return m
}

func mailbox(r *report.Report, _ Limits) []Metric {
	if r.Mailbox == nil {
		return nil
	}
	return []Metric{
		{Label: "messages", Value: float64(r.Mailbox.Messages), Min: new(float64)},
		{Label: "size", Value: float64(r.Mailbox.Octets), Unit: Bytes.Suffix, Min: new(float64)},
	}
}

// certificateDays counts whole days that are left, negative once expired.
func certificateDays(r *report.Report, _ Limits) []Metric {
	if r.TLS == nil || r.TLS.Expiry == nil {
		return nil
	}
	days := float64(DaysLeft(r.TLS.Expiry.NotAfter, r.Start))
	return []Metric{{Label: "cert_days", Of: r.TLS.Expiry.Subject, Value: days}}
}

// DaysLeft is the floor of the whole days from now to end.
func DaysLeft(end, now time.Time) int {
	return int(math.Floor(end.Sub(now).Hours() / 24))
}
