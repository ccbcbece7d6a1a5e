package maildrop

import (
	"net/mail"
	"strings"
	"time"
	"unicode"

	"check_pop3x/check/fault"
)

// clockSkew is how far in the future a date may be: clocks differ.
const clockSkew = 5 * time.Minute

// arrival returns when a message arrived: the date of the topmost Received
// field, which the server itself wrote, or else that of Date. A date that is
// missing, malformed or in the future is a fault and never guessed.
func (h *Header) arrival(now time.Time) (time.Time, *fault.Error) {
	field, text := "Received", ""
	if received := h.kept["received"]; len(received) > 0 {
		text = dateOfReceived(received[0])
	} else if date := h.kept["date"]; len(date) > 0 {
		field, text = "Date", date[0]
	} else {
		return time.Time{}, fault.New(fault.Consistency, "neither Received nor Date")
	}
	when, ok := parseDate(text)
	switch {
	case text == "":
		return when, fault.New(fault.Consistency, "%s has no date", field)
	case !ok:
		return when, &fault.Error{Kind: fault.Consistency, Said: text, Text: "is no date, but stands in " + field}
	case when.Sub(now) > clockSkew:
		return when, &fault.Error{Kind: fault.Consistency, Said: text, Text: "is the date in " + field + " and lies ahead"}
	}
	return when, nil
}

// dateOfReceived returns the date of a Received field: the text after the last
// semicolon outside of comments and quotes (RFC 5322, section 3.6.7), or "".
func dateOfReceived(received string) string {
	last, depth, quoted := -1, 0, false
	for i := 0; i < len(received); i++ {
		switch c := received[i]; {
		case c == '\\':
			i++
		case c == '"' && depth == 0:
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case c == ';' && depth == 0:
			last = i
		}
	}
	if last < 0 {
		return ""
	}
	return strings.TrimSpace(received[last+1:])
}

// zones are the time zones that have a name in RFC 5322, section 4.3. Package
// net/mail takes any other name for UTC.
var zones = map[string]string{
	"UT": "+0000", "GMT": "+0000", "UTC": "+0000", "Z": "+0000",
	"EST": "-0500", "EDT": "-0400", "CST": "-0600", "CDT": "-0500",
	"MST": "-0700", "MDT": "-0600", "PST": "-0800", "PDT": "-0700",
}

// parseDate parses a date of RFC 5322, sections 3.3 and 4.3. It reports false
// for dates before 1970, too: they come from clocks that were never set.
func parseDate(text string) (time.Time, bool) {
	words := strings.Fields(withoutComments(text))
	if len(words) == 0 {
		return time.Time{}, false
	}
	last := &words[len(words)-1]
	if offset, known := zones[strings.ToUpper(*last)]; known {
		*last = offset
	} else if strings.ContainsFunc(*last, unicode.IsLetter) {
		return time.Time{}, false
	}
	when, err := mail.ParseDate(strings.Join(words, " "))
	return when, err == nil && when.Year() >= 1970
}

// withoutComments removes the comments (RFC 5322, section 3.2.2).
func withoutComments(text string) string {
	var b strings.Builder
	depth := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && depth > 0:
			i++
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
			b.WriteByte(' ')
		case depth == 0:
			b.WriteByte(c)
		}
	}
	return b.String()
}
