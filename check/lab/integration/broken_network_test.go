//go:build integration

// What the network does to connections, by IPv4 and IPv6: dropped, rejected by ICMP, reset, lost by their size, without a
// route or a neighbour. The line tells cause and remedy, within what a phone shows.

package integration

import (
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/lab/integration/debian"
)

// A family is how the two versions of IP differ in these tests.
type family struct {
	name           string
	server, nobody string // nobody is on the same network as v0, and there is none
	beyond, router string // is behind a router, which there is none either
	nowhere        string // has no route
	own            string // of v0
	icmp           string // for nft
	unreachable    string // its word for a host that cannot be reached
	rejects        string // what a session knows of it
}

var families = []family{
	{"IPv4", "192.0.2.2", "198.51.100.9", "203.0.113.9", "198.51.100.254", "100.64.0.1", "198.51.100.1/24", "icmp", "host unreachable",
		"and ICMP says that the host is unreachable; see whether that host or its network is down, or a firewall says so"},
	{"IPv6", "2001:db8::2", "2001:db8:5::9", "2001:db8:9::9", "2001:db8:5::fe", "2001:db8:77::1", "2001:db8:5::1/64", "icmpv6", "address unreachable",
		"and a firewall rejects what is sent (ICMP); have it allow this host, or lift the ban (fail2ban)"},
}

// wantOnPhone wants a line that begins so, and a phone to show all of that.
func (o *outcome) wantOnPhone(text string) {
	o.t.Helper()
	const screen = 160
	line := "POP3 CRITICAL - " + text
	if !strings.HasPrefix(o.first(), line) {
		o.t.Errorf("wanted %s\ngot    %s", line, o.first())
	}
	if end := strings.LastIndex(line, " ["); end > screen {
		o.t.Errorf("the remedy ends after %d characters: %s", end, line)
	}
}

// netfilter has rules for what arrives in the namespace.
func netfilter(t *testing.T, rules ...string) {
	t.Helper()
	networkTool(t, "nft", "table inet broken {\n\tchain in {\n\t\ttype filter hook input priority 0;\n\t\t"+
		strings.Join(rules, "\n\t\t")+"\n\t}\n}\n", "-f", "-")
}

// No connection comes about.
func TestBrokenConnect(t *testing.T) {
	if _, err := plugin(); err != nil {
		t.Fatal(err)
	}
	const (
		lifted = "have it allow this host, or lift the ban (fail2ban)"
		down   = "see whether that host or its network is down, or a firewall says so"
	)
	for _, f := range families {
		there := net.JoinHostPort(f.server, "110")
		for name, c := range map[string]struct {
			to    string
			rule  string
			limit time.Duration
			want  string
		}{
			"nothing listens": {f.server, "accept", time.Second,
				"connection refused by " + there + "; start the POP3 service there, or see whether a firewall resets connections [refused]"},
			"reset": {f.server, "reject with tcp reset", time.Second,
				"connection refused by " + there + "; start the POP3 service there, or see whether a firewall resets connections [refused]"},
			"port unreachable": {f.server, "reject with " + f.icmp + " port-unreachable", time.Second,
				"a firewall rejects connections to " + there + " (ICMP port unreachable); " + lifted + " [refused]"},
			"prohibited": {f.server, "reject with " + f.icmp + " admin-prohibited", time.Second,
				"a firewall rejects connections to " + there + " (ICMP admin prohibited); " + lifted + " [unreachable]"},
			"host unreachable": {f.server, "reject with icmpx host-unreachable", time.Second,
				there + " is unreachable (ICMP " + f.unreachable + "); " + down + " [unreachable]"},
			"dropped": {f.server, "drop", 2 * time.Second,
				"no answer within 2 s from " + there + "; a firewall drops the packets, the host is down, or this host is banned: try from another [timeout]"},
			"no host": {f.nobody, "accept", 5 * time.Second,
				net.JoinHostPort(f.nobody, "110") + " does not answer on the local network; see whether that host is up: look at its power, cable and address [unreachable]"},
			"no router": {f.beyond, "accept", 5 * time.Second,
				"no router to " + net.JoinHostPort(f.beyond, "110") + " answers on the local network; look at this host's gateway and network, the mail server may be well [unreachable]"},
			"no route": {f.nowhere, "accept", time.Second,
				"no route to " + net.JoinHostPort(f.nowhere, "110") + " from this host; look at this host's addresses and routes (ip route get), or at -4 and -6 [unreachable]"},
		} {
			t.Run(f.name+", "+name, func(t *testing.T) {
				t.Parallel()
				enterNetwork(t, f.server)
				networkTool(t, "ip", "", "link", "add", "v0", "type", "veth", "peer", "name", "v1")
				networkTool(t, "ip", "", "address", "add", f.own, "dev", "v0", "nodad")
				networkTool(t, "ip", "", "link", "set", "v0", "up")
				networkTool(t, "ip", "", "link", "set", "v1", "up")
				networkTool(t, "ip", "", "route", "add", f.beyond, "via", f.router)
				netfilter(t, "tcp dport 110 "+c.rule)
				o := run(t, call{addr: net.JoinHostPort(c.to, "110"), how: inPlain, limit: c.limit, args: args("--no-second-look")})
				o.wantOnPhone("connect: " + c.want)
			})
		}
	}
}

// A session breaks in its middle: at what the client says, or at the size of packets.
func TestBrokenSession(t *testing.T) {
	s := dovecot.usual.get(t)
	if _, err := plugin(); err != nil {
		t.Fatal(err)
	}
	const (
		password = "tcp dport 110 @th,256,32 0x50415353 " // "PASS", behind the header of TCP with timestamps
		mtu      = "check the MTU on the way (VPN, tunnel), let ICMP pass [timeout]"
	)
	for _, f := range families {
		for name, c := range map[string]struct {
			how  way
			rule string
			want string
		}{
			"forgotten": {inPlain, password + "drop",
				"login: no answer within 3 s, and the host does not acknowledge what was sent; look for a firewall that forgot the session, a dead host or link [timeout]"},
			"rejected": {inPlain, password + "reject with " + f.icmp + " admin-prohibited",
				"login: no answer within 3 s, " + f.rejects + " [timeout]"},
			"reset": {inPlain, password + "reject with tcp reset",
				"login: the connection was reset without an answer to PASS; look at the firewalls on the way, and for a crash in the server's log [closed]"},
			"large packets from the server": {withTLS, "tcp sport 110 meta length > 650 drop",
				"tls: no answer within 3 s, as a packet from the server never arrives, a later one does; " + mtu},
			"large packets to the server": {withTLS, "tcp dport 110 meta length > 650 drop",
				"tls: no answer within 3 s, as a packet to the server is always lost, a later one is not; " + mtu},
		} {
			t.Run(f.name+", "+name, func(t *testing.T) {
				t.Parallel()
				enterNetwork(t, f.server)
				networkTool(t, "ip", "", "link", "set", "lo", "gso_max_segs", "1")
				relayAt(t, "110", s.port(c.how))
				netfilter(t, "tcp flags syn tcp option maxseg size set 650", c.rule)
				o := run(t, call{addr: net.JoinHostPort(f.server, "110"), how: c.how, user: alice, limit: brief, args: args("--auth", "user")})
				o.wantOnPhone(c.want)
			})
		}
	}
}

// The first packet is lost: TCP asks for the connection again after a second.
func TestLostFirstPacket(t *testing.T) {
	s := dovecot.usual.get(t)
	if _, err := plugin(); err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			enterNetwork(t, f.server)
			relayAt(t, "110", s.port(inPlain))
			netfilter(t, "tcp dport 110 tcp flags & (syn|ack) == syn quota until 81 bytes drop") // two are longer
			o := run(t, call{addr: net.JoinHostPort(f.server, "110"), how: inPlain, args: args("--phase-critical", "connect=500ms", "-v")})
			o.want("CRITICAL", `connect took 1\.\d+ s \(critical above 500 ms\): in 2 tries; look for lost packets on the way, and at the load of the server`)
			o.wantLineLike(`^  ` + regexp.QuoteMeta(net.JoinHostPort(f.server, "110")) + `  connected in 2 tries, 1\.\d+ s$`)
		})
	}
}

// haproxy resets connections at once that it rejects, which the client sees while it connects, or a moment later.
func TestRejectedByProxy(t *testing.T) {
	t.Parallel()
	s := private(t, startRejecting)
	o := run(t, call{addr: s.port(inPlain), how: inPlain, limit: brief})
	o.want("CRITICAL", `greeting: the connection was reset before the greeting; `+
		`look for a ban of this host, a connection limit, or a dead backend \[closed\]`)
}

// startRejecting starts a haproxy that rejects all connections.
func startRejecting() (*server, error) {
	box, err := newSandbox("haproxy")
	if err != nil {
		return nil, err
	}
	s := &server{box, "haproxy", "127.0.0.1", ports{Plain: freePort()}}
	config := "defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 5s\n  timeout server 5s\n" +
		"listen banned\n  bind " + s.port(inPlain) + "\n  tcp-request connection reject\n"
	if err := s.Write("banned.cfg", config, 0o644); err != nil {
		return nil, err
	}
	if err := s.Start(s.name, "haproxy", "-db", "-f", "banned.cfg"); err != nil {
		return nil, err
	}
	if err := s.Await(func() bool { return isOpen(s.port(inPlain)) }); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

// isOpen reports whether something listens on a port, even if it resets at once.
func isOpen(addr string) bool {
	conn, err := net.DialTimeout("tcp", addr, debian.StartTimeout)
	if err == nil {
		conn.Close()
	}
	return err == nil || strings.Contains(err.Error(), "reset by peer")
}
