package transport

import (
	"errors"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// maxReceived limits what is kept of what the server sends in a handshake. That is
// enough for some certificates.
const maxReceived = 16 << 10

// A socket is a connection of the system: TCP or a Unix socket.
type socket interface {
	net.Conn
	syscall.Conn
}

// A wire is what TLS runs on: a socket that can be told not to wait, and that keeps
// the first bytes that the server sends in a handshake.
type wire struct {
	socket
	noWait   bool   // reads return errNothing instead of waiting
	record   bool   // reads are kept in received
	received []byte // at most maxReceived
	timeout  error  // of the write whose deadline passed, or nil

	heard atomic.Bool // something was read
}

func (w *wire) Read(p []byte) (n int, err error) {
	if w.noWait {
		n, err = readWaiting(w.socket, p)
	} else {
		n, err = read(w.socket, p)
	}
	if n > 0 {
		w.heard.Store(true)
	}
	if w.record {
		w.received = append(w.received, p[:min(n, maxReceived-len(w.received))]...)
	}
	return n, err
}

func (w *wire) Write(p []byte) (int, error) {
	n, err := w.socket.Write(p)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		w.timeout = err
	}
	return n, err
}

// SetWriteDeadline does nothing: crypto/tls would replace our deadline by its own
// five seconds, before it sends the alert that ends TLS.
func (w *wire) SetWriteDeadline(time.Time) error { return nil }

// errNothing says that nothing has arrived yet. As it is temporary, a tls.Conn
// goes on with the next read.
var errNothing net.Error = nothing{}

type nothing struct{}

func (nothing) Error() string   { return "nothing has arrived" }
func (nothing) Timeout() bool   { return true }
func (nothing) Temporary() bool { return true }
