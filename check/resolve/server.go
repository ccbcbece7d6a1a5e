package resolve

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"

	"check_pop3x/check/fault"
)

// A Resolver is the DNS server to ask; the zero value stands for the system's.
type Resolver struct{ netip.AddrPort }

// dnsPort is the port of a DNS server that is named without one.
const dnsPort = 53

// ParseResolver reads ADDR or ADDR:PORT; with a port an IPv6 address stands in
// brackets. The error says what to type instead.
func ParseResolver(typed string) (Resolver, error) {
	inner, opened := strings.CutPrefix(typed, "[")
	inner, closed := strings.CutSuffix(inner, "]")
	if a, err := netip.ParseAddr(inner); err == nil && opened == closed && (!closed || a.Is6()) {
		return Resolver{netip.AddrPortFrom(a.Unmap(), dnsPort)}, nil
	}
	at, err := netip.ParseAddrPort(typed)
	if err != nil || at.Port() == 0 {
		return Resolver{}, fmt.Errorf("%q is not an address, type for example 127.0.0.1 or [::1]:5353", typed)
	}
	return Resolver{netip.AddrPortFrom(at.Addr().Unmap(), at.Port())}, nil
}

// addressResolver looks addresses up.
func (r Resolver) addressResolver() *net.Resolver {
	if !r.IsValid() {
		return net.DefaultResolver
	}
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, r.String())
	}}
}

// The servers are the DNS servers whose AD bit is believed, and how they are
// asked.
type servers struct {
	addrs    []netip.AddrPort
	timeout  time.Duration // of one query to one of them
	attempts int           // rounds
}

// resolvConf lists the system's DNS servers on Unix, resolv.conf(5).
const resolvConf = "/etc/resolv.conf"

// maxServers is how many of them are asked; libc's MAXNS.
const maxServers = 3

// trusted returns the servers whose AD bit is believed. Nothing protects that bit
// on its way (RFC 6840, section 5.7; RFC 6698, section 8.3): the server has to be
// named by the user, or trusted by the system's configuration (trust-ad). That it
// is on this machine is not enough, since a forwarder passes on what anybody
// sends, Docker's and dnsmasq for example; glibc thinks so, too (resolv.conf(5)).
// The error is a *fault.Error of kind Usage.
func (r Resolver) trusted() (servers, error) {
	if r.IsValid() {
		return servers{[]netip.AddrPort{r.AddrPort}, 2 * time.Second, 3}, nil
	}
	return trustedIn(resolvConf)
}

func trustedIn(file string) (servers, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return servers{}, fault.New(fault.Usage, "no DNS server to ask (%v), name one that validates by --resolver ADDR", err)
	}
	config, err := dns.ClientConfigFromReader(bytes.NewReader(data))
	if err != nil {
		return servers{}, fault.New(fault.Usage, "%s: %v", file, err)
	}
	s := servers{timeout: time.Duration(config.Timeout) * time.Second, attempts: config.Attempts}
	all := config.Servers
	if len(all) == 0 {
		all = []string{"127.0.0.1"} // resolv.conf(5)
	}
	if !trustsAD(data) {
		return s, fault.New(fault.Usage, "%s does not say that the DNS server %s may vouch for DNSSEC (options trust-ad); if it validates and the way to it is safe, type --resolver %[2]s", file, all[0])
	}
	for _, one := range all {
		if a, err := netip.ParseAddr(one); err == nil && len(s.addrs) < maxServers {
			s.addrs = append(s.addrs, netip.AddrPortFrom(a.Unmap(), dnsPort))
		}
	}
	if len(s.addrs) == 0 {
		return s, fault.New(fault.Usage, "%s names no DNS server by its address, name one that validates by --resolver ADDR", file)
	}
	return s, nil
}

// trustsAD reports whether the option trust-ad is set in a resolv.conf.
func trustsAD(data []byte) bool {
	for line := range strings.Lines(string(data)) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == "options" && slices.Contains(words[1:], "trust-ad") {
			return true
		}
	}
	return false
}
