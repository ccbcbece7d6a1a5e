package pop3

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"check_pop3x/check/fault"
)

// The bounds of what a mailbox may make us read. Nothing of it is kept here.
var (
	indexLimit  = listLimit{lines: MaxMessages, octets: 1 << 30, shown: 20}
	headerLimit = listLimit{lines: 20_000, octets: 1 << 20, shown: 20}
	wholeLimit  = listLimit{lines: math.MaxInt32, octets: math.MaxInt32, shown: 20}
)

// MaxMessages bounds the lines of LIST and UIDL.
const MaxMessages = 1 << 24

// MaxRetr bounds what may be read of one message.
const MaxRetr = 1 << 30

// List asks for the size of each message (RFC 1939, section 5).
func (c *Conn) List(each func(number, octets int64)) error {
	return c.multi(indexLimit, func(line []byte) error {
		number, octets, ok := listing(line)
		if !ok {
			return &fault.Error{Kind: fault.Protocol, Text: "not two numbers", Said: string(line)}
		}
		each(number, octets)
		return nil
	}, "LIST")
}

// listing reads a scan listing: two numbers, and text behind another blank
// (RFC 1939, section 5).
func listing(line []byte) (number, octets int64, ok bool) {
	first, rest := word(line)
	second, _ := word(rest)
	number, okFirst := decimal(first)
	octets, okSecond := decimal(second)
	return number, octets, okFirst && okSecond
}

// word splits a line at its first blank.
func word(line []byte) (first, rest []byte) {
	if at := bytes.IndexByte(line, ' '); at >= 0 {
		return line[:at], line[at+1:]
	}
	return line, nil
}

// SizeOf asks for the size of one message (RFC 1939, section 5).
func (c *Conn) SizeOf(message int64) (int64, error) {
	text, err := c.command("LIST", itoa(message))
	if err != nil {
		return 0, err
	}
	number, octets, ok := listing([]byte(text))
	if !ok || number != message {
		return 0, &fault.Error{Kind: fault.Protocol, Text: "not the size of message " + itoa(message), Said: "+OK " + text}
	}
	return octets, nil
}

// UIDL asks for the unique-id of each message (RFC 1939, section 7). A uid is as
// it was sent, well-formed or not, and good until each returns.
func (c *Conn) UIDL(each func(number int64, uid []byte)) error {
	return c.multi(indexLimit, func(line []byte) error {
		first, uid := word(line)
		number, ok := decimal(first)
		if !ok {
			return &fault.Error{Kind: fault.Protocol, Text: "not the number of a message", Said: string(line)}
		}
		each(number, uid)
		return nil
	}, "UIDL")
}

// UIDOf asks for the unique-id of one message (RFC 1939, section 7).
func (c *Conn) UIDOf(message int64) (string, error) {
	text, err := c.command("UIDL", itoa(message))
	if err != nil {
		return "", err
	}
	first, uid, _ := strings.Cut(text, " ")
	if number, ok := decimal(first); !ok || number != message {
		return "", &fault.Error{Kind: fault.Protocol, Text: "not the unique-id of message " + itoa(message), Said: "+OK " + text}
	}
	return uid, nil
}

// Top asks for the header of a message and the first lines of its body (RFC
// 1939, section 7). A line is good until each returns.
func (c *Conn) Top(message, lines int64, each func(line []byte)) error {
	return c.multi(headerLimit, func(line []byte) error {
		each(line)
		return nil
	}, TopCommand(message, lines))
}

// TopCommand is what Top sends, for Ahead.
func TopCommand(message, lines int64) string { return "TOP " + itoa(message) + " " + itoa(lines) }

// A Body is how much of a message was read.
type Body struct {
	Octets int64 // with CR LF for each line end (RFC 1939, section 11)
	Lines  int64
	Whole  bool // up to its end
}

// errEnough ends a list in the middle.
var errEnough = errors.New("enough was read")

// Retr reads a message (RFC 1939, section 5), and nothing more once it has most
// octets: it is not Whole then, and the session is out of step.
func (c *Conn) Retr(message, most int64) (Body, error) {
	body := Body{Whole: true}
	err := c.multi(wholeLimit, func(line []byte) error {
		body.Octets += int64(len(line)) + 2
		body.Lines++
		if body.Octets > most {
			return errEnough
		}
		return nil
	}, "RETR", itoa(message))
	if errors.Is(err, errEnough) {
		body.Whole, err = false, nil
	}
	return body, err
}

// Dele marks a message as deleted (RFC 1939, section 5). QUIT would remove it:
// the caller sends none before RSET has been confirmed.
func (c *Conn) Dele(message int64) error {
	_, err := c.command("DELE", itoa(message))
	return err
}

// Rset takes every mark back (RFC 1939, section 5).
func (c *Conn) Rset() error {
	_, err := c.command("RSET")
	return err
}

// Noop does nothing (RFC 1939, section 5).
func (c *Conn) Noop() error {
	_, err := c.command("NOOP")
	return err
}

// multi sends a command and reads the list that answers it.
func (c *Conn) multi(limit listLimit, each func(line []byte) error, words ...string) error {
	if _, err := c.command(words...); err != nil {
		return err
	}
	return c.list(limit, each)
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// more is what the trace has in the place of n lines.
func more(n int) string { return fmt.Sprintf("(%d lines more)", n) }
