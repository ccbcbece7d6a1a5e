package probe

import (
	"context"
	"fmt"

	"check_pop3x/check/fault"
	"check_pop3x/check/maildrop"
)

// uidl reads the unique-ids, by which clients tell what they have fetched
// already.
func (s *session) uidl(context.Context) error {
	t, seen := s.index.Begin("uidl", false), maildrop.NewUIDSet(s.report.Mailbox.Messages)
	malformed := ""
	err := s.pop.UIDL(func(number int64, uid []byte) {
		if t.Add(number, 0); t.InOrder() { // else nobody knows which message it is of
			seen.Add(number, uid)
		}
		if malformed == "" {
			malformed = maildrop.CheckUID(number, uid)
		}
	})
	if err != nil {
		return err
	}
	s.numbering(t)
	if malformed != "" {
		s.find("uidl", fault.New(fault.Consistency, "%s", malformed))
	}
	if err := s.repeated(seen.Pairs()); err != nil {
		return err
	}
	return s.agree()
}

// repeated asks again for the unique-ids of messages that seem to share one, so
// that what is reported was seen to be equal, character by character.
func (s *session) repeated(pairs []maildrop.Pair) error {
	for _, p := range pairs {
		first, err := s.pop.UIDOf(p.First)
		if err != nil {
			return err
		}
		second, err := s.pop.UIDOf(p.Second)
		if err != nil {
			return err
		}
		if first == second {
			s.find("uidl", &fault.Error{Kind: fault.Consistency, Said: first, Text: fmt.Sprintf("is the UID of message %d and of message %d", p.First, p.Second)})
			return nil
		}
	}
	return nil
}
