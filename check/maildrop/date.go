package maildrop

import (
	"time"

	"check_pop3x/check/fault"
)

// clockSkew is how far in the future a date may be: clocks differ.
const clockSkew = 5 * time.Minute

// arrival returns when a message arrived: the date of the topmost Received field
// that has one, which the server itself wrote, or else that of Date. A date that
// is missing, malformed or in the future is a fault and never guessed.
func (h *Header) arrival(now time.Time) (time.Time, *fault.Error) {
	field, text := h.dated()
	if field == "" {
		return time.Time{}, undated("has neither Received nor Date", "")
	}
	when, zoned, ok := parseDate(text)
	skew := clockSkew
	if !zoned {
		skew += 14 * time.Hour // the largest offset that there is
	}
	switch {
	case text == "":
		return when, undated("has no date in its "+field, "")
	case !ok:
		return when, undated("has something else in its "+field+" than a date", text)
	case when.Sub(now) > skew:
		return when, &fault.Error{Kind: fault.Consistency, Problem: fault.FutureDate, Said: text, Text: "is dated " + fault.Span(when.Sub(now)) + " in the future (" + field + ")"}
	}
	return when, nil
}

// Received returns the date of the topmost Received field that has one; zero if it
// has no time zone, or is after now.
func (h *Header) Received(now time.Time) time.Time {
	if field, text := h.dated(); field == "Received" {
		if when := trusted(text); when.Sub(now) <= clockSkew {
			return when
		}
	}
	return time.Time{}
}

// undated is the fault of a message that has said instead of a date.
func undated(text, said string) *fault.Error {
	return &fault.Error{Kind: fault.Consistency, Problem: fault.Undated, Text: text, Said: said}
}

// dated returns the field that tells when the message arrived, and its date. The
// field is "" if there is none, the date if none has one.
func (h *Header) dated() (field, text string) {
	for _, received := range h.kept["received"] {
		if _, text := cutDate(received); text != "" {
			return "Received", text
		}
		field = "Received"
	}
	if date := h.kept["date"]; len(date) > 0 {
		return "Date", date[0]
	}
	return field, ""
}
