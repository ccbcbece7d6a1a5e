//go:build integration

// Ways to the server: the address to connect from, and Unix sockets.

package integration

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"
)

// A server that lets only one address in, which the system does not choose by itself.
func TestSource(t *testing.T) {
	s := dovecot.usual.get(t)
	if _, err := plugin(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		host string
		args []string
		line string // "": all is well
	}{
		"IPv4":              {"192.0.2.1", args("--source", "192.0.2.7"), ""},
		"IPv6":              {"2001:db8::1", args("--source", "2001:db8::7"), ""},
		"a link":            {"fe80::1%link0", args("--source", "fe80::7%link0"), ""},
		"with TLS":          {"192.0.2.1", args("--source", "192.0.2.7", "--starttls", "--insecure"), ""},
		"the usual address": {"192.0.2.1", nil, `connect: a firewall rejects connections to 192\.0\.2\.1:\d+ \(ICMP admin prohibited\); .* \[unreachable\]`},
		"another address":   {"192.0.2.1", args("--source", "192.0.2.8"), `connect: a firewall rejects connections to 192\.0\.2\.1:\d+ \(ICMP admin prohibited\); .* \[unreachable\]`},
		"a name":            {"mail.example.org", args("--source", "192.0.2.7"), ""},
		"a name, IPv6":      {"mail.example.org", args("--source", "2001:db8::7"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			enterNetwork(t, "192.0.2.1/32", "192.0.2.7/32", "192.0.2.8/32", "2001:db8::1/128", "2001:db8::7/128")
			networkTool(t, "ip", "", "link", "add", "link0", "type", "veth", "peer", "name", "link1")
			networkTool(t, "ip", "", "link", "set", "link1", "up")
			networkTool(t, "ip", "", "link", "set", "link0", "up")
			for _, address := range []string{"fe80::1/64", "fe80::7/64"} {
				networkTool(t, "ip", "", "address", "add", address, "dev", "link0", "nodad")
			}
			port := relayFrom(t, s.port(inPlain))
			filter(t, port, "ip saddr 192.0.2.7 accept", "ip6 saddr { 2001:db8::7, fe80::7 } accept", "reject with icmpx admin-prohibited")
			dns := resolver(t, "A 192.0.2.1, AAAA 2001:db8::1")
			o := run(t, call{addr: net.JoinHostPort(c.host, port), how: inPlain, user: bob, args: append(args("--resolver", dns, "--allow-cleartext-login"), c.args...)})
			if c.line != "" {
				o.want("CRITICAL", c.line)
				return
			}
			o.want("OK", `0 messages`)
		})
	}
}

// Dovecot's own sockets, of which one is for TLS and one only for the server's own user.
func TestUnixSocket(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp(workDir, "sockets-")
	if err = errors.Join(err, os.Chmod(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return "unix:" + filepath.Join(dir, name) }
	listener := func(name, mode string) string {
		return "  unix_listener " + filepath.Join(dir, name) + " {\n    mode = " + mode + "\n  }\n"
	}
	s := private(t, func() (*server, error) {
		return startDovecot(dovecotConfig{RefusePlaintext: true, Extra: "service pop3-login {\n" + listener("pop3", "0666") + listener("closed", "0600") + "}\n"})
	})
	const nobody = 65534
	for name, c := range map[string]struct {
		call        call
		state, want string
	}{
		"a login":           {call{addr: at("pop3"), how: inPlain, user: alice}, "OK", `5 messages, 18067 octets`},
		"with STLS":         {call{addr: at("pop3"), how: withSTLS, user: alice}, "OK", `5 messages, 18067 octets`},
		"all steps":         {call{addr: at("pop3"), how: inPlain, user: alice, args: args("--steps", "all")}, "OK", `5 messages, 18067 octets`},
		"an ordinary user":  {call{addr: at("pop3"), how: inPlain, uid: nobody}, "OK", `Dovecot`},
		"not for this user": {call{addr: at("closed"), how: inPlain, uid: nobody}, "UNKNOWN", `connect: this user may not connect to the Unix socket \S+/closed; let it use the socket .* \[usage\]`},
		"no socket":         {call{addr: at("missing"), how: inPlain}, "CRITICAL", `connect: there is no Unix socket \S+/missing; .* \[unreachable\]`},
		"a directory":       {call{addr: at(""), how: inPlain}, "UNKNOWN", `connect: \S+ is not a Unix socket; .* \[usage\]`},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, c.call).want(c.state, c.want)
		})
	}
	t.Run("the server is gone", func(t *testing.T) {
		s.Kill()
		run(t, call{addr: at("pop3"), how: inPlain}).want("CRITICAL", `connect: nobody listens on the Unix socket \S+/pop3; start the server, which has left its socket behind \[refused\]`)
	})
}
