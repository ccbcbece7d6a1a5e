package probe

import (
	"context"
	"slices"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
)

func (l *link) greeting(context.Context) error {
	text, err := l.pop.Greeting()
	if err != nil {
		return err
	}
	l.record.greeting(text)
	stamp, found := pop3.Timestamp(text)
	l.offer.timestamp, l.offer.malformed, l.offer.greeting = stamp, found && stamp == "", text
	l.record.find("greeting", missing(l.plan.Expect, "+OK "+text)) // and go on: there may be more to find
	return nil
}

// missing returns a fault if a line contains none of the wanted texts, else nil.
func missing(wanted []string, line string) error {
	contains := func(want string) bool { return strings.Contains(line, want) }
	if len(wanted) == 0 || slices.ContainsFunc(wanted, contains) {
		return nil
	}
	return &fault.Error{Kind: fault.Mismatch, Said: line, Text: `does not contain "` + strings.Join(wanted, `" or "`) + `"`}
}
