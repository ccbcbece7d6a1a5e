package probe

import (
	"time"

	"check_pop3x/check/report"
)

// send begins to record what becomes of a mail.
func (r *recorder) send(s *report.Send) { r.report.Send = s }

// sendLater records that it was not time to send.
func (r *recorder) sendLater(server string, next time.Time) {
	r.report.Send = &report.Send{Server: server, Next: next}
}

// sent records what the session with the submission server showed.
func (r *recorder) sent(there *recorder) {
	s := r.report.Send
	s.Address, s.TLS, s.Transcript = there.report.Address, there.report.TLS, there.report.Transcript
	for _, f := range there.report.Findings {
		r.find("send", f.Fault)
	}
}
