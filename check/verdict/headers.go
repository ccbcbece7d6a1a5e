package verdict

import (
	"math"
	"time"

	"check_pop3x/check/report"
)

// ages are those of the oldest and the newest message, in whole seconds. Where
// nothing matches, the newest match is longer ago than any limit: nobody is told
// that the report came in when there is none. What is not there is not too old.
func ages(r *report.Report, _ Limits) []Metric {
	h := headers(r)
	if h == nil || h.Missing {
		return nil
	}
	var all []Metric
	if h.Oldest != nil {
		all = append(all, ageOf("oldest_age", r.Start.Sub(*h.Oldest)))
	}
	switch {
	case h.Newest != nil:
		all = append(all, ageOf("newest_age", r.Start.Sub(*h.Newest)))
	case h.Matches != nil && *h.Matches == 0:
		all = append(all, Metric{Label: "newest_age", Value: math.Inf(1)})
	}
	return all
}

// ageOf is a metric. Clocks differ: what comes from the future came just now.
func ageOf(label string, age time.Duration) Metric {
	return Metric{Label: label, Value: math.Floor(max(age, 0).Seconds()), Unit: Age.Suffix, Min: new(float64)}
}

// matches counts the messages that fit what was asked for.
func matches(r *report.Report, _ Limits) []Metric {
	h := headers(r)
	if h == nil || h.Matches == nil {
		return nil
	}
	return []Metric{{Label: "matches", Value: float64(*h.Matches), Min: new(float64)}}
}

func headers(r *report.Report) *report.Headers {
	if r.Mailbox == nil {
		return nil
	}
	return r.Mailbox.Headers
}
