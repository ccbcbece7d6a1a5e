package transport

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"check_pop3x/check/fault"
)

// waiting calls ReadWaiting until something has arrived.
func waiting(t *testing.T, c *Conn) (string, error) {
	t.Helper()
	p := make([]byte, 100)
	var n int
	var err error
	eventually(t, "data", func() bool {
		n, err = c.ReadWaiting(p)
		return n > 0 || err != nil
	})
	return string(p[:n]), err
}

func wantNothing(t *testing.T, c *Conn) {
	t.Helper()
	if n, err := c.ReadWaiting(make([]byte, 100)); n != 0 || err != nil {
		t.Fatal(n, err)
	}
}

func TestReadWaitingInClear(t *testing.T) {
	step := make(chan string)
	c := peer(t, func(s net.Conn) {
		for text := range step {
			io.WriteString(s, text)
		}
	})
	wantNothing(t, c)
	c.SetDeadline(time.Now().Add(-time.Hour)) // it must not matter
	wantNothing(t, c)
	step <- "+OK\r\n"
	if got, err := waiting(t, c); got != "+OK\r\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	wantNothing(t, c)
	c.SetDeadline(time.Now().Add(2 * time.Minute))
	step <- "more"
	p := make([]byte, 4) // an ordinary read still works after all that
	if _, err := io.ReadFull(c, p); err != nil || string(p) != "more" {
		t.Errorf("%q, %v", p, err)
	}
	close(step)
	if got, err := waiting(t, c); got != "" || err != io.EOF {
		t.Errorf("%q, %v", got, err)
	}
	if n, err := c.ReadWaiting(nil); n != 0 || err != nil {
		t.Error(n, err)
	}
	c.Close()
	if _, err := c.ReadWaiting(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
}

func TestReadWaitingAfterReset(t *testing.T) {
	connected := make(chan struct{})
	c := peer(t, func(s net.Conn) {
		<-connected
		s.(*net.TCPConn).SetLinger(0)
	})
	close(connected)
	_, err := waiting(t, c)
	wantFault(t, err, fault.Closed, "the connection was reset")
}

// A holder keeps what a TLS server writes, so that a test can send it in parts.
type holder struct {
	net.Conn
	held []byte
	hold bool
}

func (s *holder) Write(p []byte) (int, error) {
	if s.hold {
		s.held = append(s.held, p...)
		return len(p), nil
	}
	return s.Conn.Write(p)
}

func TestReadWaitingUnderTLS(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) { readWaitingUnderTLS(t, version) })
	}
}

func readWaitingUnderTLS(t *testing.T, version uint16) {
	_, cert := trusted(t)
	step, ready := make(chan string), make(chan bool)
	c := peer(t, func(raw net.Conn) {
		s := &holder{Conn: raw}
		session := tls.Server(s, &tls.Config{Certificates: []tls.Certificate{cert}, MaxVersion: version})
		session.Handshake()
		close(ready)
		for text := range step {
			s.hold = text == "in parts"
			io.WriteString(session, text)
			if s.hold {
				raw.Write(s.held[:3]) // not even a record header
				s.held = s.held[3:]
				<-step
				raw.Write(s.held[:9])
				<-step
				raw.Write(s.held[9:])
			}
		}
		s.hold = false
		session.Close()
	})
	facts, err := c.StartTLS(bounded(t), insecure())
	if err != nil || facts.State.Version != version {
		t.Fatal(facts, err)
	}
	<-ready
	wantNothing(t, c)
	c.SetDeadline(time.Now().Add(-time.Hour))
	wantNothing(t, c)
	step <- "+OK 1\r\n"
	if got, err := waiting(t, c); got != "+OK 1\r\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	step <- "in parts"
	for range 2 {
		wantNothing(t, c)
		step <- ""
	}
	if got, err := waiting(t, c); got != "in parts" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	c.SetDeadline(time.Now().Add(2 * time.Minute))
	step <- "end"
	p := make([]byte, 3)
	if _, err := io.ReadFull(c, p); err != nil || string(p) != "end" {
		t.Errorf("%q, %v", p, err)
	}
	close(step)
	if got, err := waiting(t, c); got != "" || err != io.EOF {
		t.Errorf("%q, %v", got, err)
	}
}

// A ticketCache counts the tickets that it gets.
type ticketCache struct{ tickets int }

func (c *ticketCache) Get(string) (*tls.ClientSessionState, bool) { return nil, false }
func (c *ticketCache) Put(string, *tls.ClientSessionState)        { c.tickets++ }

// Session tickets are read, and are not data. A server of crypto/tls sends them
// only to clients that keep them; others send them to all.
func TestReadWaitingTakesSessionTickets(t *testing.T) {
	_, cert := trusted(t)
	step := make(chan string)
	c := peer(t, func(raw net.Conn) {
		s := tls.Server(raw, &tls.Config{Certificates: []tls.Certificate{cert}})
		s.Handshake()
		io.WriteString(s, <-step)
	})
	cache := new(ticketCache)
	c.tls = tls.Client(c.wire, &tls.Config{ServerName: "x", InsecureSkipVerify: true, ClientSessionCache: cache})
	if err := c.tls.Handshake(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a ticket", func() bool {
		wantNothing(t, c)
		return cache.tickets > 0
	})
	step <- "+OK\r\n"
	if got, err := waiting(t, c); got != "+OK\r\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// The peer is gone in the middle of a record.
func TestReadWaitingInsideARecord(t *testing.T) {
	_, cert := trusted(t)
	c := peer(t, func(raw net.Conn) {
		s := &holder{Conn: raw}
		session := tls.Server(s, &tls.Config{Certificates: []tls.Certificate{cert}})
		session.Handshake()
		s.hold = true
		io.WriteString(session, "+OK\r\n")
		raw.Write(s.held[:10])
	})
	if _, err := c.StartTLS(bounded(t), insecure()); err != nil {
		t.Fatal(err)
	}
	if got, err := waiting(t, c); got != "" || err != io.EOF {
		t.Errorf("%q, %v", got, err)
	}
}

// A deadline ends a read that waits.
func TestDeadline(t *testing.T) {
	hold := make(chan struct{})
	defer close(hold)
	c := peer(t, func(net.Conn) { <-hold })
	ctx, cancel := context.WithCancel(t.Context())
	defer context.AfterFunc(ctx, func() { c.SetDeadline(time.Unix(1, 0)) })()
	cancel()
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
}

// An orderly end sends an alert (record type 21), an abrupt one nothing.
func TestCloseNotify(t *testing.T) {
	_, cert := trusted(t)
	for _, orderly := range []bool{true, false} {
		got := make(chan []byte, 1)
		c := peer(t, func(s net.Conn) {
			config := &tls.Config{Certificates: []tls.Certificate{cert}, MaxVersion: tls.VersionTLS12}
			tls.Server(s, config).Handshake()
			rest, _ := io.ReadAll(s)
			got <- rest
		})
		if _, err := c.StartTLS(bounded(t), insecure()); err != nil {
			t.Fatal(err)
		}
		end := c.Close
		if orderly {
			end = c.CloseNotify
		}
		if err := end(); err != nil {
			t.Error(err)
		}
		if rest := <-got; bytes.HasPrefix(rest, []byte{21}) != orderly || !orderly && len(rest) > 0 {
			t.Errorf("orderly %t: the server saw %x", orderly, rest)
		}
	}
}

// After our deadline crypto/tls does not add its own five seconds: it sends no
// alert.
func TestCloseNotifyKeepsTheDeadline(t *testing.T) {
	_, cert := trusted(t)
	c := peer(t, shake(&tls.Config{Certificates: []tls.Certificate{cert}}))
	if _, err := c.StartTLS(bounded(t), insecure()); err != nil {
		t.Fatal(err)
	}
	c.SetDeadline(time.Now().Add(-time.Second))
	if err := c.CloseNotify(); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
	if err := c.Close(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("TCP is still open: %v", err)
	}
	c = peer(t, func(s net.Conn) { io.Copy(io.Discard, s) })
	if err := c.CloseNotify(); err != nil {
		t.Errorf("without TLS: %v", err)
	}
}
