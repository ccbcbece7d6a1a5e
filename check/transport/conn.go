package transport

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"time"
)

// A Conn is a connection to the server: TCP, or TLS on it once StartTLS has
// succeeded. One goroutine reads and writes; Close and SetDeadline may come
// from any.
type Conn struct {
	wire *wire
	tls  *tls.Conn

	client *tls.Certificate // ours, or nil
	asked  bool             // the server asked for one
}

func newConn(tcp *net.TCPConn) *Conn {
	return &Conn{wire: &wire{TCPConn: tcp}}
}

// Read reads what comes next and waits for it. The error is io.EOF where the
// server has ended the connection (io.ErrUnexpectedEOF inside a TLS record), a
// deadline of SetDeadline as it is, and otherwise a *fault.Error: of kind Closed,
// Timeout or Unreachable where the network failed, and of kind TLS where a server
// refuses us only now (TLS 1.3 does so when it wanted a certificate) or breaks
// the rules.
func (c *Conn) Read(p []byte) (int, error) {
	if c.tls == nil {
		n, err := c.wire.Read(p)
		return n, lostFault(err, c.Remote())
	}
	n, err := c.tls.Read(p)
	return n, c.explain(err)
}

// Write writes all of p. Its errors are those of Read.
func (c *Conn) Write(p []byte) (int, error) {
	if c.tls == nil {
		n, err := c.wire.Write(p)
		return n, lostFault(err, c.Remote())
	}
	n, err := c.tls.Write(p)
	return n, c.explain(err)
}

// ReadWaiting reads what has already arrived, without waiting: 0 and nil when
// nothing has, io.EOF when the peer has hung up. Deadlines do not matter to
// it. Under TLS, records that carry no data (session tickets) are dealt with
// on the way. On systems without a way to look (all but Unix) nothing is ever
// waiting but what TLS has already decrypted.
func (c *Conn) ReadWaiting(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	c.wire.noWait = true
	defer func() { c.wire.noWait = false }()
	n, err := c.Read(p)
	switch {
	case n > 0 || err == errNothing:
		return n, nil // an error besides data comes again with the next read
	case err == io.ErrUnexpectedEOF:
		return 0, io.EOF // the peer hung up inside a TLS record
	}
	return 0, err
}

// SetDeadline ends every read and write that still waits at t; a time in the
// past ends them now. The zero time means no deadline.
func (c *Conn) SetDeadline(t time.Time) error { return c.wire.TCPConn.SetDeadline(t) }

// Close closes TCP at once, below TLS: the alert that ends TLS may block.
func (c *Conn) Close() error { return c.wire.TCPConn.Close() }

// CloseNotify ends TLS, if there is any, as RFC 8446, section 6.1 wants it, and
// then closes TCP. It waits no longer than the deadline of SetDeadline.
func (c *Conn) CloseNotify() error {
	if c.tls == nil {
		return c.Close()
	}
	return errors.Join(c.tls.CloseWrite(), c.Close())
}

// Remote is the address and port that was connected to.
func (c *Conn) Remote() netip.AddrPort {
	a := c.wire.RemoteAddr().(*net.TCPAddr).AddrPort()
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}

// errNothing says that nothing has arrived yet. Being temporary it does not
// stick to a tls.Conn, which goes on where it was with the next read.
var errNothing net.Error = nothing{}

type nothing struct{}

func (nothing) Error() string   { return "nothing has arrived" }
func (nothing) Timeout() bool   { return true }
func (nothing) Temporary() bool { return true }

// maxFirst bounds what is kept of what either side sends first.
const maxFirst = 1024

// A wire is what TLS runs on: TCP that can be told not to wait, and that keeps
// the first bytes that either side sends in a handshake.
type wire struct {
	*net.TCPConn
	noWait bool
	keep   bool
	first  []byte // from the server
	sent   []byte // to the server
	late   error  // a write that had no time left
}

func (w *wire) Read(p []byte) (int, error) {
	n, err := 0, error(nil)
	if w.noWait {
		n, err = readWaiting(w.TCPConn, p)
	} else {
		n, err = w.TCPConn.Read(p)
	}
	if w.keep {
		w.first = keep(w.first, p[:n])
	}
	return n, err
}

func (w *wire) Write(p []byte) (int, error) {
	if w.keep {
		w.sent = keep(w.sent, p)
	}
	n, err := w.TCPConn.Write(p)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		w.late = err
	}
	return n, err
}

func keep(first, more []byte) []byte {
	return append(first, more[:min(len(more), maxFirst-len(first))]...)
}

// SetWriteDeadline does nothing: crypto/tls would put its own five seconds in
// the place of our deadline, before it sends the alert that ends TLS.
func (w *wire) SetWriteDeadline(time.Time) error { return nil }
