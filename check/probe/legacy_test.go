package probe

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"testing"
	"time"

	"check_pop3x/check/report"
	"check_pop3x/check/resolve"
	"check_pop3x/check/testkit/pop3test"
	"check_pop3x/check/transport"
	"check_pop3x/check/trust"
)

// hangUp waits for the ClientHello and hangs up.
func hangUp(c net.Conn) {
	c.Read(make([]byte, 1))
	c.(*net.TCPConn).CloseWrite()
	io.Copy(io.Discard, c)
}

// A server that hangs up is asked once more, with more cipher suites. If those
// make no difference, it is as bad as if nobody had asked again.
func TestSecondConnectionWithoutLegacySuite(t *testing.T) {
	root := pop3test.NewAuthority("pop3test root")
	config := pop3test.ServerTLS(root.Issue(pop3test.Leaf{Names: pop3test.Localhost}))
	speakTLS := func(c net.Conn) {
		tls.Server(c, config).Handshake()
		io.Copy(io.Discard, c)
	}
	for name, c := range map[string]struct {
		talks    []func(net.Conn) // to one client after the other; then nobody listens
		failed   string           // the last phase
		attempts []bool           // which have an error
	}{
		"another server answers":  {[]func(net.Conn){hangUp, speakTLS}, "tls", []bool{true, false}},
		"nobody listens any more": {[]func(net.Conn){hangUp}, "connect", []bool{true, true}},
	} {
		t.Run(name, func(t *testing.T) {
			r := Run(context.Background(), tlsPlan(serveOneByOne(t, c.talks)))
			if len(r.Findings) != 1 || r.Findings[0].Phase != "tls" || r.Findings[0].Fault.Text != "the server closed the connection when TLS began" {
				t.Errorf("%+v", r.Findings)
			}
			if last := r.Phases[len(r.Phases)-1]; last.Name != c.failed || !last.Failed {
				t.Errorf("%+v", r.Phases)
			}
			if len(r.Attempts) != len(c.attempts) {
				t.Fatalf("%+v", r.Attempts)
			}
			for i, failed := range c.attempts {
				if (r.Attempts[i].Error != "") != failed {
					t.Errorf("%+v", r.Attempts)
				}
			}
		})
	}
}

// serveOneByOne listens until the last talk has a client, and returns the port.
func serveOneByOne(t *testing.T, talks []func(net.Conn)) uint16 {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i, talk := range talks {
			c, err := l.Accept()
			if i == len(talks)-1 {
				l.Close()
			}
			if err != nil {
				return
			}
			c.SetDeadline(time.Now().Add(2 * time.Minute))
			talk(c)
			c.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return l.Addr().(*net.TCPAddr).AddrPort().Port()
}

func tlsPlan(port uint16) *Plan {
	return &Plan{
		Target:  report.Target{Host: "127.0.0.1", Port: port, Security: report.TLSFirst},
		Family:  resolve.Any,
		TLS:     transport.TLS{Policy: trust.Policy{Insecure: true}},
		Started: time.Now(), Budget: 2 * time.Minute, LoginPlan: LoginPlan{Auth: AuthAuto},
	}
}
