package probe

import (
	"context"

	"check_pop3x/check/fault"
	"check_pop3x/check/maildrop"
	"check_pop3x/check/report"
)

// A mailbox is what the phases after login work on.
type mailbox struct {
	plan   *maildrop.Plan
	link   *link
	record *recorder
	facts  *report.Mailbox // nil before stat
	index  maildrop.Index
	watch  *watch         // nil: no probes are sent
	gone   map[int64]bool // messages that another session has deleted meanwhile
}

// inMailbox makes a method of the mailbox the work of a phase.
type inMailbox func(*mailbox) error

func (f inMailbox) run(s *session, _ context.Context) error { return f(s.mailbox) }

// top is the work of its phase, which may compute for long.
func (s *session) top(ctx context.Context) error { return s.mailbox.top(ctx) }

// empty reports whether it is known that there is no message.
func (m *mailbox) empty() bool { return m.facts != nil && m.facts.Empty() }

// size asks for the size again.
func (m *mailbox) size() (maildrop.Size, error) {
	messages, octets, err := m.link.pop.Stat()
	return maildrop.Size{Messages: messages, Octets: octets}, err
}

// checkIndex compares the lists with STAT. If they differ, STAT is asked again:
// servers without a snapshot show what arrived in between, and that is no damage.
func (m *mailbox) checkIndex() error {
	before := maildrop.Size{Messages: m.facts.Messages, Octets: m.facts.Octets}
	mismatches := m.index.Mismatches(before)
	if len(mismatches) == 0 {
		return nil
	}
	now, err := m.size()
	if err != nil {
		return err
	}
	m.facts.Changed = now != before
	for _, t := range mismatches {
		if !m.facts.Changed || !t.Between(before, now) {
			m.record.find(t.Phase, fault.New(fault.Consistency, "%s, but STAT says %s", t, before).Because(fault.IndexDamaged))
		}
	}
	return nil
}
