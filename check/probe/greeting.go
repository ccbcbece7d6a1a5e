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
	l.record.find("greeting", missing(l.plan.Expect, l.plan.ExpectAll, "+OK "+text)) // and go on: there may be more to find
	return nil
}

// missing returns a fault if a line contains none of the wanted texts, or not all
// of them, neither as it was sent nor as it is shown; else nil.
func missing(wanted []string, all bool, line string) error {
	shown := fault.Clean(line)
	lacks := slices.DeleteFunc(slices.Clone(wanted), func(want string) bool {
		return strings.Contains(line, want) || strings.Contains(shown, want)
	})
	or := `" or "`
	if all {
		or = `" and "`
	}
	if len(lacks) == 0 || !all && len(lacks) < len(wanted) {
		return nil
	}
	return &fault.Error{Kind: fault.Mismatch, Said: line, Text: `the greeting does not contain "` + strings.Join(lacks, or) + `"`}
}
