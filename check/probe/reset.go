package probe

import (
	"context"

	"check_pop3x/check/fault"
)

// reset proves that the mailbox is writable: it marks the newest message as
// deleted and takes the mark back. A mark takes effect at QUIT and never
// without (RFC 1939, section 6), so that from before DELE until STAT has shown
// that the message is back no QUIT can be sent, whatever ends the session.
func (s *session) reset(context.Context) error {
	before, err := s.size()
	if err != nil || before.messages == 0 {
		return err
	}
	s.cut = true
	if err := s.pop.Dele(before.messages); err != nil {
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
	if f := restored(before, marked, after); f != nil {
		return f
	}
	s.cut = false
	s.report.Mailbox.Changed = s.report.Mailbox.Changed || after != before
	return nil
}

// restored says what is wrong with the sizes of the mailbox before DELE, after
// it, and after RSET. A message that came in adds one to those behind it, which
// servers with a snapshot do not show.
func restored(before, marked, after size) error {
	switch came := marked.messages - (before.messages - 1); {
	case after.messages <= marked.messages:
		return fault.New(fault.Consistency, "%s; %s after DELE, %s after RSET", before, marked, after)
	case came < 0:
		return fault.New(fault.Consistency, "%s; %s after DELE of one message", before, marked)
	case after == before && marked.octets <= before.octets, after.messages > before.messages:
		return nil
	}
	return fault.New(fault.Consistency, "%s; %s after DELE and RSET", before, after)
}
