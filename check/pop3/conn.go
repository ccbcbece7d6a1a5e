package pop3

import (
	"errors"
	"io"
	"strings"

	"check_pop3x/check/fault"
)

// A Transport carries the session.
type Transport interface {
	io.ReadWriter
	// ReadWaiting reads what has arrived already, without waiting. It returns 0
	// and no error if nothing has, and io.EOF if the peer has hung up. A
	// connection that was reset is a fault of kind closed, as for Read and Write.
	ReadWaiting(p []byte) (int, error)
}

// A Conn is one POP3 session. It is not safe for concurrent use. After an error
// that is not an *Error the session is out of step and must be cut.
type Conn struct {
	// TwoSteps keeps the initial response of AUTH out of the command.
	TwoSteps bool

	lines     lineReader
	w         io.Writer
	trace     func(sent bool, line string)
	pipelined []Command // sent, but not asked for yet
	held      Command   // to be sent with the next one; "" is none
	last      string    // what was read last if it may not have ended there: TOP, RETR or greeting; else ""
}

// greeting stands for the greeting in Conn.last.
const greeting = "greeting"

// New returns a session on t, where nothing of an earlier session may be
// buffered. It calls trace for each line, without the line end. Secrets are
// replaced by Redacted in what is sent, but not in what is received.
func New(t Transport, trace func(sent bool, line string)) *Conn {
	return &Conn{lines: lineReader{t: t}, w: t, trace: trace}
}

// Redacted stands for a secret in the trace.
const Redacted = "***"

// ErrUnsent is wrapped by the fault of a connection that ended before the command
// was sent.
var ErrUnsent = errors.New("the command was not sent")

// An Error is a command that the server refused with -ERR.
type Error struct {
	Command string // the keyword, "STAT"; "" for the greeting
	Text    string // after "-ERR ", with the response code
	Code    string // the response code without brackets, RFC 2449, section 8; "" if there is none
	Reason  string // what the server said inside AUTH about why it refuses; "" if nothing
	Inline  bool   // it answers an AUTH that had its initial response in the command

	Unsolicited bool // it arrived before the command was sent: the server's last word
}

func (e *Error) Error() string { return e.Command + ": -ERR " + e.Text }

// Greeting reads the line that begins the session (RFC 1939, section 4) and
// returns the text after "+OK ". An -ERR is an *Error. Anything else is a fault of
// kind greeting with what was read, even if the line is not complete.
func (c *Conn) Greeting() (string, error) {
	line, err := c.next(answer{})
	if err != nil {
		if said := c.lines.partial(); !mayBeStatus(said) && (isClosed(err) || isLate(err)) {
			return "", fault.New(fault.Greeting, "the server does not speak POP3").Because(fault.NotPOP3).Spoken(said)
		}
		return "", err
	}
	c.trace(false, line)
	ok, text, known := status(line)
	switch {
	case !known:
		return "", fault.New(fault.Greeting, "the server does not speak POP3").Because(fault.NotPOP3).Spoken(line)
	case !ok:
		return "", refusal("", text)
	}
	c.last = greeting
	return text, nil
}

// command sends a command and returns the text after the +OK of the reply.
func (c *Conn) command(words ...string) (string, error) {
	line := strings.Join(words, " ")
	return c.secretCommand(line, line)
}

// secretCommand is command, where the trace shows another line than is sent.
func (c *Conn) secretCommand(line, shown string) (string, error) {
	keyword, _, _ := strings.Cut(line, " ")
	if err := c.send(keyword, line, shown); err != nil {
		return "", err
	}
	return c.reply(keyword)
}

// send writes a line, unless the server has said something out of turn. All
// that is written goes through here, except for Pipeline and SendQuit.
func (c *Conn) send(keyword, line, shown string) error {
	if strings.ContainsAny(line, "\r\n\x00") {
		return fault.New(fault.Usage, "%s: CR, LF and NUL cannot be sent", keyword)
	}
	if len(c.pipelined) > 0 {
		return c.takePipelined(line)
	}
	if err := c.quiet(keyword); err != nil {
		return err
	}
	first := c.held
	if c.held = ""; first != "" {
		c.trace(true, string(first))
		line = string(first) + "\r\n" + line
	}
	c.trace(true, shown)
	if _, err := io.WriteString(c.w, line+"\r\n"); err != nil {
		return c.writeFailed(keyword, err)
	}
	if first == "" {
		return nil
	}
	return unlessRefused(c.reply(string(first)))
}

// writeFailed returns the error of a failed write. A server that hung up may have
// said why.
func (c *Conn) writeFailed(keyword string, err error) error {
	if last := c.quiet(keyword); last != nil {
		return last
	}
	return ended(err, beforeSent(keyword))
}

// quiet fails if the server has said something that no command asked for. An -ERR
// is its last word (an unsolicited *Error), anything else breaks the protocol.
func (c *Conn) quiet(keyword string) error {
	said, found, err := c.lines.waiting()
	if err != nil {
		return ended(errors.Join(ErrUnsent, err), beforeSent(keyword))
	}
	if !found {
		return nil
	}
	c.trace(false, said)
	if ok, text, known := status(said); known && !ok {
		e := refusal(keyword, text)
		e.Unsolicited = true
		return e
	}
	return c.outOfTurn(said, "the server spoke before "+keyword+" was sent")
}

// outOfTurn returns the fault of a line that came before the command was sent, with
// the reason if what was read before it tells one.
func (c *Conn) outOfTurn(said, text string) *fault.Error {
	f := &fault.Error{Kind: fault.Protocol, Text: text, Said: said}
	switch c.last {
	case "":
	case greeting:
		f.Text = "the greeting has several lines, and RFC 1939 allows one"
		f.Problem = fault.LongGreeting
	default:
		f.Text = "the answer to " + c.last + " ended at a dot that was not doubled (RFC 1939, section 3)"
		f.Problem = fault.LostDot
	}
	return f
}

// reply reads the status line of a reply and returns the text after its +OK.
func (c *Conn) reply(keyword string) (string, error) {
	line, err := c.next(answer{command: keyword})
	if err != nil {
		return "", err
	}
	c.trace(false, line)
	ok, text, known := status(line)
	switch {
	case !known:
		return "", c.noStatus(line, keyword)
	case !ok:
		err = refusal(keyword, text)
	}
	c.last = ""
	return text, err
}

// noStatus returns the fault of an answer without a status. Whether a line that came
// after the command belongs to what was read before it, nobody knows.
func (c *Conn) noStatus(line, keyword string) *fault.Error {
	f := &fault.Error{Kind: fault.Protocol, Text: "the answer to " + keyword + " is neither +OK nor -ERR", Said: line}
	if c.last != "" && c.last != greeting {
		f.Text = "the answer to " + c.last + " seems to end at a dot that was not doubled (RFC 1939, section 3)"
		f.Problem = fault.LostDot
	}
	return f
}

// status splits a status line: "+OK" or "-ERR" in upper case, then a blank or the
// end (RFC 1939, section 3). known is false for any other line.
func status(line string) (ok bool, text string, known bool) {
	word, text, _ := strings.Cut(line, " ")
	return word == "+OK", text, word == "+OK" || word == "-ERR"
}

// refusal returns the *Error for the text after an -ERR.
func refusal(keyword, text string) *Error {
	return &Error{Command: keyword, Text: text, Code: responseCode(text)}
}

// responseCode returns the response code that text begins with, without brackets
// and in upper case (RFC 2449, section 8), or "".
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

// ended returns a fault of kind closed if the connection ended, with the moment
// when: "before the greeting". A reset may come from elsewhere than the server, so
// it is told apart. Other errors stay as they are: why a deadline passed, only the
// caller knows.
func ended(err error, when string) error {
	if !isClosed(err) {
		return err
	}
	f := &fault.Error{Kind: fault.Closed, Text: "the server closed the connection " + when, Err: err}
	if isReset(err) {
		f.Problem, f.Text = fault.Reset, "the connection was reset "+when
	}
	return f
}

func beforeSent(keyword string) string { return "before " + keyword + " was sent" }

// isReset reports whether the connection did not end in an orderly way.
func isReset(err error) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && f.Problem == fault.Reset
}

// isClosed reports whether the connection ended.
func isClosed(err error) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || ok && f.Kind == fault.Closed
}
