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

// state is where a session is (RFC 1939, section 3).
type state byte

const (
	authorization state = 1 << iota
	transaction
)

// session is one connection to the server.
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

// longest is the longest line that is read: RFC 2449, section 4, wants 255 octets for commands, RFC 5034,
// section 4, 12288 for what follows AUTH.
const longest = 16 << 10

// over lets the session go on over another layer; nothing that was read before crosses it.
func (n *session) over(c net.Conn) {
	n.conn = c
	n.in = bufio.NewReaderSize(c, longest)
	n.out = bufio.NewWriterSize(c, 16<<10)
}

func (n *session) handshake() error {
	_ = n.raw.SetDeadline(time.Now().Add(n.s.c.Idle))
	c := tls.Server(n.raw, n.s.c.TLS)
	if err := c.Handshake(); err != nil {
		return err
	}
	n.secure = true
	n.over(c)
	return nil
}

// run greets and answers commands until one side has enough.
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

// leave releases the maildrop, once. Without QUIT nothing is removed (RFC 1939, section 6).
func (n *session) leave() {
	if n.user != nil && n.s.c.Exclusive {
		n.user.drop.unlock()
		n.user = nil
	}
}

// command finds who answers.
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
		if len(args) < c.least || len(args) > c.most {
			n.err("Wrong number of arguments.")
			return
		}
		c.answer(n, args)
	}
}

// split takes the arguments apart.
func (c command) split(rest string) []string {
	switch {
	case rest == "":
		return nil
	case c.rest:
		return []string{rest}
	}
	return strings.Split(rest, " ")
}

// readLine sends what is waiting, unless more commands are there already, and reads the next line.
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

// ok is a positive answer.
func (n *session) ok(format string, args ...any) { n.answer("+OK", format, args) }

// err is a negative answer.
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

// print writes a line of an answer. An error comes back with the next Flush.
func (n *session) print(line string) {
	_, _ = io.WriteString(n.out, line)
	_, _ = io.WriteString(n.out, "\r\n")
}

// dot ends a multi-line answer.
func (n *session) dot() { n.print(".") }
