package probe

import (
	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// stat asks how much is in the mailbox (RFC 1939, section 5).
func (m *mailbox) stat() error {
	size, err := m.size()
	if err != nil {
		return err
	}
	m.facts = &report.Mailbox{Messages: size.Messages, Octets: size.Octets}
	m.record.report.Mailbox = m.facts
	if size.Messages == 0 {
		m.record.find("stat", fault.New(fault.Empty, "the mailbox is empty"))
		if len(m.plan.Match) > 0 {
			m.facts.Headers = &report.Headers{Top: true, Read: new(int64), Matches: new(int64)}
		}
	}
	return nil
}

// noop measures a round trip (RFC 1939, section 5).
func (m *mailbox) noop() error { return m.link.pop.Noop() }
