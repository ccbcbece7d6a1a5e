package probe

import (
	"context"

	"check_pop3x/check/fault"
	"check_pop3x/check/maildrop"
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
		s.report.Mailbox.Headers = &report.Headers{Top: true, Read: new(int64), Matches: new(int64)}
	}
}

// size asks once more.
func (s *session) size() (maildrop.Size, error) {
	messages, octets, err := s.pop.Stat()
	return maildrop.Size{Messages: messages, Octets: octets}, err
}

// numbering finds messages that are not numbered 1 to n.
func (s *session) numbering(t *maildrop.Tally) {
	if f := t.OutOfOrder(); f != nil {
		s.find(t.Phase, f)
	}
}

// agree compares what was listed with STAT. If it differs, STAT is asked again:
// servers without a snapshot show what arrived in between, and that is no damage.
func (s *session) agree() error {
	box := s.report.Mailbox
	before := maildrop.Size{Messages: box.Messages, Octets: box.Octets}
	mismatches := s.index.Mismatches(before)
	if len(mismatches) == 0 {
		return nil
	}
	now, err := s.size()
	if err != nil {
		return err
	}
	box.Changed = now != before
	for _, t := range mismatches {
		if !box.Changed || !t.Between(before, now) {
			s.find(t.Phase, fault.New(fault.Consistency, "%s, but STAT says %s", t, before))
		}
	}
	return nil
}

// noop measures a round trip (RFC 1939, section 5).
func (s *session) noop(context.Context) error { return s.pop.Noop() }
