package pop3test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// A state of a session (RFC 1939, section 3).
type state byte

const (
	authorization state = 1 << iota
	transaction
)

// A session is one connection to the server.
type session struct {
	s      *Server
	raw    net.Conn
	conn   net.Conn // raw, or TLS over it
	in     *bufio.Reader
	out    *bufio.Writer
	secure bool
	state  state
	name   string // from USER, until PASS
	user   *user  // who has logged in
	view   *view
	ended  bool
}

// maxLine limits a line, in octets. Commands have at most 255 (RFC 2449,
// section 4), responses of AUTH 12288 (RFC 5034, section 4).
const maxLine = 16 << 10

// setConn continues the session on another layer, without what was read before.
func (n *session) setConn(c net.Conn) {
	n.conn = c
	n.in = bufio.NewReaderSize(c, maxLine)
	n.out = bufio.NewWriterSize(c, 16<<10)
}

func (n *session) handshake() error {
	_ = n.raw.SetDeadline(time.Now().Add(n.s.c.Idle))
	c := tls.Server(n.raw, n.s.c.TLS)
	if err := c.Handshake(); err != nil {
		return err
	}
	n.secure = true
	n.setConn(c)
	return nil
}

// run greets and answers commands until one side ends the session.
func (n *session) run() {
	n.state = authorization
	n.ok("pop3test ready.")
	for !n.ended {
		line, err := n.readLine()
		if err != nil {
			return
		}
		n.command(line)
	}
	_ = n.out.Flush()
}

// leave releases the maildrop, once. Without QUIT nothing is deleted (RFC 1939,
// section 6).
func (n *session) leave() {
	if n.user != nil && n.s.c.Exclusive {
		n.user.drop.unlock()
		n.user = nil
	}
}

// command answers a command.
func (n *session) command(line string) {
	verb, rest, _ := strings.Cut(line, " ")
	c, ok := commands[strings.ToUpper(verb)]
	switch {
	case !ok:
		n.err("Unknown command.")
	case c.states&n.state == 0:
		n.err("Command is not valid in this state.")
	default:
		args := c.split(rest)
		if len(args) < c.min || len(args) > c.max {
			n.err("Wrong number of arguments.")
			return
		}
		c.answer(n, args)
	}
}

// split returns the arguments of a command.
func (c command) split(rest string) []string {
	switch {
	case rest == "":
		return nil
	case c.whole:
		return []string{rest}
	}
	return strings.Split(rest, " ")
}

// readLine reads the next line. Before that it sends the answers, unless
// another command has arrived already.
func (n *session) readLine() (string, error) {
	if !n.s.c.Pipelining || !n.hasLine() {
		if err := n.out.Flush(); err != nil {
			return "", err
		}
	}
	_ = n.raw.SetDeadline(time.Now().Add(n.s.c.Idle))
	line, err := n.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		n.err("Line too long.")
		_ = n.out.Flush()
	}
	if err != nil {
		return "", err
	}
	return strings.TrimRight(string(line), "\r\n"), nil
}

// hasLine reports whether the next command has arrived already.
func (n *session) hasLine() bool {
	waiting, _ := n.in.Peek(n.in.Buffered())
	return bytes.IndexByte(waiting, '\n') >= 0
}

// ok answers +OK.
func (n *session) ok(format string, args ...any) { n.answer("+OK", format, args) }

// err answers -ERR.
func (n *session) err(format string, args ...any) { n.answer("-ERR", format, args) }

func (n *session) answer(status, format string, args []any) {
	if n.s.c.Delay > 0 {
		_ = n.out.Flush()
		n.s.sleep(n.s.c.Delay)
	}
	text := fmt.Sprintf(format, args...)
	if text != "" {
		status += " "
	}
	n.print(status + text)
}

// print writes a line of an answer. The next Flush returns its error.
func (n *session) print(line string) {
	_, _ = io.WriteString(n.out, line)
	_, _ = io.WriteString(n.out, "\r\n")
}

// dot ends a multi-line answer.
func (n *session) dot() { n.print(".") }
