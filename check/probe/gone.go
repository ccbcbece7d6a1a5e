package probe

import (
	"errors"
	"fmt"

	"check_pop3x/check/fault"
	"check_pop3x/check/maildrop"
	"check_pop3x/check/pop3"
)

// maxGone is how many messages next to each other may be deleted by another
// session while one is looked for that is left.
const maxGone = 100

// goneWords are what servers say of a message that another session has deleted, in
// lower case: "Message 5 expunged." (Dovecot), "Can't open the message file - it's
// gone!" (Courier), "That message is no more" (tpop3d).
var goneWords = []string{"expunged", "gone", "deleted", "disappeared", "removed", "no longer", "no more"}

// refusedMessage returns the refusal of a command with a message, unless it has a
// code, which says more than that the message is not there.
func refusedMessage(err error) (*pop3.Error, bool) {
	refusal, ok := errors.AsType[*pop3.Error](err)
	return refusal, ok && !refusal.Unsolicited && refusal.Code == ""
}

// absentWords are what servers say of a message that is not there, whether it ever
// was or not, in lower case.
var absentWords = []string{"no such message", "not exist", "no message", "not found", "out of range", "invalid message", "unknown message", "bad message"}

func saysGone(refusal *pop3.Error) bool { return containsAny(refusal.Text, goneWords) }

// confirmGone returns nil if messages that the server refuses to show were deleted
// by another session: it says so, or STAT, asked again, shows that the mailbox has
// changed. A server may also go on to count a message that it says is not there,
// which is a finding. Else the refusal is the fault.
func (m *mailbox) confirmGone(phase string, refusal *pop3.Error, messages ...int64) error {
	if !saysGone(refusal) {
		now, err := m.size()
		counted := now == (maildrop.Size{Messages: m.facts.Messages, Octets: m.facts.Octets})
		switch {
		case err != nil:
			return err
		case counted && (messages[0] > now.Messages || !containsAny(refusal.Text, absentWords)):
			return refusal
		case counted:
			m.record.find(phase, &fault.Error{
				Kind: fault.Consistency, Problem: fault.MaybeGone, Said: refusal.Text,
				Text: fmt.Sprintf("the server refuses message %d, which STAT counts", messages[0]),
			})
		}
	}
	m.markGone(phase, messages...)
	return nil
}

// markGone records that messages are gone. If none is left, the mailbox is empty.
func (m *mailbox) markGone(phase string, messages ...int64) {
	if m.gone == nil {
		m.gone = map[int64]bool{}
	}
	for _, message := range messages {
		m.gone[message] = true
	}
	if gone := int64(len(m.gone)); gone > m.facts.Gone {
		m.facts.Gone, m.facts.Changed = gone, true
		if m.facts.Empty() {
			m.record.find(phase, fault.New(fault.Empty, "the mailbox was emptied meanwhile"))
		}
	}
}
