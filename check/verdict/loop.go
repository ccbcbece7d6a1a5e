package verdict

import (
	"math"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// A Late is a probe that is out.
type Late struct {
	Of  string        // when it was sent, for people: "03:15"
	For time.Duration // how long ago that is
	Not string        // of the probes that arrived the last one, for people: "that of 03:00 came in 4 s"
}

// delivery is the time that a probe took. That a probe is out for longer than a
// limit is no value of it, but exceeds the limit as well.
var delivery = Row{
	Label: "delivery", What: "the time of delivery", Unit: Age,
	Help:       "Time that the newest probe that arrived took, from the sending to the last server, in seconds.",
	Prometheus: "pop3_delivery_seconds",
	Warning:    "delivery-warning", Critical: "delivery-critical",
	Words: func(m Metric, _ *Range) string {
		if m.Late != nil {
			return "probe of " + m.Late.Of + " has not arrived for " + fault.Elapsed(m.Late.For)
		}
		return "probe took " + fault.Elapsed(time.Duration(m.Value.Int())*time.Second)
	},
	HighFor: func(m Metric) string {
		if m.Late != nil {
			return "look for it in the --send-via server's queue and log, then in Junk"
		}
		if m.Leg != nil && m.Leg.From == "" {
			return "compare the clocks of this host and " + firstLabel(m.Leg.To)
		}
		return lookAtQueue(m)
	},
	Low: "look at the clocks of this host and of the servers on the way",
	value: func(r *report.Report, _ Limits) (all []Metric) {
		if r.Loop == nil {
			return nil
		}
		if last := r.Loop.Last; last != nil && last.Time != nil {
			all = count(Whole(int64(*last.Time / time.Second)))
			all[0].Leg = last.Slowest
		}
		return append(all, late(r)...)
	},
	doubt: func(r *report.Report) doubt {
		switch l := r.Loop; {
		case l != nil && l.Missed != "":
			return doubt{"top", l.Missed, fault.NotAllRead}
		case l != nil && l.Last != nil && l.Last.Time == nil:
			return doubt{"top", "the newest probe has no date that can be trusted", ""}
		}
		return doubt{}
	},
}

// late are the oldest probe that is out, and one that may have arrived unseen.
func late(r *report.Report) (all []Metric) {
	seen, missed := false, false
	for _, out := range r.Loop.Out {
		switch {
		case out.Missed && !missed:
			missed = true
			all = append(all, Metric{Value: Real(math.Inf(1)), Between: &[2]Number{Whole(0), Real(math.Inf(1))}})
		case !out.Missed && !seen:
			seen = true
			all = append(all, Metric{Value: Real(math.Inf(1)), Exact: new(ageOf(out.Sent, r.Start)), Late: lateness(r, out.Sent)})
		}
	}
	return all
}

func lateness(r *report.Report, sent time.Time) *Late {
	l := &Late{Of: fault.TimeOfDay(sent, r.Start), For: r.Start.Sub(sent), Not: "none has so far"}
	if last := r.Loop.Last; last != nil {
		l.Not = "that of " + fault.TimeOfDay(last.Sent, r.Start) + " has"
		if last.Time != nil {
			l.Not = "that of " + fault.TimeOfDay(last.Sent, r.Start) + " came in " + fault.Elapsed(*last.Time)
		}
	}
	return l
}

var lost = Row{
	Label: "lost", Unit: Count,
	Help:       "Number of probes that have not arrived for longer than the critical limit, or without one the warning limit.",
	Prometheus: "pop3_lost_probes",
	Words:      func(m Metric, _ *Range) string { return howMany(m.Value.Int(), "lost probe") },
	value: func(r *report.Report, l Limits) []Metric {
		limit := l.Metrics[delivery.Label]
		if limit.Critical != nil {
			limit.Warning = limit.Critical
		}
		if r.Loop == nil || limit.Warning == nil {
			return nil
		}
		n := int64(0)
		for _, out := range r.Loop.Out {
			if !out.Missed && limit.Warning.Alerts(ageOf(out.Sent, r.Start)) {
				n++
			}
		}
		return count(Whole(n))
	},
}
