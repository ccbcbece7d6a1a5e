package pop3

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"check_pop3x/check/fault"
)

// The bounds of what is read of a mailbox. None of it is kept here.
var (
	indexLimit  = listLimit{lines: MaxMessages, octets: 1 << 30, shown: 20}
	headerLimit = listLimit{lines: 20_000, octets: 1 << 20, shown: 20, line: 1 << 20}
	wholeLimit  = listLimit{lines: math.MaxInt32, octets: math.MaxInt32, shown: 20, line: MaxRetr}
)

// MaxMessages is the number of lines that LIST and UIDL may have.
const MaxMessages = 1 << 24

// MaxRetr is the number of octets that may be read of one message.
const MaxRetr = 1 << 30

// List asks for the sizes of all messages (RFC 1939, section 5) and calls each
// for every line.
func (c *Conn) List(each func(number, octets int64)) error {
	return c.multi(indexLimit, func(line []byte, _ int) error {
		number, octets, ok := parseListing(line)
		if !ok {
			return malformed(string(line), "a line of LIST is not two numbers")
		}
		each(number, octets)
		return nil
	}, string(LIST))
}

// parseListing parses a scan listing: two numbers, and possibly a blank and text
// (RFC 1939, section 5).
func parseListing[T string | []byte](line T) (number, octets int64, ok bool) {
	number, rest, okFirst := cutNumber(line)
	octets, _, okSecond := cutNumber(rest)
	return number, octets, okFirst && okSecond
}

// malformed returns the fault of a line that is not what was asked for, with what
// can be seen of the reason.
func malformed(said, text string) *fault.Error {
	f := &fault.Error{Kind: fault.Protocol, Text: text, Said: said}
	switch {
	case said == "":
		f.Text += ": it is empty"
	case strings.Contains(said, "  ") || strings.HasPrefix(said, " "):
		f.Text, f.Problem = "the answer has several blanks where RFC 1939 has one", fault.OddBlanks
	case strings.Contains(said, "\t"):
		f.Text, f.Problem = "the answer has a tab where RFC 1939 has a blank", fault.OddBlanks
	}
	return f
}

// SizeOf asks for the size of one message (RFC 1939, section 5).
func (c *Conn) SizeOf(message int64) (int64, error) {
	text, err := c.command("LIST", itoa(message))
	if err != nil {
		return 0, err
	}
	number, octets, ok := parseListing(text)
	if !ok || number != message {
		return 0, malformed("+OK "+text, "the answer is not the size of message "+itoa(message))
	}
	return octets, nil
}

// UIDL asks for the unique-ids of all messages (RFC 1939, section 7) and calls
// each for every line. A uid is as it was sent, well-formed or not, and valid
// until each returns.
func (c *Conn) UIDL(each func(number int64, uid []byte)) error {
	return c.multi(indexLimit, func(line []byte, _ int) error {
		number, uid, ok := cutNumber(line)
		if !ok {
			return malformed(string(line), "a line of UIDL is not a number and a unique-id")
		}
		each(number, uid)
		return nil
	}, string(UIDL))
}

// UIDOf asks for the unique-id of one message (RFC 1939, section 7).
func (c *Conn) UIDOf(message int64) (string, error) {
	text, err := c.command("UIDL", itoa(message))
	if err != nil {
		return "", err
	}
	number, uid, ok := cutNumber(text)
	if !ok || number != message {
		return "", malformed("+OK "+text, "the answer is not the unique-id of message "+itoa(message))
	}
	return uid, nil
}

// Top asks for the header of a message and the first lines of its body (RFC
// 1939, section 7). A line is valid until each returns. Of one that is longer than
// MaxLine each gets the beginning.
func (c *Conn) Top(message, lines int64, each func(line []byte)) error {
	return c.multi(headerLimit, func(line []byte, _ int) error {
		each(line)
		return nil
	}, string(TOP(message, lines)))
}

// A Body is how much of a message was read.
type Body struct {
	Octets int64 // with CR LF for each line end (RFC 1939, section 11)
	Lines  int64
	Whole  bool // the end was reached
}

// errEnough stops reading a list in the middle.
var errEnough = errors.New("enough was read")

// Retr reads a message (RFC 1939, section 5) up to limit octets. If that is not
// the whole message, the session is out of step. It fails if more follows the dot:
// then it ended no message, but should have been doubled.
func (c *Conn) Retr(message, limit int64) (Body, error) {
	body := Body{Whole: true}
	lines := wholeLimit
	lines.line = int(limit)
	err := c.multi(lines, func(line []byte, length int) error {
		body.Octets += int64(length) + 2
		body.Lines++
		if body.Octets > limit {
			return errEnough
		}
		return nil
	}, "RETR", itoa(message))
	if errors.Is(err, errEnough) {
		body.Whole, err = false, nil
	} else if err == nil {
		err = c.ended()
	}
	return body, err
}

// ended fails if more of a message follows the dot that ended it.
func (c *Conn) ended() error {
	said, found, _ := c.lines.waiting()
	if _, _, reply := status(said); !found || reply {
		return nil
	}
	c.trace(false, said)
	return c.outOfTurn(said, "the server went on after the end of a message")
}

// Dele marks a message as deleted (RFC 1939, section 5). QUIT would delete it, so
// the caller must not send QUIT before RSET has succeeded.
func (c *Conn) Dele(message int64) error {
	_, err := c.command("DELE", itoa(message))
	return err
}

// Rset removes all marks (RFC 1939, section 5).
func (c *Conn) Rset() error {
	_, err := c.command("RSET")
	return err
}

// Noop does nothing (RFC 1939, section 5).
func (c *Conn) Noop() error {
	_, err := c.command("NOOP")
	return err
}

// multi sends a command and reads a multi-line reply.
func (c *Conn) multi(limit listLimit, each func(line []byte, length int) error, words ...string) error {
	if _, err := c.command(words...); err != nil {
		return err
	}
	keyword, _, _ := strings.Cut(words[0], " ")
	if limit.line > 0 {
		c.last = keyword
	}
	return c.list(keyword, limit, each)
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// more is what the trace shows instead of n lines.
func more(n int) string { return "(" + fault.Count(n, "line") + " more)" }
