package verdict

import (
	"fmt"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// What to look at if there are too many messages, or too few.
const (
	isFetched   = "is what fetches this mail running? see its log"
	isDelivered = "is mail delivered? look at the MTA's queue and log"
	whoDeletes  = "find out who deletes or moves mail there"
)

// howMany is a number of things, of which there may be none.
func howMany(n int64, thing string) string {
	if n == 0 {
		return "no " + thing
	}
	return fault.Count(n, thing)
}

var messages = Row{
	Label: "messages", What: "the number of messages", Unit: Count,
	Help:       "Number of messages in the mailbox.",
	Prometheus: "pop3_messages",
	Warning:    "messages-warning", Critical: "messages-critical",
	Words: func(m Metric, _ *Range) string { return howMany(m.Value.Int(), "message") },
	High:  isFetched, Low: isDelivered,
	value: func(r *report.Report, _ Limits) []Metric {
		if r.Mailbox == nil {
			return nil
		}
		return count(Whole(r.Mailbox.Messages))
	},
}

var size = Row{
	Label: "size", What: "the size of the mailbox", Unit: Bytes,
	Help:       "Size of the mailbox in octets.",
	Prometheus: "pop3_mailbox_bytes",
	Warning:    "size-warning", Critical: "size-critical",
	Words: func(m Metric, limit *Range) string { return "mailbox of " + limit.octets(m.Value) },
	High:  "delete or archive mail, or raise the quota: a full mailbox takes no new mail", Low: whoDeletes,
	value: func(r *report.Report, _ Limits) []Metric {
		if r.Mailbox == nil {
			return nil
		}
		return count(Whole(r.Mailbox.Octets))
	},
}

var retrievalRate = Row{
	Label: "retr_rate", What: "the rate of reading a message", Unit: Count,
	Help:       "Octets per second while a message was read.",
	Prometheus: "pop3_retrieval_bytes_per_second",
	Words:      func(m Metric, _ *Range) string { return fmt.Sprintf("%.0f octets/s", m.Value.Float()) },
	value: func(r *report.Report, _ Limits) []Metric {
		if r.Mailbox == nil || r.Mailbox.Retrieved == nil || r.Mailbox.Retrieved.Time <= 0 {
			return nil
		}
		got := r.Mailbox.Retrieved
		return count(Real(float64(got.Octets) / got.Time.Seconds()))
	},
}
