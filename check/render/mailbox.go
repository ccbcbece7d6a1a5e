package render

import (
	"fmt"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// contents is what is in the mailbox, for the first line.
func contents(r *report.Report) string {
	text := fault.Count(r.Mailbox.Messages, "message") + ", " + fault.Count(r.Mailbox.Octets, "octet")
	if gone := r.Mailbox.Gone; gone > 0 {
		text += fmt.Sprintf(", %d deleted meanwhile by another session", gone)
	}
	h := r.Mailbox.Headers
	switch {
	case h == nil:
		return text
	case !h.Top:
		return text + ", ages unknown (no TOP)"
	case h.Matches != nil:
		text += matching(h)
	}
	if h.Newest != nil && h.NewestMaybe == nil {
		text += ", newest " + fault.Age(r.Start.Sub(*h.Newest)) + " old"
	}
	if h.Oldest != nil && h.OldestMaybe == nil {
		text += ", oldest " + fault.Age(r.Start.Sub(*h.Oldest)) + " old"
	}
	return text
}

// matching is how many messages match, of how many.
func matching(h *report.Headers) string {
	text := fmt.Sprintf(", %d of %d match", *h.Matches, *h.Read)
	if h.Undecided > 0 {
		text += fmt.Sprintf(" and %d may", h.Undecided)
	}
	if h.Unread > 0 {
		text += fmt.Sprintf(" (--age-scan all reads all %d)", *h.Read+h.Unread)
	}
	return text
}

// mailboxNotes tells, for -v, what was left out or is no fault.
func mailboxNotes(box *report.Mailbox) []string {
	if box == nil {
		return nil
	}
	var notes []string
	if box.Changed {
		notes = append(notes, "the mailbox changed while it was read, which is no fault")
	}
	if got := box.Retrieved; got != nil && !got.Whole {
		notes = append(notes, fmt.Sprintf("of message %d only %d octets were read (--retr-max), and the connection was cut",
			got.Message, got.Octets))
	}
	return notes
}

// mailbox is what the steps showed, for -v.
func mailbox(box *report.Mailbox) []string {
	if box == nil {
		return nil
	}
	var all []string
	if h := box.Headers; h != nil && h.Top {
		all = append(all, fault.Count(*h.Read, "header")+" read")
		all = append(all, arrival("oldest", h.Oldest)...)
		all = append(all, arrival("newest", h.Newest)...)
		if h.Match != nil {
			all = append(all, fmt.Sprintf("message %d matches: %s", h.Match.Message, strings.Join(each(h.Match.Fields, quoteWhole), ", ")))
		}
	}
	if got := box.Retrieved; got != nil {
		all = append(all, fmt.Sprintf("message %d: %d octets listed, %d read in %s",
			got.Message, got.Listed, got.Octets, fault.Duration(got.Time)))
	}
	return all
}

// arrival is when a message came in; nil if that is not known.
func arrival(which string, when *time.Time) []string {
	if when == nil {
		return nil
	}
	return []string{which + " message of " + moment(*when) + " UTC"}
}
