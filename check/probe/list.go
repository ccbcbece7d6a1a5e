package probe

// list reads the sizes of all messages (RFC 1939, section 5).
func (m *mailbox) list() error {
	tally := m.index.Begin("list", true)
	if err := m.link.pop.List(tally.Add); err != nil {
		return err
	}
	if err := tally.Overflow(); err != nil {
		return err
	}
	m.record.find("list", tally.OutOfOrder())
	if m.plan.Has("uidl") {
		return nil // its command may be pipelined already; it checks both lists
	}
	return m.checkIndex()
}
