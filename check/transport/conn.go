package transport

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"time"

	"check_pop3x/check/fault"
)

// A Conn is a connection to the server: TCP, a Unix socket, or TLS on it once StartTLS has
// succeeded. One goroutine reads and writes; Close and SetDeadline may be called
// from any.
type Conn struct {
	wire  *wire
	tls   *tls.Conn // nil without TLS
	offer *offer    // what we offered in the handshake; nil before it
}

func newConn(conn net.Conn) *Conn { return &Conn{wire: &wire{socket: conn.(socket)}} }

// Read reads what comes next and waits for it. The error is io.EOF if the server
// has ended the connection (io.ErrUnexpectedEOF inside a TLS record), the error
// of a deadline as it is, and otherwise a *fault.Error: of kind Closed, Timeout
// or Unreachable if the network failed, and of kind TLS if the server refuses us
// only now (TLS 1.3 does so when it wanted a certificate) or breaks the rules.
func (c *Conn) Read(p []byte) (n int, err error) {
	if c.tls == nil {
		n, err = c.wire.Read(p)
	} else {
		n, err = c.tls.Read(p)
	}
	return n, c.fault(err)
}

// Write writes all of p. Its errors are those of Read.
func (c *Conn) Write(p []byte) (n int, err error) {
	if c.tls == nil {
		n, err = c.wire.Write(p)
	} else {
		n, err = c.tls.Write(p)
	}
	return n, c.fault(err)
}

// fault returns the fault behind the error of a read or a write.
func (c *Conn) fault(err error) error {
	alert, refused := alertIn(err, fromServer)
	_, network := errors.AsType[net.Error](err)
	_, rules := alertIn(err, fromUs)
	switch {
	case refused:
		return c.offer.refusal(alert)
	case c.tls == nil, err == nil, err == io.EOF, err == io.ErrUnexpectedEOF, network && !rules:
		return lostFault(err, c.wire.RemoteAddr())
	case c.wire.timeout != nil: // of an answer that TLS needed, which the error of a read does not tell
		return c.wire.timeout
	}
	return rulesFault(err)
}

// rulesFault is a server that breaks the rules of TLS.
func rulesFault(err error) error {
	f := &fault.Error{Kind: fault.TLS, Err: err}
	alert, _ := alertIn(err, fromUs)
	header, noTLS := errors.AsType[tls.RecordHeaderError](err)
	switch {
	case noTLS && isText(header.RecordHeader[:]):
		f.Said, f.Text = string(header.RecordHeader[:]), "the server sent plain text in the middle of TLS"
	case alert == alertNoRenegotiation:
		f.Text = "the server wants to renegotiate TLS, which is refused (no_renegotiation)"
	default:
		f.Text = "the server breaks the rules of TLS" + brokenRule(err)
	}
	return f
}

// brokenRule is the rule that crypto/tls found broken, as the end of a sentence:
// the alert that it sent, or its words.
func brokenRule(err error) string {
	if alert, ok := alertIn(err, fromUs); ok {
		return " (" + alertName(alert) + ")"
	}
	return ": " + strings.TrimPrefix(err.Error(), "tls: ")
}

// ReadWaiting reads what has already arrived, without waiting. It returns 0 and
// no error if nothing has, and io.EOF if the server has hung up. Deadlines do not
// matter to it. Under TLS, records that carry no data (session tickets) are dealt
// with on the way. On systems without a way to look (all except Unix) it sees
// only what TLS has already decrypted.
func (c *Conn) ReadWaiting(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	c.wire.noWait = true
	defer func() { c.wire.noWait = false }()
	n, err := c.Read(p)
	switch {
	case n > 0 || err == errNothing:
		return n, nil // an error with data comes again with the next read
	case err == io.ErrUnexpectedEOF:
		return 0, io.EOF // the server hung up inside a TLS record
	}
	return 0, err
}

// SetDeadline ends every read and write that still waits at t; a time in the
// past ends them now. The zero time means no deadline.
func (c *Conn) SetDeadline(t time.Time) error { return c.wire.socket.SetDeadline(t) }

// Close closes the connection at once, below TLS: the alert that ends TLS may block.
func (c *Conn) Close() error { return c.wire.socket.Close() }

// CloseNotify ends TLS, if there is any, as RFC 8446, section 6.1 wants it, and
// then closes the connection. It waits no longer than the deadline of SetDeadline.
func (c *Conn) CloseNotify() error {
	if c.tls == nil {
		return c.Close()
	}
	return errors.Join(c.tls.CloseWrite(), c.Close())
}

// Heard reports whether anything has come from the server. It may be called from
// any goroutine.
func (c *Conn) Heard() bool { return c.wire.heard.Load() }

// Local is the address of this machine that is connected; it is not valid for a Unix
// socket.
func (c *Conn) Local() netip.Addr {
	tcp, ok := c.wire.LocalAddr().(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	return tcp.AddrPort().Addr().Unmap()
}

// Remote is the address and port of the server; it is not valid for a Unix socket.
func (c *Conn) Remote() netip.AddrPort {
	tcp, ok := c.wire.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(tcp.AddrPort().Addr().Unmap(), tcp.AddrPort().Port())
}
