package verdict

import (
	"fmt"
	"math"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

var messages = Row{
	Label: "messages", Unit: Count,
	Help:       "Number of messages in the mailbox.",
	Prometheus: "pop3_messages",
	Warning:    "messages-warning", Critical: "messages-critical",
	Words: func(m Metric) string { return fault.Count(m.Value.Int(), "message") },
	value: func(r *report.Report, _ Limits) []Metric {
		if r.Mailbox == nil {
			return nil
		}
		return count(Whole(r.Mailbox.Messages))
	},
}

var size = Row{
	Label: "size", Unit: Bytes,
	Help:       "Size of the mailbox in octets.",
	Prometheus: "pop3_mailbox_bytes",
	Warning:    "size-warning", Critical: "size-critical",
	Words: func(m Metric) string { return "size " + fault.Count(m.Value.Int(), "octet") },
	value: func(r *report.Report, _ Limits) []Metric {
		if r.Mailbox == nil {
			return nil
		}
		return count(Whole(r.Mailbox.Octets))
	},
}

var oldestAge = Row{
	Label: "oldest_age", Unit: Age,
	Help:       "Time at which the oldest message arrived, in seconds since 1970.",
	Prometheus: "pop3_oldest_message_timestamp_seconds",
	Moment:     func(r *report.Report) *time.Time { return headers(r).Oldest },
	Warning:    "oldest-warning", Critical: "oldest-critical",
	Words: func(m Metric) string { return "the oldest message is " + old(m) },
	value: func(r *report.Report, _ Limits) []Metric { return since(headers(r).Oldest, r.Start) },
}

// newestAge counts as longer ago than any limit if nothing matches: nobody is
// told that the report came in when there is none.
var newestAge = Row{
	Label: "newest_age", Unit: Age,
	Help:       "Time at which the newest message arrived, in seconds since 1970.",
	Prometheus: "pop3_newest_message_timestamp_seconds",
	Moment:     func(r *report.Report) *time.Time { return headers(r).Newest },
	Warning:    "newest-warning", Critical: "newest-critical",
	Words: func(m Metric) string {
		if !m.Value.isFinite() {
			return "no matching message"
		}
		return "the newest message is " + old(m)
	},
	value: func(r *report.Report, _ Limits) []Metric {
		h := headers(r)
		if h.Newest == nil && h.Matches != nil && *h.Matches == 0 {
			return []Metric{{Value: Real(math.Inf(1))}}
		}
		return since(h.Newest, r.Start)
	},
}

var matches = Row{
	Label: "matches", Unit: Count,
	Help:       "Number of messages that match, of those whose headers were read.",
	Prometheus: "pop3_matching_messages",
	Warning:    "messages-warning", Critical: "messages-critical",
	Words: func(m Metric) string { return fault.Count(m.Value.Int(), "matching message") },
	value: func(r *report.Report, _ Limits) []Metric {
		if h := headers(r); h.Matches != nil {
			return count(Whole(*h.Matches))
		}
		return nil
	},
}

var retrievalRate = Row{
	Label: "retr_rate", Unit: Count,
	Help:       "Octets per second while a message was read.",
	Prometheus: "pop3_retrieval_bytes_per_second",
	Words:      func(m Metric) string { return fmt.Sprintf("%.0f octets/s", m.Value.Float()) },
	value: func(r *report.Report, _ Limits) []Metric {
		if r.Mailbox == nil || r.Mailbox.Retrieved == nil || r.Mailbox.Retrieved.Time <= 0 {
			return nil
		}
		got := r.Mailbox.Retrieved
		return count(Real(float64(got.Octets) / got.Time.Seconds()))
	},
}

// headers is what TOP showed; nothing if the server has no TOP.
func headers(r *report.Report) report.Headers {
	if r.Mailbox == nil || r.Mailbox.Headers == nil {
		return report.Headers{}
	}
	return *r.Mailbox.Headers
}

// since is an age in whole seconds. Clocks differ: what comes from the future
// came just now.
func since(then *time.Time, now time.Time) []Metric {
	if then == nil {
		return nil
	}
	return count(Whole(int64(max(now.Sub(*then), 0) / time.Second)))
}

func old(m Metric) string { return fault.Age(time.Duration(m.Value.Int())*time.Second) + " old" }
