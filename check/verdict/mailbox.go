package verdict

import (
	"fmt"

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
