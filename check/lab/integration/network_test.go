//go:build integration

// A name with several addresses, in a network namespace where some of them are dead.

package integration

import (
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"check_pop3x/check/lab/integration/debian"
	"check_pop3x/check/testkit/dnstest"
)

// enterNetwork gives the test a network namespace of its own, with these addresses. The thread is the namespace's only
// member, and ends with the test.
func enterNetwork(t *testing.T, addresses ...string) {
	t.Helper()
	runtime.LockOSThread()
	if err := syscall.Unshare(syscall.CLONE_NEWNET); err != nil {
		t.Fatal(err)
	}
	networkTool(t, "ip", "", "link", "set", "lo", "up")
	for _, address := range addresses {
		networkTool(t, "ip", "", "address", "add", address, "dev", "lo", "nodad")
	}
	for _, address := range addresses {
		awaitAddress(t, address)
	}
}

// awaitAddress waits until the namespace takes what is sent to one of its addresses: those of IPv6 are not there at once.
func awaitAddress(t *testing.T, address string) {
	t.Helper()
	host, _, _ := strings.Cut(address, "/")
	ip := netip.MustParseAddr(host)
	local := regexp.MustCompile(hex.EncodeToString(ip.AsSlice()) + " 80 .* 8[0-9a-f]{7} +lo") // RTF_LOCAL, linux/ipv6_route.h
	for end := time.Now().Add(debian.StartTimeout); ip.Is6(); <-time.After(time.Millisecond) {
		routes, err := os.ReadFile("/proc/thread-self/net/ipv6_route")
		switch {
		case err == nil && local.Match(routes):
			return
		case err != nil || time.Now().After(end):
			t.Fatalf("%s is not there: %v\n%s", address, err, routes)
		}
	}
}

// filter has netfilter treat what is sent to a port of the namespace by these rules.
func filter(t *testing.T, port string, rules ...string) {
	t.Helper()
	all := "table inet dead {\n\tchain in {\n\t\ttype filter hook input priority 0;\n"
	for _, rule := range rules {
		all += "\t\ttcp dport " + port + " " + rule + "\n"
	}
	networkTool(t, "nft", all+"\t}\n}\n", "-f", "-")
}

// networkTool runs a program of the tree network in the namespace of the calling thread.
func networkTool(t *testing.T, name, input string, args ...string) {
	t.Helper()
	if err := networkCommand(name, input, args...); err != nil {
		t.Fatal(err)
	}
}

func networkCommand(name, input string, args ...string) error {
	tree := filepath.Join(debian.Cache(), "network", "usr")
	libraries, _ := filepath.Glob(filepath.Join(tree, "lib", "*-linux-gnu*"))
	cmd := exec.Command(filepath.Join(tree, "sbin", name), args...)
	if _, err := os.Stat(cmd.Path); err != nil {
		cmd = exec.Command(name, args...) // it is installed, and so not in the tree
	}
	cmd.Env = append(os.Environ(), "LD_LIBRARY_PATH="+strings.Join(libraries, ":"))
	cmd.Stdin = strings.NewReader(input)
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, text)
	}
	return nil
}

// relayFrom has a port of the namespace lead to a server outside of it.
func relayFrom(t *testing.T, to string) (port string) { return relayAt(t, "0", to) }

// relayAt has that port of the namespace lead to a server outside of it; port 0 is any.
func relayAt(t *testing.T, at, to string) (port string) {
	t.Helper()
	l, err := net.Listen("tcp", ":"+at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer client.Close()
				server, err := net.Dial("tcp", to)
				if err != nil {
					return
				}
				defer server.Close()
				go io.Copy(server, client)
				io.Copy(client, server)
			}()
		}
	}()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// resolver starts a DNS server in the namespace that has these records of mail.example.org.
func resolver(t *testing.T, records string) string {
	t.Helper()
	zone := ""
	for record := range strings.SplitSeq(records, ", ") {
		zone += "mail.example.org. " + record + "\n"
	}
	dns, err := dnstest.Start(zone)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(dns.Close)
	return dns.Addr()
}

// One address of several is dead: mail arrives all the same, and the line says which it is and what it did.
func TestDeadAddress(t *testing.T) {
	s := dovecot.usual.get(t)
	if _, err := plugin(); err != nil {
		t.Fatal(err)
	}
	const second, sixth = "ip daddr 192.0.2.2 ", "ip6 daddr 2001:db8::42 "
	for name, c := range map[string]struct {
		zone  string
		rules []string
		args  []string
		state string
		want  string // in front of the usual line; "" is nothing
	}{
		"all are alive":         {"A 192.0.2.2, A 192.0.2.1, AAAA 2001:db8::42", nil, nil, "OK", ""},
		"it refuses":            {"A 192.0.2.2, A 192.0.2.1", []string{second + "reject with tcp reset"}, nil, "OK", `192\.0\.2\.2 refused the connection, 192\.0\.2\.1 works`},
		"a firewall rejects":    {"A 192.0.2.2, A 192.0.2.1", []string{second + "reject with icmp port-unreachable"}, nil, "OK", `a firewall rejects connections to 192\.0\.2\.2 \(ICMP port unreachable\), 192\.0\.2\.1 works`},
		"it is silent":          {"AAAA 2001:db8::42, A 192.0.2.1", []string{sixth + "drop"}, nil, "OK", `IPv6 fails from here \(no answer from 2001:db8::42 within 1 s\), IPv4 works`},
		"one packet is lost":    {"A 192.0.2.2, A 192.0.2.1", []string{second + "numgen inc mod 1000 == 0 drop"}, nil, "OK", ""},
		"nobody is asked again": {"AAAA 2001:db8::42, A 192.0.2.1", []string{sixth + "drop"}, args("--no-second-look"), "OK", ""},
		"two are dead": {"AAAA 2001:db8::42, A 192.0.2.2, A 192.0.2.1", []string{sixth + "drop", second + "reject with tcp reset"}, nil, "OK",
			`no answer from 2001:db8::42 within 1 s, 192\.0\.2\.2 refused the connection, 192\.0\.2\.1 works`},
		"a router has no route":           {"A 192.0.2.2, A 192.0.2.1", []string{second + "reject with icmp net-unreachable"}, nil, "OK", `192\.0\.2\.2 is unreachable \(ICMP network unreachable\), 192\.0\.2\.1 works`},
		"a firewall forbids it":           {"A 192.0.2.2, A 192.0.2.1", []string{second + "reject with icmp admin-prohibited"}, nil, "OK", `a firewall rejects connections to 192\.0\.2\.2 \(ICMP admin prohibited\), 192\.0\.2\.1 works`},
		"no IPv6 to it here":              {"AAAA 2001:db8:1::1, A 192.0.2.1", nil, nil, "OK", ""},
		"no IPv6 to it, another is dead":  {"AAAA 2001:db8:1::1, A 192.0.2.2, A 192.0.2.1", []string{second + "reject with tcp reset"}, nil, "OK", `192\.0\.2\.2 refused the connection, 192\.0\.2\.1 works`},
		"it matters":                      {"A 192.0.2.2, A 192.0.2.1", []string{second + "reject with tcp reset"}, args("--state", "address=critical"), "CRITICAL", ""},
		"the dead one is not asked":       {"AAAA 2001:db8::42, A 192.0.2.1", []string{sixth + "drop"}, args("-4"), "OK", ""},
		"another family than the dead's":  {"AAAA 2001:db8::42, A 192.0.2.2", []string{second + "drop"}, args("-6"), "OK", ""},
		"the address in use is no matter": {"A 192.0.2.1, A 192.0.2.2", []string{second + "drop"}, nil, "OK", ""},
	} {
		t.Run(name, func(t *testing.T) {
			enterNetwork(t, "192.0.2.1/32", "192.0.2.2/32", "2001:db8::42/128")
			port := relayFrom(t, s.port(inPlain))
			filter(t, port, c.rules...)
			o := run(t, call{addr: net.JoinHostPort("mail.example.org", port), how: inPlain, user: bob, args: append(args("--resolver", resolver(t, c.zone)), c.args...)})
			if c.state != "OK" {
				o.want(c.state, `connect: 192\.0\.2\.2 refused the connection, 192\.0\.2\.1 works; .* \[address\]`)
				return
			}
			if c.want != "" {
				remedy := "repair that server, or take its address out of DNS: users wait or fail there"
				if strings.HasPrefix(c.want, "IPv6 fails") {
					remedy = "clients try it first: fix it, or remove the AAAA record"
				}
				c.want = `connect: ` + c.want + `; ` + remedy + ` \[address\]; `
			}
			o.want("OK", c.want+`0 messages, 0 octets `+tookForm+slicesForm+` \| time=`)
		})
	}
}
