package probe

import (
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/maildrop"
	"check_pop3x/check/report"
)

// retr reads a message (RFC 1939, section 5) and compares its length with what
// LIST says.
func (m *mailbox) retr() error {
	if err := m.mayRetrieve(); err != nil {
		return err
	}
	if m.plan.Retr != 0 {
		return m.unlessGone(m.plan.Retr, m.retrieve(m.plan.Retr))
	}
	for message := m.facts.Messages; message > 0 && m.facts.Retrieved == nil && m.facts.Gone < maxGone; message-- {
		if m.gone[message] {
			continue
		}
		if err := m.unlessGone(message, m.retrieve(message)); err != nil {
			return err
		}
	}
	return nil
}

// unlessGone returns err, or nil if it says that another session has deleted the
// message.
func (m *mailbox) unlessGone(message int64, err error) error {
	if refusal, ok := refusedMessage(err); ok {
		return m.confirmGone("retr", refusal, message)
	}
	return err
}

// retrieve reads one message.
func (m *mailbox) retrieve(message int64) error {
	listed, err := m.link.pop.SizeOf(message)
	if err != nil {
		return err
	}
	start := time.Now()
	body, err := m.link.pop.Retr(message, m.plan.RetrMax)
	if err != nil {
		return err
	}
	m.facts.Retrieved = &report.Retrieved{
		Message: message, Listed: listed, Octets: body.Octets, Whole: body.Whole, Time: time.Since(start),
	}
	if !body.Whole {
		m.link.noQuit = true
		return nil
	}
	if !maildrop.LengthMatches(body.Octets, body.Lines, listed) {
		problem := fault.OtherLength
		if body.Octets > listed {
			problem = fault.MoreThanListed
		}
		m.record.find("retr", fault.New(fault.Consistency, "message %d has %s in %s, but LIST says %d", message, fault.Count(body.Octets, "octet"), fault.Count(body.Lines, "line"), listed).Because(problem))
	}
	return nil
}

// mayRetrieve asks for the capabilities again, which may differ after login, and
// fails if they say EXPIRE 0: then a message that was read is deleted (RFC 2449,
// section 6.7).
func (m *mailbox) mayRetrieve() error {
	if _, err := m.link.askCapa(); err != nil {
		return err
	}
	if m.link.offer.capabilities.Has("EXPIRE", "0") {
		return fault.New(fault.Usage, "the server deletes what is read (EXPIRE 0), so RETR was not sent").Because(fault.DeletesWhatWasRead)
	}
	return nil
}
