package render

import (
	"fmt"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// contents is what is in the mailbox, for the first line, without what an exceeded
// limit tells.
func (p page) contents() string {
	var parts []string
	add := func(label, text string) {
		if text != "" && (label == "" || !p.tells(label)) {
			parts = append(parts, text)
		}
	}
	box := p.Report.Mailbox
	add("messages", fault.Count(box.Messages, "message"))
	add("size", fault.Count(box.Octets, "octet"))
	if box.Gone > 0 {
		add("", fmt.Sprintf("%d deleted meanwhile by another session", box.Gone))
	}
	if h := box.Headers; h != nil {
		add("", matching(h))
		add("newest_age", aged("newest", h.Newest, h.NewestMaybe, p.Report.Start))
		add("oldest_age", aged("oldest", h.Oldest, h.OldestMaybe, p.Report.Start))
	}
	add("delivery", p.probes())
	return strings.Join(parts, ", ")
}

// aged is how old a message is; "" if that is not known.
func aged(which string, when, maybe *time.Time, now time.Time) string {
	if when == nil || maybe != nil {
		return ""
	}
	return which + " " + fault.Age(now.Sub(*when)) + " old"
}

// matching is how many messages match, of how many.
func matching(h *report.Headers) string {
	switch {
	case !h.Top:
		return "ages unknown (no TOP)"
	case h.Matches == nil:
		return ""
	}
	text := fmt.Sprintf("%d of %d match", *h.Matches, *h.Read)
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
		all = append(all, fmt.Sprintf("message %d: %s listed, %d read in %s",
			got.Message, fault.Count(got.Listed, "octet"), got.Octets, fault.Duration(got.Time)))
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
