package probe

import "check_pop3x/check/maildrop"

// reset proves that the mailbox is writable: it marks the newest message as
// deleted and removes the mark. Marked messages are deleted at QUIT and never
// without it (RFC 1939, section 6). So from before DELE until STAT has shown that
// the message is back, no QUIT can be sent, whatever ends the session.
func (m *mailbox) reset() error {
	before, err := m.size()
	if err != nil || before.Messages == 0 {
		return err
	}
	m.link.noQuit = true
	if err := m.link.pop.Dele(before.Messages); err != nil {
		return err
	}
	marked, err := m.size()
	if err != nil {
		return err
	}
	if err := m.link.pop.Rset(); err != nil {
		return err
	}
	after, err := m.size()
	if err != nil {
		return err
	}
	if err := maildrop.CheckReset(before, marked, after); err != nil {
		return err
	}
	m.link.noQuit = false
	m.facts.Changed = m.facts.Changed || after != before
	return nil
}
