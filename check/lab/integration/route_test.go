//go:build integration

// Ways to the server: the address to connect from.

package integration

import (
	"net"
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
