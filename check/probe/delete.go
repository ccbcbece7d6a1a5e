package probe

import (
	"cmp"
	"context"
	"slices"

	"check_pop3x/check/fault"
	"check_pop3x/check/loop"
	"check_pop3x/check/maildrop"
)

// maxDeleted is how many probes a run deletes.
const maxDeleted = 20

// hasOldProbes reports whether there is a probe to delete.
func (s *session) hasOldProbes(ctx context.Context) bool {
	w := s.mailbox.watch
	return w.see(ctx) && len(w.old()) > 0
}

// old lists the first probes that are older than the newest one in the mailbox, the
// last of them first: a server that gives other numbers to the messages behind one
// that is deleted, against RFC 1939, section 8, does not change those that follow.
func (w *watch) old() (all []sighting) {
	for _, s := range w.mails {
		if slices.ContainsFunc(w.mails, func(other sighting) bool { return other.Sent.After(s.Sent) }) {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b sighting) int { return cmp.Compare(a.message, b.message) })
	all = all[:min(len(all), maxDeleted)]
	slices.Reverse(all)
	return all
}

// deleteProbes deletes old probes. Each is read right before its DELE, and all of
// it has to be what was sent. DELE only marks a message, and QUIT deletes what is
// marked (RFC 1939, section 6): QUIT is not sent unless STAT shows that exactly the
// probes are missing, by their number and their size.
func (m *mailbox) deleteProbes() error {
	before, err := m.size()
	if err != nil {
		return err
	}
	m.link.noQuit = true
	want, facts := before, m.watch.facts
	for _, s := range m.watch.old() {
		size, ours, err := m.isProbe(s)
		if err != nil {
			return err
		}
		if !ours {
			facts.Untouched++
			continue
		}
		if err := m.link.pop.Dele(s.message); err != nil {
			return m.undelete(before, err)
		}
		want.Messages, want.Octets = want.Messages-1, want.Octets-size
	}
	now, err := m.size()
	if err != nil {
		return err
	}
	if now != want {
		m.record.find("delete", fault.New(fault.Consistency, "STAT says %s after DELE of %s, and not %s; none was deleted",
			now, fault.Count(before.Messages-want.Messages, "probe"), want).Because(fault.DeleteUncounted))
		return m.undelete(before, nil)
	}
	m.link.noQuit = false
	facts.Deleted = before.Messages - want.Messages
	return nil
}

// isProbe reads a message, and reports whether all of it is the probe as it was
// sent, and its size. More lines than a probe has are asked for, so that nobody's
// words hide behind them, and LIST has to agree.
func (m *mailbox) isProbe(s sighting) (size int64, ours bool, err error) {
	var text loop.Message
	if err := m.link.pop.Top(s.message, 2*loop.MaxBody, text.Add); err != nil {
		return 0, false, unlessGone(err)
	}
	if size, err = m.link.pop.SizeOf(s.message); err != nil {
		return 0, false, unlessGone(err)
	}
	octets, lines := text.Size()
	p, wrote := m.watch.key.Wrote(&text)
	return size, wrote && p == s.Probe && maildrop.LengthMatches(octets, lines, size), nil
}

// unlessGone returns err, or nil if the server refuses a message that another
// session may have deleted.
func unlessGone(err error) error {
	if _, refused := refusedMessage(err); refused {
		return nil
	}
	return err
}

// undelete removes all marks, because of something that is worse than a failure to do
// so. QUIT can be sent again once STAT shows that.
func (m *mailbox) undelete(before maildrop.Size, because error) error {
	if err := m.link.pop.Rset(); err != nil {
		return cmp.Or(because, err)
	}
	now, err := m.size()
	if err != nil {
		return cmp.Or(because, err)
	}
	m.link.noQuit = now.Messages < before.Messages
	return because
}
