package transport

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/testkit/pop3test"
)

// lookAt looks at a server that plays a dialogue, and checks that all was as that
// has it.
func lookAt(t *testing.T, ctx context.Context, dialogue string, way Way) Sight {
	t.Helper()
	d, err := pop3test.Parse(dialogue)
	if err != nil {
		t.Fatal(err)
	}
	player, err := d.Start(pop3test.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(player.Close)
	seen := Peek{Address: player.Addr().(*net.TCPAddr).AddrPort(), Way: way, Name: "mail.example.org"}.Take(ctx)
	if err := player.Finish(); err != nil {
		t.Errorf("%q: %v", dialogue, err)
	}
	return seen
}

func TestLook(t *testing.T) {
	for _, c := range []struct {
		way            Way
		dialogue, said string
		kind           fault.Kind
	}{
		{Knock, "silence", "", ""},
		{Listen, "S: +OK ready", "+OK ready", ""},
		{Listen, `S- "SSH-2.0-OpenSSH_10.0\r\n"`, "SSH-2.0-OpenSSH_10.0", ""},
		{Listen, `S- "* OK without an end"`, "* OK without an end", ""},
		{Listen, "close", "", fault.Closed},
		{Hello, "client-hello\n" + `S- "\x15\x03\x01\x00\x02\x02\x46"` + "\nsilence", "\x15\x03\x01\x00\x02\x02F", ""},
		{Hello, "client-hello\n" + `S- "\x16\x03"` + "\nflush\n" + `S- "\x03\x00\x7a\x02"` + "\nsilence", "\x16\x03\x03\x00z\x02", ""},
		{Hello, "client-hello\nS: HTTP/1.1 400 Bad Request\nS: Server: nginx", "HTTP/1.1 400 Bad Request", ""},
		{Hello, "client-hello\nclose", "", fault.Closed},
		{Hello, "client-hello\nreset", "", fault.Closed},
	} {
		seen := lookAt(t, bounded(t), c.dialogue, c.way)
		if !seen.Connected || seen.Said != c.said || seen.Kind() != c.kind || seen.Time <= 0 {
			t.Errorf("%q: %+v", c.dialogue, seen)
		}
	}
}

// A server that is silent is waited for until the context ends, and for half a
// second if it is to speak first.
func TestLookAtSilence(t *testing.T) {
	for way, dialogue := range map[Way]string{Listen: "silence", Hello: "client-hello\nsilence"} {
		ctx := bounded(t)
		if way == Hello {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, 100*time.Millisecond)
			defer cancel()
		}
		if seen := lookAt(t, ctx, dialogue, way); !seen.Connected || seen.Kind() != fault.Timeout || seen.Said != "" {
			t.Errorf("%q: %+v", dialogue, seen)
		}
	}
}

func TestLookRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	to := netip.AddrPortFrom(loopback, portOf(l))
	l.Close()
	seen := Peek{Address: to, Way: Knock}.Take(bounded(t))
	if seen.Connected || seen.Kind() != fault.Refused {
		t.Errorf("%+v", seen)
	}
}

// A firewall that refuses by ICMP says nothing about the host.
func TestLookRejected(t *testing.T) {
	seen := Sight{Err: &fault.Error{Kind: fault.Refused, Problem: fault.Rejected}}
	if seen.Kind() != fault.Unreachable {
		t.Error(seen.Kind())
	}
}

// The address does not answer at all: what ends the context says so.
func TestLookAtNobody(t *testing.T) {
	ctx, cancel := context.WithTimeoutCause(context.Background(), time.Nanosecond, &fault.Error{Kind: fault.Timeout, Within: time.Second})
	defer cancel()
	<-ctx.Done()
	seen := Peek{Address: netip.MustParseAddrPort("192.0.2.1:110"), Way: Hello}.Take(ctx)
	if seen.Connected || seen.Kind() != fault.Timeout {
		t.Errorf("%+v", seen)
	}
}

// A look at a server that speaks TLS sends one record, and nothing after the
// answer to it: no certificate, no alert.
func TestLookSendsNothingButAClientHello(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	sent, asked := make(chan []byte, 1), make(chan string, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		var all strings.Builder
		server := tls.Server(recorded{c, io.TeeReader(c, &all)}, &tls.Config{GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) {
			asked <- h.ServerName
			return nil, nil
		}, Certificates: []tls.Certificate{pop3test.SelfSigned(pop3test.Leaf{Names: pop3test.Localhost})}})
		_ = server.Handshake() // the client hangs up
		sent <- []byte(all.String())
	}()
	seen := Peek{Address: l.Addr().(*net.TCPAddr).AddrPort(), Way: Hello, Name: "mail.example.org"}.Take(bounded(t))
	if problem := (&fault.Error{}).Spoken(seen.Said).Problem; problem != fault.SpeaksTLS {
		t.Errorf("%+v: %s", seen, problem)
	}
	all := <-sent
	if name := <-asked; name != "mail.example.org" {
		t.Errorf("asked for %q", name)
	}
	if length := int(all[3])<<8 | int(all[4]); all[0] != 22 || len(all) != 5+length {
		t.Errorf("sent %d octets, the first record has %d", len(all), length)
	}
}

type recorded struct {
	net.Conn
	r io.Reader
}

func (r recorded) Read(p []byte) (int, error) { return r.r.Read(p) }
