package probe

import (
	"context"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/maildrop"
	"check_pop3x/check/report"
)

// retr reads a message and compares its length with what LIST says of it. It is
// not sent where the server deletes what was read.
func (s *session) retr(ctx context.Context) error {
	if err := s.mayRetrieve(ctx); err != nil {
		return err
	}
	message := s.plan.Mailbox.Retr
	if message == 0 {
		message = s.newest()
	}
	listed, err := s.pop.SizeOf(message)
	if err != nil {
		return err
	}
	start := time.Now()
	body, err := s.pop.Retr(message, s.plan.Mailbox.RetrMax)
	if err != nil {
		return err
	}
	s.report.Mailbox.Retrieved = &report.Retrieved{
		Message: message, Listed: listed, Octets: body.Octets, Whole: body.Whole, Time: time.Since(start),
	}
	if !body.Whole {
		s.cut = true
		return nil
	}
	if !maildrop.LengthMatches(body.Octets, body.Lines, listed) {
		s.find("retr", fault.New(fault.Consistency, "message %d has %d octets in %d lines, but LIST says %d octets", message, body.Octets, body.Lines, listed))
	}
	return nil
}

// mayRetrieve asks for the capabilities again, which may be other ones after
// login: EXPIRE 0 says that a message that was read is deleted (RFC 2449,
// section 6.7).
func (s *session) mayRetrieve(ctx context.Context) error {
	if err := s.capa(ctx); err != nil {
		return err
	}
	if s.capas.Has("EXPIRE", "0") {
		return fault.New(fault.Usage, "the server deletes what was read (EXPIRE 0), so that RETR was not sent")
	}
	return nil
}
