package probe

import (
	"context"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/transport"
)

// socksServer is a SOCKS5 proxy that has a reply for each address (RFC 1928,
// section 6), and the greeting of a server behind those it connects to.
func socksServer(t *testing.T, replies map[string]byte) *transport.Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			hello, request := make([]byte, 3), make([]byte, 10)
			io.ReadFull(c, hello)
			c.Write([]byte{5, 0})
			io.ReadFull(c, request)
			reply := replies[net.IP(request[4:8]).String()]
			c.Write([]byte{5, reply, 0, 1, 0, 0, 0, 0, 0, 0})
			if reply == 0 {
				c.Write([]byte("+OK ready\r\n"))
				io.Copy(io.Discard, c)
			}
			c.Close()
		}
	}()
	return &transport.Proxy{Kind: transport.SOCKS5, Host: "127.0.0.1", Port: uint16(l.Addr().(*net.TCPAddr).Port)}
}

// A proxy that does not get to one address of the server is asked for the next one.
func TestProxyTriesEachAddress(t *testing.T) {
	for name, c := range map[string]struct {
		replies map[string]byte
		address string        // that is connected to; "": none
		problem fault.Problem // if none is
	}{
		"the first":            {map[string]byte{}, "192.0.2.1:110", ""},
		"the second":           {map[string]byte{"192.0.2.1": 5}, "192.0.2.2:110", ""},
		"the last":             {map[string]byte{"192.0.2.1": 4, "192.0.2.2": 5}, "192.0.2.3:110", ""},
		"none":                 {map[string]byte{"192.0.2.1": 5, "192.0.2.2": 4, "192.0.2.3": 4}, "", fault.ProxyServerRefused},
		"none that is allowed": {map[string]byte{"192.0.2.1": 4, "192.0.2.2": 2}, "", fault.ProxyForbids},
	} {
		t.Run(name, func(t *testing.T) {
			proxy := socksServer(t, c.replies)
			plan := &Plan{Target: report.Target{Host: "mail.example.org", Port: 110}, Route: transport.Route{Proxy: proxy}}
			l := &link{plan: plan, record: newRecorder(plan.Target), proxies: []netip.Addr{netip.MustParseAddr("127.0.0.1")}}
			for _, a := range []string{"192.0.2.1", "192.0.2.2", "192.0.2.3"} {
				l.addresses = append(l.addresses, netip.MustParseAddr(a))
			}
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			conn, _, err := l.dial(ctx)
			if err != nil {
				t.Fatal(err)
			}
			l.begin(conn)
			err = l.proxy(ctx)
			defer l.conn.Close()
			if l.record.report.Address != c.address {
				t.Errorf("at %q, want %q", l.record.report.Address, c.address)
			}
			if c.address == "" {
				if fault.Of(err).Problem != c.problem {
					t.Errorf("%v, want %q", err, c.problem)
				}
				return
			}
			cancel()
			greeting := make([]byte, len("+OK ready\r\n"))
			if _, readErr := io.ReadFull(l.conn, greeting); err != nil || readErr != nil || string(greeting) != "+OK ready\r\n" {
				t.Errorf("%v, %v, %q", err, readErr, greeting)
			}
		})
	}
}
