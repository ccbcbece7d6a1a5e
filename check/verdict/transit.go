package verdict

import (
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

var transit = Row{
	Label: "transit", What: "the transit time", Unit: Age,
	Help:       "Time that the newest message took, from the first server that says when it had it to the last one, in seconds.",
	Prometheus: "pop3_transit_seconds",
	Warning:    "transit-warning", Critical: "transit-critical",
	Words: func(m Metric, _ *Range) string {
		return "newest " + m.Of + "message took " + fault.Elapsed(time.Duration(m.Value.Int())*time.Second)
	},
	HighFor: lookAtQueue, Low: "look at the clocks of the servers on the way; -v shows the hops",
	value: func(r *report.Report, _ Limits) []Metric {
		h := headers(r)
		if h.Transit == nil || h.Transit.Time == nil {
			return nil
		}
		m := count(Whole(int64(*h.Transit.Time / time.Second)))
		m[0].Leg = h.Transit.Slowest
		return ofMatching(h, m)
	},
	doubt: func(r *report.Report) doubt {
		if t := headers(r).Transit; t != nil {
			return doubt{"top", t.Unknown, ""}
		}
		return doubtOf(r, "", nil)
	},
}

// longestInQueue is how long no server keeps mail that it cannot deliver: most give
// up after five days (RFC 5321, section 4.5.4.1).
const longestInQueue = 60 * 24 * time.Hour

// lookAtQueue returns what to look at if a message was slow. It waits where it was
// last seen.
func lookAtQueue(m Metric) string {
	switch {
	case m.Leg == nil:
		return "look at the hops with -v, and at the queues there"
	case m.Leg.Time > longestInQueue:
		return "look at the clocks there: no queue keeps mail that long"
	case m.Leg.From == "":
		return "look at what sent it, and at its clock"
	}
	return "see the queue of " + firstLabel(m.Leg.From)
}

// firstLabel is the first label of a host name: the line has the whole of it. What
// has no letter there is an address, and stays.
func firstLabel(host string) string {
	label, _, _ := strings.Cut(host, ".")
	if strings.ContainsAny(strings.ToLower(label), "abcdefghijklmnopqrstuvwxyz") && !strings.ContainsAny(label, "[:") {
		return label
	}
	return host
}

var hops = Row{
	Label: "hops", Unit: Count,
	Help:       "Number of servers that the newest message came through: its Received headers.",
	Prometheus: "pop3_transit_hops",
	Words:      func(m Metric, _ *Range) string { return fault.Count(m.Value.Int(), "hop") },
	value: func(r *report.Report, _ Limits) []Metric {
		if t := headers(r).Transit; t != nil && len(t.Hops) > 0 {
			return count(Whole(int64(len(t.Hops))))
		}
		return nil
	},
}
