//go:build integration

// What a second connection finds out about a server that is silent: real servers on the wrong port, and ports of which
// netfilter drops what is sent to them.

package integration

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// brief is a limit that is worth a second look.
const brief = 3 * time.Second

// The port for TLS of each server, spoken to without TLS.
func TestLookForTLS(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		_, port, _ := net.SplitHostPort(s.port(withTLS))
		o := run(t, call{addr: s.port(withTLS), how: inPlain, user: alice, limit: brief, args: args("--allow-cleartext-login", "-v")})
		o.want("CRITICAL", `greeting: no answer within 3 s, but port `+port+` speaks TLS from the first byte; use --tls -p `+port+` \[timeout\] \| `)
		o.wantLastPhase("greeting")
	})
}

// A web server on the port waits for a request, which a ClientHello is not.
func TestLookAtWebServer(t *testing.T) {
	t.Parallel()
	s, err := startWeb()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	o := run(t, call{addr: s.port(inPlain), how: inPlain, limit: brief})
	o.want("CRITICAL", fmt.Sprintf(`greeting: no answer within 3 s, but port %d speaks HTTP; POP3 is usually on port 110, or on 995 with --tls \[timeout\]; the server said "HTTP/1\.1 400 Bad Request"`, s.ports.Plain))
}

// startWeb starts nginx as a web server.
func startWeb() (*server, error) {
	box, err := newSandbox("nginx")
	if err != nil {
		return nil, err
	}
	s := &server{box, "nginx", "127.0.0.1", ports{Plain: freePort()}}
	config := fmt.Sprintf("daemon off;\npid /run/nginx.pid;\nevents {}\nhttp { access_log off; server { listen %s; } }\n", s.port(inPlain))
	if err := s.Write("web.conf", config, 0o644); err != nil {
		return nil, err
	}
	if err := s.Start(s.name, "sh", "-c", `exec nginx -e stderr -c "$PWD/web.conf"`); err != nil {
		return nil, err
	}
	if err := s.Await(func() bool { return accepts(s.port(inPlain)) }); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

// A host whose port is dropped: the other usual port tells whether the host is up. Only that one is tried, and only with
// SYN: nothing is sent on it.
func TestLookElsewhere(t *testing.T) {
	s := dovecot.usual.get(t)
	if _, err := plugin(); err != nil {
		t.Fatal(err)
	}
	const first, second = "ip daddr 192.0.2.1 ", "ip daddr 192.0.2.2 "
	for name, c := range map[string]struct {
		port, other string // the one of the check, and the only other one on which something listens
		how         way
		rules       map[string]string // by port
		zone        string            // "": one address
		args        []string
		want        string // "": the line says nothing of another port
	}{
		"110 is dropped": {"110", "995", inPlain, map[string]string{"110": "drop"}, "", nil,
			`, but port 995 answers; open port 110 in the firewall, lift a ban, or use --tls -p 995 \[timeout\]`},
		"995 is dropped": {"995", "110", withTLS, map[string]string{"995": "drop"}, "", nil,
			`, but port 110 answers; open port 995 in the firewall, lift a ban, or use --starttls -p 110 \[timeout\]`},
		"all is dropped": {"110", "995", inPlain, map[string]string{"1-65535": "drop"}, "", nil,
			`, nor from port 995; check that it is up, and that no firewall drops packets of this host \[timeout\]`},
		"nothing else listens": {"110", "8080", inPlain, map[string]string{"110": "drop"}, "", nil,
			`, but port 995 refuses at once; open port 110 in the firewall, or lift a ban of this host \[timeout\]`},
		"a firewall answers for the other":          {"110", "8080", inPlain, map[string]string{"110": "drop", "995": "reject with icmp admin-prohibited"}, "", nil, ""},
		"a firewall answers as if it were the host": {"110", "8080", inPlain, map[string]string{"110": "drop", "995": "reject"}, "", nil, ""},
		"the check is confined": {"110", "995", inPlain, map[string]string{"110": "drop"}, "", args("--confine"),
			`, but port 995 answers; `},
		"it is not wanted": {"110", "995", inPlain, map[string]string{"110": "drop"}, "", args("--no-second-look"), ""},
		"both addresses are silent": {"110", "995", inPlain, map[string]string{"110": "drop"}, "A 192.0.2.1, A 192.0.2.2", nil,
			`, but port 995 answers; `},
		"one address refuses": {"110", "995", inPlain, map[string]string{"110": first + "reject with tcp reset\n\t\ttcp dport 110 " + second + "drop"}, "A 192.0.2.1, A 192.0.2.2", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			enterNetwork(t, "192.0.2.1/32", "192.0.2.2/32")
			relayAt(t, c.other, s.port(withTLS))
			for port, rule := range c.rules {
				filter(t, port, rule)
			}
			host, more := "192.0.2.1", c.args
			if c.zone != "" {
				host = "mail.example.org"
				more = append(more, "--resolver", resolver(t, c.zone))
			}
			o := run(t, call{addr: net.JoinHostPort(host, c.port), how: c.how, limit: brief, args: append(args("-v"), more...)})
			if name == "the check is confined" && o.code == 3 {
				t.Skip(o.first())
			}
			o.want("CRITICAL", `connect: no answer within 3 s( from 192\.0\.2\.\d:\d+( and 1 more)?)?`+c.want)
			if c.want == "" && strings.Contains(o.first(), "port 995") {
				t.Error(o.first())
			}
		})
	}
}
