package probe

import (
	"context"
	"fmt"

	"check_pop3x/check/fault"
)

// maxUID is how long a unique-id may be, in characters from 0x21 to 0x7E
// (RFC 1939, section 7).
const maxUID = 70

// uidl reads the unique-ids, by which clients tell what they have fetched
// already.
func (s *session) uidl(context.Context) error {
	t, seen := s.index.begin("uidl"), newUIDSet(s.report.Mailbox.Messages)
	malformed := ""
	err := s.pop.UIDL(func(number int64, uid []byte) {
		if t.line(number); t.odd == 0 { // else nobody knows which message it is of
			seen.add(number, uid)
		}
		if malformed == "" {
			malformed = badUID(number, uid)
		}
	})
	if err != nil {
		return err
	}
	s.numbering(t)
	if malformed != "" {
		s.find("uidl", fault.New(fault.Consistency, "%s", malformed))
	}
	if err := s.repeated(seen.pairs()); err != nil {
		return err
	}
	return s.agree()
}

// badUID says what is wrong with a unique-id, or "".
func badUID(number int64, uid []byte) string {
	switch {
	case len(uid) == 0:
		return fmt.Sprintf("the UID of message %d is empty", number)
	case len(uid) > maxUID:
		return fmt.Sprintf("the UID of message %d has %d characters, %d are allowed", number, len(uid), maxUID)
	}
	for _, c := range uid {
		if c < 0x21 || c > 0x7E {
			return fmt.Sprintf("the UID of message %d has the character 0x%02X", number, c)
		}
	}
	return ""
}

// repeated asks again for the unique-ids of messages that seem to share one, so
// that what is reported was seen to be equal, character by character.
func (s *session) repeated(pairs []pair) error {
	for _, p := range pairs {
		first, err := s.pop.UIDOf(p.first)
		if err != nil {
			return err
		}
		second, err := s.pop.UIDOf(p.second)
		if err != nil {
			return err
		}
		if first == second {
			s.find("uidl", &fault.Error{Kind: fault.Consistency, Said: first, Text: fmt.Sprintf("is the UID of message %d and of message %d", p.first, p.second)})
			return nil
		}
	}
	return nil
}
