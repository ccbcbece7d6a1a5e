package maildrop

import (
	"fmt"

	"check_pop3x/check/fault"
)

// A Size is the answer to STAT (RFC 1939, section 5).
type Size struct{ Messages, Octets int64 }

func (s Size) String() string {
	return fmt.Sprintf("%d of %s", s.Messages, fault.Count(s.Octets, "octet"))
}

// CheckReset returns what is wrong with the sizes of the mailbox before DELE,
// after it, and after RSET, or nil. A message that arrived meanwhile adds one to
// the later sizes; servers with a snapshot do not show it.
func CheckReset(before, marked, after Size) error {
	switch arrived := marked.Messages - (before.Messages - 1); {
	case after.Messages <= marked.Messages:
		return uncounted("STAT says %s, %s after DELE and %s after RSET", before, marked, after)
	case arrived < 0:
		return uncounted("STAT says %s, and %s after DELE of one message", before, marked)
	case after == before && marked.Octets <= before.Octets, after.Messages > before.Messages:
		return nil
	}
	return uncounted("STAT says %s, and %s after DELE and RSET", before, after)
}

func uncounted(format string, sizes ...any) error {
	return fault.New(fault.Consistency, format, sizes...).Because(fault.DeleteUncounted)
}

// LengthMatches reports whether a message of that many octets and lines is as
// long as LIST says: with CR LF for each line end, or with LF, as some servers
// count. The dot at the end has to begin a line (RFC 1939, section 3), so that a
// message that does not end in a line end gets one that is not counted.
func LengthMatches(octets, lines, listed int64) bool {
	return listed == octets || listed == octets-lines || lines > 0 && (listed == octets-2 || listed == octets-lines-1)
}
