package transport

import (
	"context"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"check_pop3x/check/fault"
)

// What TCP_INFO of a silent connection means. A packet that was sent a moment ago
// is not lost yet.
func TestSilence(t *testing.T) {
	const (
		deaf   = "and the host does not acknowledge what was sent"
		hears  = "though the host acknowledges what was sent"
		fromUs = "as a packet to the server is always lost, a later one is not"
		toUs   = "as a packet from the server never arrives, a later one does"
		drips  = "though part of it came in the last second"
	)
	for name, c := range map[string]struct {
		silence silence
		problem fault.Problem
		text    string
	}{
		"nothing was sent":          {silence{}, "", ""},
		"sent, acknowledged":        {silence{tcp: unix.TCPInfo{Data_segs_out: 1, Data_segs_in: 1, Last_data_sent: 3000, Last_data_recv: 3004}}, "", hears},
		"sent just now":             {silence{tcp: unix.TCPInfo{Data_segs_out: 1, Unacked: 1}}, "", ""},
		"sent again, in vain":       {silence{tcp: unix.TCPInfo{Data_segs_out: 3, Unacked: 1, Retransmits: 2}}, fault.NotAcknowledged, deaf},
		"a hole in what was sent":   {silence{tcp: unix.TCPInfo{Data_segs_out: 4, Unacked: 2, Sacked: 1, Retransmits: 2}}, fault.PacketLost, fromUs},
		"a hole in what was read":   {silence{tcp: unix.TCPInfo{Data_segs_out: 1, Rcv_ooopack: 1}, held: 2304}, fault.PacketLost, toUs},
		"a hole that was filled":    {silence{tcp: unix.TCPInfo{Data_segs_out: 1, Rcv_ooopack: 1}}, "", hears},
		"the server is still busy":  {silence{tcp: unix.TCPInfo{Data_segs_out: 1, Data_segs_in: 9, Last_data_sent: 8000, Last_data_recv: 700}}, fault.StillSending, drips},
		"the answer broke off":      {silence{tcp: unix.TCPInfo{Data_segs_out: 1, Data_segs_in: 9, Last_data_sent: 8000, Last_data_recv: 7000}}, "", ""},
		"an answer a moment ago":    {silence{tcp: unix.TCPInfo{Data_segs_out: 1, Data_segs_in: 9, Last_data_sent: 300, Last_data_recv: 200}}, "", ""},
		"rejected by ICMP":          {silence{tcp: unix.TCPInfo{Data_segs_out: 1, Unacked: 1}, icmp: syscall.ECONNREFUSED}, fault.Rejected, "and a firewall rejects what is sent (ICMP)"},
		"forbidden by ICMPv6":       {silence{tcp: unix.TCPInfo{Data_segs_out: 1, Unacked: 1}, icmp: syscall.EACCES}, fault.Rejected, "and a firewall rejects what is sent (ICMP)"},
		"unreachable by ICMP":       {silence{tcp: unix.TCPInfo{Data_segs_out: 1, Unacked: 1}, icmp: syscall.EHOSTUNREACH}, fault.UnreachableThere, "and ICMP says that the host is unreachable"},
		"something else by ICMP":    {silence{tcp: unix.TCPInfo{Data_segs_out: 1, Unacked: 1}, icmp: syscall.EPROTO}, fault.NotAcknowledged, "and what is sent does not get there (ICMP: protocol error)"},
		"ICMP's word was overtaken": {silence{tcp: unix.TCPInfo{Data_segs_out: 1}, icmp: syscall.EHOSTUNREACH}, "", hears},
	} {
		if p, text := c.silence.reason(); p != c.problem || text != c.text {
			t.Errorf("%s: %q, %q", name, p, text)
		}
	}
}

// A real server that keeps silent: nothing is known before something was sent, nor
// once the connection is closed.
func TestExplain(t *testing.T) {
	late := &fault.Error{Kind: fault.Timeout, Within: time.Second}
	over := make(chan struct{})
	c := peer(t, func(net.Conn) { <-over })
	defer close(over)
	if got := c.Explain(late); *got != *late {
		t.Error(got)
	}
	io.WriteString(c, "CAPA\r\n")
	eventually(t, "the acknowledgment", func() bool {
		return c.Explain(late).Text == "though the host acknowledges what was sent"
	})
	c.Close()
	if got := c.Explain(late); *got != *late || late.Text != "" {
		t.Error(got)
	}
}

// The end of a handshake by its context leaves TCP to be looked at, though
// crypto/tls closes what it was given.
func TestExplainHandshake(t *testing.T) {
	late := &fault.Error{Kind: fault.Timeout, Within: time.Second}
	over := make(chan struct{})
	defer close(over)
	ctx, cancel := context.WithCancelCause(t.Context())
	c := peer(t, func(s net.Conn) {
		s.Read(make([]byte, 1)) // of the ClientHello
		cancel(late)
		<-over
	})
	if _, err := c.StartTLS(ctx, TLS{}); err != late {
		t.Fatal(err)
	}
	eventually(t, "the acknowledgment", func() bool {
		return c.Explain(late).Text == "though the host acknowledges what was sent"
	})
}

// A server that closes the connection before it has heard a word does not mind the
// offer of TLS.
func TestClosedAtOnce(t *testing.T) {
	closed := make(chan struct{})
	c := peer(t, func(s net.Conn) { s.Close(); close(closed) })
	<-closed
	_, err := c.StartTLS(bounded(t), options(""))
	wantFault(t, err, fault.Closed, "the server closed the connection at once")
	if got := fault.Of(err).Problem; got != fault.ClosedAtOnce {
		t.Errorf("%q", got)
	}
}
