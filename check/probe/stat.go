package probe

import (
	"context"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// stat asks how much is in the mailbox (RFC 1939, section 5).
func (s *session) stat(context.Context) error {
	messages, octets, err := s.pop.Stat()
	if err != nil {
		return err
	}
	s.report.Mailbox = &report.Mailbox{Messages: messages, Octets: octets}
	if messages == 0 {
		s.find("stat", fault.New(fault.Empty, "the mailbox is empty"))
		s.noHeaders()
	}
	return nil
}

// noHeaders notes that nothing matches where nothing is.
func (s *session) noHeaders() {
	if len(s.plan.Mailbox.Match) > 0 {
		s.report.Mailbox.Headers = &report.Headers{Matches: new(int64)}
	}
}
