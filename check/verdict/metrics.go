package verdict

import (
	"time"

	"check_pop3x/check/report"
)

// A Row says all about a metric: how performance data, Prometheus and people
// call it, which options limit it, and how its value follows from a report.
type Row struct {
	Label    string // in performance data, [a-z0-9_]; "time_PHASE" for one each phase
	What     string // in a sentence: "the age of the newest message"; "" for a phase, which names itself
	Unit     Unit
	Decimals int
	Help     string // a sentence

	// Prometheus is its name there. If Moment is set, the sample is not the value,
	// but the time that an age or days left count from: a file outlives its writer.
	Prometheus string
	Moment     func(*report.Report) *time.Time

	Warning, Critical string // the options that set its limits; "" without

	Words     func(Metric, *Range) string // a value that is beyond a limit, for people: "took 246 ms"
	High, Low string                      // what to look at if a value is too high or too low
	HighFor   func(Metric) string         // High, if it depends on the value; else nil
	value     func(*report.Report, Limits) []Metric
	doubt     func(*report.Report) doubt // why there is no value, or none that is known
}

// rows is the table of metrics, in the order of performance data. A row whose
// fact was not reached has no metric: engines choke on U.
var rows = []*Row{
	&wholeTime, &phaseTime, &messages, &size, &oldestAge, &newestAge, &certificateDays, &matches, &retrievalRate, &transit, &hops, &delivery, &lost,
	&addresses, &addressesOK,
}

// Metrics lists the rows in the order of performance data. They are not to be
// changed.
func Metrics() []*Row { return rows }

// A Metric is one measured value with its limits.
type Metric struct {
	Row   *Row
	Label string // in performance data, the same at every run
	Value Number
	Limit
	Min, Max *float64

	Phase   string      // the phase that was timed; "" for another value
	Of      string      // what it is of, for people: a certificate's name, or "matching "
	Leg     *report.Leg // where a message spent most of its way; nil if that is not known
	Late    *Late       // a probe that has not arrived; nil for another value
	Slow    []Slow      // the phases that took the time
	Partial bool        // cut short by a fault, which says more than a limit could

	Read  int64   // how many messages were read, none of which matches, if there are more; else 0
	Exact *Number // what limits look at, if Value is rounded

	// Between is from where to where the value may be; nil if it is known.
	Between *[2]Number
}

// A Limit is the two thresholds of a metric; either may be nil.
type Limit struct{ Warning, Critical *Range }

// measure lists the metrics of r. One whose value is infinite exceeds limits, but
// is no number to show.
func measure(r *report.Report, l Limits) []Metric {
	var all []Metric
	for _, row := range rows {
		for _, m := range row.value(r, l) {
			m.Row = row
			if m.Label == "" {
				m.Label = m.Row.Label
			}
			if limit, given := l.Metrics[m.Label]; given {
				m.Limit = limit
			}
			all = append(all, m)
		}
	}
	return all
}

// count is a metric that cannot be negative.
func count(value Number) []Metric { return []Metric{{Value: value, Min: new(float64)}} }
