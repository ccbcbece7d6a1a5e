package render

import (
	"fmt"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// contents is what is in the mailbox, for the first line.
func contents(r *report.Report) string {
	text := fault.Count(r.Mailbox.Messages, "message") + ", " + fault.Count(r.Mailbox.Octets, "octet")
	h := r.Mailbox.Headers
	switch {
	case h == nil:
		return text
	case !h.Top:
		return text + ", ages unknown (no TOP)"
	case h.Matches != nil:
		text += fmt.Sprintf(", %d of %d match", *h.Matches, *h.Read)
	}
	if h.Newest != nil {
		text += ", newest " + fault.Age(r.Start.Sub(*h.Newest)) + " old"
	}
	if h.Oldest != nil {
		text += ", oldest " + fault.Age(r.Start.Sub(*h.Oldest)) + " old"
	}
	return text
}

// mailboxNotes tells, for -v, what was left out or is no fault.
func mailboxNotes(box *report.Mailbox) []string {
	if box == nil {
		return nil
	}
	var notes []string
	if box.Headers != nil && !box.Headers.Top {
		notes = append(notes, "the server has no TOP: there are no ages and nothing to match, and their limits were not looked at")
	}
	if box.Changed {
		notes = append(notes, "the mailbox changed while it was read, which is no fault")
	}
	if got := box.Retrieved; got != nil && !got.Whole {
		notes = append(notes, fmt.Sprintf("of message %d only %d octets were read (--retr-max), and the connection was cut", got.Message, got.Octets))
	}
	return notes
}

// mailbox is what the steps showed, for -v.
func mailbox(box *report.Mailbox) []string {
	if box == nil {
		return nil
	}
	var lines []string
	if h := box.Headers; h != nil && h.Top {
		lines = append(lines, fault.Count(*h.Read, "header")+" read")
		for _, m := range []struct {
			which string
			when  *time.Time
		}{{"oldest", h.Oldest}, {"newest", h.Newest}} {
			if m.when != nil {
				lines = append(lines, m.which+" message of "+moment(*m.when)+" UTC")
			}
		}
	}
	if got := box.Retrieved; got != nil {
		lines = append(lines, fmt.Sprintf("message %d: %d octets listed, %d read in %s", got.Message, got.Listed, got.Octets, fault.Duration(got.Time)))
	}
	return lines
}
