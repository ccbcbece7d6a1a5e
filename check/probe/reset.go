package probe

import (
	"context"

	"check_pop3x/check/maildrop"
)

// reset proves that the mailbox is writable: it marks the newest message as
// deleted and takes the mark back. A mark takes effect at QUIT and never
// without (RFC 1939, section 6), so that from before DELE until STAT has shown
// that the message is back no QUIT can be sent, whatever ends the session.
func (s *session) reset(context.Context) error {
	before, err := s.size()
	if err != nil || before.Messages == 0 {
		return err
	}
	s.cut = true
	if err := s.pop.Dele(before.Messages); err != nil {
		return err
	}
	marked, err := s.size()
	if err != nil {
		return err
	}
	if err := s.pop.Rset(); err != nil {
		return err
	}
	after, err := s.size()
	if err != nil {
		return err
	}
	if f := maildrop.CheckReset(before, marked, after); f != nil {
		return f
	}
	s.cut = false
	s.report.Mailbox.Changed = s.report.Mailbox.Changed || after != before
	return nil
}
