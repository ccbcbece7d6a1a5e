package probe

import (
	"net/mail"
	"strings"
	"time"
	"unicode"

	"check_pop3x/check/fault"
)

// clocksDiffer is how far a date may lie ahead of us: clocks differ.
const clocksDiffer = 5 * time.Minute

// arrival is when a message came in: the date of the topmost Received field,
// which the server's own side wrote, else Date. What is missing, broken or
// ahead is said and not guessed.
func (h *header) arrival(now time.Time) (time.Time, *fault.Error) {
	field, text := "Received", ""
	if received := h.kept["received"]; len(received) > 0 {
		text = behindSemicolon(received[0])
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
	case when.Sub(now) > clocksDiffer:
		return when, &fault.Error{Kind: fault.Consistency, Said: text, Text: "is the date in " + field + " and lies ahead"}
	}
	return when, nil
}

// behindSemicolon is the date of a Received field (RFC 5322, section 3.6.7),
// what stands behind the last semicolon outside of comments and quotes.
func behindSemicolon(received string) string {
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

// zones are the names that mean something (RFC 5322, section 4.3). The library
// takes any for UTC.
var zones = map[string]string{
	"UT": "+0000", "GMT": "+0000", "UTC": "+0000", "Z": "+0000",
	"EST": "-0500", "EDT": "-0400", "CST": "-0600", "CDT": "-0500",
	"MST": "-0700", "MDT": "-0600", "PST": "-0800", "PDT": "-0700",
}

// parseDate reads a date as mail has it (RFC 5322, sections 3.3 and 4.3). None is
// older than the Unix epoch: such come from clocks that were not set.
func parseDate(text string) (time.Time, bool) {
	words := strings.Fields(uncomment(text))
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

// uncomment takes the comments out (RFC 5322, section 3.2.2).
func uncomment(text string) string {
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
