package transport

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"check_pop3x/check/fault"
)

var loopback = netip.MustParseAddr("127.0.0.1")

// bounded is a context that ends if the test hangs.
func bounded(tb testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	tb.Cleanup(cancel)
	return ctx
}

// peer returns a Conn to a server that talk runs. The test ends when talk has
// ended.
func peer(tb testing.TB, talk func(net.Conn)) *Conn {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(2 * time.Minute))
		talk(c)
	}()
	conn, _, err := Route{}.Dial(bounded(tb), []netip.Addr{loopback}, portOf(l))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { conn.Close(); l.Close(); <-done })
	return conn
}

func portOf(l net.Listener) uint16 { return l.Addr().(*net.TCPAddr).AddrPort().Port() }

// eventually calls f until it reports true.
func eventually(tb testing.TB, what string, f func() bool) {
	tb.Helper()
	for end := time.Now().Add(2 * time.Minute); !f(); {
		if time.Now().After(end) {
			tb.Fatal("never: " + what)
		}
	}
}

// wantFault checks the kind and the text of a fault.
func wantFault(tb testing.TB, err error, kind fault.Kind, text string) {
	tb.Helper()
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		tb.Fatalf("%v (%T) is no fault", err, err)
	}
	if f.Kind != kind || f.Text != text {
		tb.Errorf("got  %s: %s\nwant %s: %s", f.Kind, f.Text, kind, text)
	}
}
