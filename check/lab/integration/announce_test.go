//go:build integration

// The PROXY protocol: to Dovecot itself, and to haproxy in front of it.

package integration

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
)

// announced is a server that wants a header on these ports.
type announced struct {
	*server
	dovecot *server // which writes the log
}

// startAnnounced starts Dovecot, which has ports with a header beside the usual ones.
func startAnnounced() (announced, error) {
	proxied := ports{freePort(), freePort()}
	s, err := startDovecot(dovecotConfig{Extra: fmt.Sprintf(`haproxy_trusted_networks = 127.0.0.0/8 ::1
haproxy_timeout = 60s
service pop3-login {
  inet_listener pop3-proxied {
    address = 127.0.0.1 ::1
    port = %d
    haproxy = yes
  }
  inet_listener pop3s-proxied {
    address = 127.0.0.1 ::1
    port = %d
    ssl = yes
    haproxy = yes
  }
}
`, proxied.Plain, proxied.TLS)})
	if err != nil {
		return announced{}, err
	}
	return announced{&server{s.sandbox, s.name, s.host, proxied}, s}, nil
}

// startBalancer starts haproxy, which tells that Dovecot what it was told.
func startBalancer(a announced) (announced, error) {
	box, err := newSandbox("haproxy")
	if err != nil {
		return announced{}, err
	}
	s := &server{box, "haproxy", "127.0.0.1", ports{freePort(), freePort()}}
	config := "defaults\n  mode tcp\n  timeout connect 30s\n  timeout client 60s\n  timeout server 60s\n"
	for _, how := range []way{inPlain, withTLS} {
		_, port, _ := net.SplitHostPort(s.port(how))
		config += fmt.Sprintf("listen port%s\n  bind 127.0.0.1:%[1]s accept-proxy\n  bind ::1:%[1]s accept-proxy\n  server dovecot %s send-proxy-v2\n", port, a.port(how))
	}
	err = errors.Join(s.Write("haproxy.cfg", config, 0o644), s.Start("haproxy", "haproxy", "-db", "-f", "haproxy.cfg"))
	if err != nil {
		return announced{}, err
	}
	return announced{s, a.dovecot}, s.Await(func() bool { return accepts(s.port(inPlain)) && accepts(s.port(withTLS)) })
}

// Both versions, in IPv4 and IPv6, with TLS and without. The log has the address of the check, and not that of haproxy.
func TestProxyProtocol(t *testing.T) {
	t.Parallel()
	dovecot := private(t, startAnnounced)
	balancer := private(t, func() (announced, error) { return startBalancer(dovecot) })
	for name, s := range map[string]announced{"dovecot": dovecot, "haproxy": balancer} {
		for _, version := range []string{"v1", "v2"} {
			for i, source := range []string{"127.0.0.7", "::1"} {
				for _, how := range ways {
					t.Run(strings.Join([]string{name, version, source, string(how)}, " "), func(t *testing.T) {
						_, port, _ := net.SplitHostPort(s.port(how))
						to := []string{"127.0.0.1", "::1"}[i]
						user := accounts[0]
						more := args("--proxy-protocol", version, "--source", source, "--steps", "all")
						if how != inPlain {
							more = append(more, "--verify-name", "localhost")
						}
						o := run(t, call{addr: net.JoinHostPort(to, port), how: how, user: user, args: more})
						o.want("OK", `5 messages, 18067 octets `+tookForm+slicesForm+` \| time=`)
						from := "rip=" + source + ", lip=" + to + ","
						if err := s.dovecot.Await(func() bool { return strings.Contains(s.dovecot.Logged(), from) }); err != nil {
							t.Errorf("%v: no %q in the log", err, from)
						}
					})
				}
			}
		}
	}
}

// A server that wants a header and gets none, and the reverse: what the signs are, and what to do.
func TestProxyProtocolWrong(t *testing.T) {
	t.Parallel()
	dovecot := private(t, startAnnounced)
	balancer := private(t, func() (announced, error) { return startBalancer(dovecot) })
	const (
		leaveOut = "leave out --proxy-protocol, unless only a load balancer may connect there"
		silent   = `greeting: no answer within 4 s, and the server hung up at the start of TLS; it may want --proxy-protocol v2, or another service may be here \[timeout\]`
		closed   = `tls: the (server closed the connection|connection was reset) when TLS began; `
		want     = `look at its limits, bans,?( firewall)? and backend; it may want --proxy-protocol or a lower --tls-min \[tls\]`
	)
	for _, c := range []struct {
		s    *server
		how  way
		args []string
		want string
	}{
		{dovecot.server, inPlain, nil, silent},
		{balancer.server, inPlain, nil, silent},
		{dovecot.server, withTLS, nil, closed + want},
		{balancer.server, withTLS, nil, closed + want},
		{dovecot.dovecot, inPlain, args("--proxy-protocol", "v1"), `capa: the server ended the session; ` + leaveOut + ` \[closed\]; the server said "Unknown command\."`},
		{dovecot.dovecot, withTLS, args("--proxy-protocol", "v1"), `tls: .*; ` + leaveOut + ` \[tls\]`},
		{dovecot.dovecot, withTLS, args("--proxy-protocol", "v2"), `tls: .*; ` + leaveOut + ` \[tls\]`},
	} {
		run(t, call{addr: c.s.port(c.how), how: c.how, limit: 4e9, args: c.args}).want("CRITICAL", c.want)
	}
}
