package probe

import (
	"fmt"

	"check_pop3x/check/fault"
	"check_pop3x/check/maildrop"
)

// uidl reads the unique-ids, by which clients know what they have fetched already
// (RFC 1939, section 7).
func (m *mailbox) uidl() error {
	tally, set := m.index.Begin("uidl", false), maildrop.NewUIDSet(m.facts.Messages)
	var malformed error
	err := m.link.pop.UIDL(func(number int64, uid []byte) {
		if tally.Add(number, 0); tally.InOrder() { // else nobody knows which message it belongs to
			set.Add(number, uid)
		}
		if malformed == nil {
			malformed = maildrop.CheckUID(number, uid)
		}
	})
	if err != nil {
		return err
	}
	m.record.find("uidl", tally.OutOfOrder())
	m.record.find("uidl", malformed)
	if err := m.compare(set.Pairs()); err != nil {
		return err
	}
	return m.checkIndex()
}

// compare asks again for the unique-ids of messages that seem to share one, so
// that they are reported only if they are equal, character by character.
func (m *mailbox) compare(pairs []maildrop.Pair) error {
	for _, p := range pairs {
		first, err := m.link.pop.UIDOf(p.First)
		if err != nil {
			return err
		}
		second, err := m.link.pop.UIDOf(p.Second)
		if err != nil {
			return err
		}
		if first == second {
			m.record.find("uidl", &fault.Error{Kind: fault.Consistency, Problem: fault.IndexDamaged, Said: first, Text: fmt.Sprintf("messages %d and %d have the same UID", p.First, p.Second)})
			return nil
		}
	}
	return nil
}
