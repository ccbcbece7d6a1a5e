package pop3

import (
	"errors"
	"fmt"
	"strings"

	"check_pop3x/check/fault"
)

// An answer is what the server owes, and how much of it has come.
type answer struct {
	command string // the keyword; "" for the greeting
	listing bool   // the line with the +OK has come, and a list follows
	lines   int    // of the list, that have come
}

// An Unfinished is the error of an answer that had begun when the time was up.
type Unfinished struct {
	Text string // how far it came: "the answer to LIST stopped after line 3"
	Said string // what came of the line with its status; "" in a list
	Err  error
}

func (u *Unfinished) Error() string { return u.Text + ": " + u.Err.Error() }
func (u *Unfinished) Unwrap() error { return u.Err }

func (a answer) String() string {
	if a.command == "" {
		return "the greeting"
	}
	return "the answer to " + a.command
}

// place is where an answer ended that had begun.
func (a answer) place() string {
	switch {
	case !a.listing:
		return "in the middle"
	case a.lines == 0:
		return "after the +OK"
	}
	return fmt.Sprintf("after line %d", a.lines)
}

// missing is when a connection ended on which nothing of an answer came.
func (a answer) missing() string {
	if a.command == "" {
		return "before the greeting"
	}
	return "without " + strings.Replace(a.String(), "the ", "an ", 1)
}

// next reads a line of an answer.
func (c *Conn) next(a answer) (string, error) {
	line, err := c.lines.next()
	if err != nil {
		return "", c.broken(err, a, true)
	}
	return line, nil
}

// broken returns the error of an answer that did not come to its end, and may
// trace what came of its last line.
func (c *Conn) broken(err error, a answer, trace bool) error {
	said := c.lines.partial()
	if a.command == "AUTH" && strings.HasPrefix(said, "+ ") { // a challenge
		said = "+ " + Redacted
	}
	if said != "" && trace {
		c.trace(false, said)
		c.trace(false, "(the line did not end)")
	}
	if a.listing {
		return a.stopped(err, "")
	}
	if said == "" {
		return ended(err, a.missing())
	}
	return a.stopped(err, said)
}

// stopped is broken for an answer of which something came.
func (a answer) stopped(err error, said string) error {
	switch {
	case isClosed(err):
		f := fault.Of(ended(err, a.place()+" of "+a.String()))
		f.Problem = fault.CutShort
		return f
	case isLate(err):
		return &Unfinished{Text: a.String() + " stopped " + a.place(), Said: said, Err: err}
	}
	return err
}

// mayBeStatus reports whether a line that is not complete may become a status line.
func mayBeStatus(begin string) bool {
	for _, word := range []string{"+OK", "-ERR"} {
		if strings.HasPrefix(begin, word) || strings.HasPrefix(word, begin) {
			return true
		}
	}
	return false
}

// isLate reports whether a deadline has passed.
func isLate(err error) bool {
	_, told := errors.AsType[*fault.Error](err)
	late, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err)
	return !told && ok && late.Timeout()
}
