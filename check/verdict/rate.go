package verdict

import "check_pop3x/check/report"

// retrRate is how fast a message came, in octets a second.
func retrRate(r *report.Report, _ Limits) []Metric {
	if r.Mailbox == nil || r.Mailbox.Retrieved == nil || r.Mailbox.Retrieved.Time <= 0 {
		return nil
	}
	got := r.Mailbox.Retrieved
	return []Metric{{Label: "retr_rate", Value: float64(got.Octets) / got.Time.Seconds(), Min: new(float64)}}
}
