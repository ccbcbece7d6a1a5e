package probe

import (
	"context"
	"errors"

	"check_pop3x/check/maildrop"
	"check_pop3x/check/pop3"
	"check_pop3x/check/report"
)

// window is how many pipelined commands may wait for their reply: enough for some
// round trips, and not so many that both sides could wait for the other to read
// (RFC 2449, section 6.8).
const window = 128

// top reads headers (RFC 1939, section 7): the newest message's for the step, and
// more of them for ages and matches.
func (m *mailbox) top(ctx context.Context) error {
	scan := maildrop.NewScan(*m.plan, m.facts.Messages, m.pipelinesTop())
	m.watch.open(ctx)
	m.watch.begin(scan, m.facts.Messages)
	h := &headers{mailbox: m, ctx: ctx, scan: scan, reading: maildrop.NewReading(*m.plan, scan, m.record.report.Start)}
	for i := range scan.Len() {
		if err := m.pipelineTop(scan, i); err != nil {
			return err
		}
		err := h.read(scan.Number(i))
		if i == 0 && m.hasNoTop(err) {
			m.facts.Headers = &report.Headers{}
			m.watch.refused()
			return nil
		}
		if err != nil {
			return err
		}
	}
	if err := h.replace(); err != nil {
		return err
	}
	if err := m.watch.readNotices(m); err != nil {
		return err
	}
	if m.plan.Has("top") && h.newest != nil {
		m.record.find("top", h.newest.Fault())
	}
	if m.plan.Headers {
		m.record.find("top", h.reading.Fault())
	}
	if m.plan.Reads() {
		m.facts.Headers = m.record.headers(h.result())
		for _, wrong := range h.wrongWithNewest() {
			m.record.find("top", wrong)
		}
	}
	return nil
}

// pipelinesTop reports whether TOP can be sent many times without waiting.
func (m *mailbox) pipelinesTop() bool {
	return m.link.pipelines() && m.offersTop()
}

func (m *mailbox) offersTop() bool { return m.link.offer.capabilities.Has("TOP") }

// pipelineTop keeps up to a window of commands on the way, from the i-th message
// on.
func (m *mailbox) pipelineTop(scan maildrop.Scan, i int64) error {
	pending := int64(m.link.pop.Pending())
	if !m.pipelinesTop() || pending > window/2 {
		return nil
	}
	var commands []pop3.Command
	for next := i + pending; next < min(i+window, scan.Len()); next++ {
		commands = append(commands, pop3.TOP(scan.Number(next), 0))
	}
	if len(commands) == 0 || pending == 0 && len(commands) == 1 {
		return nil
	}
	return m.link.pop.Pipeline(commands...)
}

// hasNoTop reports whether err is the refusal of a server without TOP, which is
// an optional command. For the step, that is a fault. RETR is never used instead.
func (m *mailbox) hasNoTop(err error) bool {
	refusal, ok := errors.AsType[*pop3.Error](err)
	return ok && !refusal.Unsolicited && refusal.Code == "" && !m.offersTop() && !m.plan.Has("top")
}
