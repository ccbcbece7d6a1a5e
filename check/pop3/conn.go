// Package pop3 speaks POP3 (RFC 1939) as a client on a connection that it is
// given. It neither dials, nor keeps time, nor knows TLS: the deadlines are the
// connection's, and so is the encryption.
//
// The server is read as an enemy would be. A reply counts only if it came after
// its command; everything read is bounded; what does not fit the grammar is a
// fault of kind protocol and never repaired.
package pop3

import (
	"errors"
	"io"
	"strings"
	"syscall"

	"check_pop3x/check/fault"
)

// A Transport carries the session.
type Transport interface {
	io.ReadWriter
	// ReadWaiting reads what has arrived already, without waiting: 0 and no
	// error where nothing has, io.EOF where the peer has hung up.
	ReadWaiting(p []byte) (int, error)
}

// A Conn is one POP3 session. It is not safe for concurrent use. After an error
// that is not an *Error the session is out of step and must be cut.
type Conn struct {
	lines lineReader
	w     io.Writer
	trace func(sent bool, line string)
	ahead []string // commands that are written and not given yet
}

// New returns a session on t, which has to be fresh: nothing of an earlier
// session may be buffered. trace is told each line, without its line end; a
// secret is replaced by Redacted in what was sent, not in what was received.
func New(t Transport, trace func(sent bool, line string)) *Conn {
	return &Conn{lines: lineReader{t: t}, w: t, trace: trace}
}

// Redacted stands for a secret in the trace.
const Redacted = "***"

// ErrUnsent is beneath the fault of a connection that ended before the command
// was sent.
var ErrUnsent = errors.New("the command was not sent")

// An Error is a command that the server refused with -ERR.
type Error struct {
	Command string // the keyword, "STAT"; "" for the greeting
	Text    string // what stands behind "-ERR ", the response code included
	Code    string // the response code without brackets, RFC 2449, section 8; "" without one
	Unasked bool   // it was there before the command was sent: the server's last word
}

func (e *Error) Error() string { return e.Command + ": -ERR " + e.Text }

// Greeting reads the line that the server opens the session with (RFC 1939,
// section 4) and returns the text behind "+OK ". A refusal is an *Error. What
// is no POP3 at all is a fault of kind greeting with what was read, complete
// line or not.
func (c *Conn) Greeting() (string, error) {
	line, err := c.lines.next()
	if err != nil {
		if said := c.lines.partial(); said != "" && isClosed(err) && !strings.HasPrefix(said, "+OK") && !strings.HasPrefix(said, "-ERR") {
			return "", &fault.Error{Kind: fault.Greeting, Text: "not a POP3 greeting", Said: said}
		}
		return "", received(err)
	}
	c.trace(false, line)
	ok, text, known := status(line)
	switch {
	case !known:
		return "", &fault.Error{Kind: fault.Greeting, Text: "not a POP3 greeting", Said: line}
	case !ok:
		return "", refusal("", text)
	}
	return text, nil
}

// command sends one command and returns the text behind the +OK that answers
// it. It is the one funnel for what is written, but for the answers of AUTH.
func (c *Conn) command(words ...string) (string, error) {
	line := strings.Join(words, " ")
	return c.secretCommand(line, line)
}

// secretCommand is command with what the trace may show of the line.
func (c *Conn) secretCommand(line, shown string) (string, error) {
	keyword, _, _ := strings.Cut(line, " ")
	if err := c.send(keyword, line, shown); err != nil {
		return "", err
	}
	return c.reply(keyword)
}

// send writes a line, provided that the server has not spoken out of turn.
func (c *Conn) send(keyword, line, shown string) error {
	if strings.ContainsAny(line, "\r\n\x00") {
		return fault.New(fault.Usage, "%s: CR, LF and NUL cannot be sent", keyword)
	}
	if len(c.ahead) > 0 {
		return c.given(line)
	}
	if err := c.quiet(keyword); err != nil {
		return err
	}
	c.trace(true, shown)
	if _, err := io.WriteString(c.w, line+"\r\n"); err != nil {
		return c.unwritten(keyword, err)
	}
	return nil
}

// unwritten is a write that failed. A server that hung up may have said why.
func (c *Conn) unwritten(keyword string, err error) error {
	if last := c.quiet(keyword); last != nil {
		return last
	}
	return received(err)
}

// quiet fails if the server has said something that no command asked for: an
// -ERR is its last word (an *Error, Unasked), anything else breaks the protocol.
func (c *Conn) quiet(keyword string) error {
	said, some, err := c.lines.waiting()
	if err != nil {
		return received(errors.Join(ErrUnsent, err))
	}
	if !some {
		return nil
	}
	c.trace(false, said)
	if ok, text, known := status(said); known && !ok {
		e := refusal(keyword, text)
		e.Unasked = true
		return e
	}
	return &fault.Error{Kind: fault.Protocol, Text: "said before " + keyword + " was sent", Said: said}
}

// reply reads the one line that answers a command.
func (c *Conn) reply(keyword string) (string, error) {
	line, err := c.lines.next()
	if err != nil {
		return "", received(err)
	}
	c.trace(false, line)
	ok, text, known := status(line)
	switch {
	case !known:
		return "", &fault.Error{Kind: fault.Protocol, Text: "neither +OK nor -ERR", Said: line}
	case !ok:
		return "", refusal(keyword, text)
	}
	return text, nil
}

// status splits a reply: "+OK" or "-ERR" in upper case, then a blank or the end
// (RFC 1939, section 3).
func status(line string) (ok bool, text string, known bool) {
	word, text, _ := strings.Cut(line, " ")
	return word == "+OK", text, word == "+OK" || word == "-ERR"
}

// refusal returns the *Error for the text behind an -ERR.
func refusal(keyword, text string) *Error {
	return &Error{Command: keyword, Text: text, Code: responseCode(text)}
}

// responseCode returns what stands in brackets at the beginning of text, in
// upper case (RFC 2449, section 8), or "".
func responseCode(text string) string {
	code, found := strings.CutPrefix(text, "[")
	if !found {
		return ""
	}
	code, _, found = strings.Cut(code, "]")
	if !found {
		return ""
	}
	return strings.ToUpper(code)
}

// received gives an error of the connection its kind. A deadline keeps its own:
// why it passed is for the caller to say.
func received(err error) error {
	if isClosed(err) {
		return &fault.Error{Kind: fault.Closed, Text: "the server hung up", Err: err}
	}
	return err
}

func isClosed(err error) bool {
	for _, end := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED} {
		if errors.Is(err, end) {
			return true
		}
	}
	return false
}
