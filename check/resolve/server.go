package resolve

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"check_pop3x/check/fault"
)

// A Resolver is the DNS server to ask; the zero value stands for the system's.
type Resolver struct {
	netip.AddrPort
	NoSecondLook bool // it is asked nothing else to explain a failure
}

// dnsPort is the port of a DNS server that is named without one.
const dnsPort = 53

// ParseResolver reads ADDR or ADDR:PORT; with a port an IPv6 address stands in
// brackets. The error says what to type instead.
func ParseResolver(typed string) (Resolver, error) {
	inner, opened := strings.CutPrefix(typed, "[")
	inner, closed := strings.CutSuffix(inner, "]")
	if a, err := netip.ParseAddr(inner); err == nil && opened == closed && (!closed || a.Is6()) {
		return Resolver{AddrPort: netip.AddrPortFrom(a.Unmap(), dnsPort)}, nil
	}
	at, err := netip.ParseAddrPort(typed)
	if err != nil || at.Port() == 0 {
		return Resolver{}, fmt.Errorf("%q is not an address, type for example 127.0.0.1 or [::1]:5353", typed)
	}
	return Resolver{AddrPort: netip.AddrPortFrom(at.Addr().Unmap(), at.Port())}, nil
}

// addressResolver looks addresses up, and notes what it does.
func (r Resolver) addressResolver(j *journal) *net.Resolver {
	if !r.IsValid() {
		return &net.Resolver{Dial: j.dial}
	}
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return j.dial(ctx, network, r.String())
	}}
}

// queryTimeout is how long a server has time to answer, if no configuration says so.
const queryTimeout = 2 * time.Second

// The servers are the DNS servers that are asked, and how.
type servers struct {
	addrs    []netip.AddrPort
	timeout  time.Duration // of one query to one of them
	attempts int           // rounds
	trusted  bool          // their AD bit is believed
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
		return r.servers()
	}
	return trustedIn(resolvConf)
}

// servers returns the servers to ask, whether their AD bit is believed or not.
func (r Resolver) servers() (servers, error) {
	if r.IsValid() {
		return servers{[]netip.AddrPort{r.AddrPort}, queryTimeout, 3, true}, nil
	}
	s, _, err := serversIn(resolvConf)
	return s, err
}

func trustedIn(file string) (servers, error) {
	s, config, err := serversIn(file)
	if err == nil && !config.trustsAD {
		return s, fault.New(fault.Usage, "%s does not say that the DNS server %s may vouch for DNSSEC (options trust-ad); if it validates and the way to it is safe, type --resolver %[2]s", file, config.servers[0])
	}
	return s, err
}

// serversIn returns the servers of a resolv.conf.
func serversIn(file string) (s servers, c config, err error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return s, c, fault.New(fault.Usage, "no DNS server to ask: %s cannot be read; name one that validates by --resolver ADDR", file)
	}
	c = readConfig(string(data))
	s = servers{timeout: c.timeout, attempts: c.attempts, trusted: c.trustsAD}
	for _, one := range c.servers {
		if a, err := netip.ParseAddr(one); err == nil && len(s.addrs) < maxServers {
			s.addrs = append(s.addrs, netip.AddrPortFrom(a.Unmap(), dnsPort))
		}
	}
	if len(s.addrs) == 0 {
		return s, c, fault.New(fault.Usage, "%s names no DNS server by its address, name one that validates by --resolver ADDR", file)
	}
	return s, c, nil
}

// A config is what a resolv.conf says, resolv.conf(5).
type config struct {
	servers  []string // this host's, if the file names none
	named    bool     // it does
	timeout  time.Duration
	attempts int
	trustsAD bool
}

// readConfig reads a resolv.conf.
func readConfig(text string) config {
	c := config{timeout: 5 * time.Second, attempts: 2}
	for line := range strings.Lines(text) {
		switch words := strings.Fields(line); {
		case len(words) < 2:
		case words[0] == "nameserver":
			c.servers = append(c.servers, words[1])
		case words[0] == "options":
			for _, word := range words[1:] {
				c.option(word)
			}
		}
	}
	if c.named = len(c.servers) > 0; !c.named {
		c.servers = []string{"127.0.0.1"}
	}
	return c
}

func (c *config) option(word string) {
	name, value, _ := strings.Cut(word, ":")
	number, _ := strconv.Atoi(value)
	switch number = max(number, 1); {
	case name == "timeout":
		c.timeout = time.Duration(number) * time.Second
	case name == "attempts":
		c.attempts = number
	case word == "trust-ad":
		c.trustsAD = true
	}
}
