//go:build integration

// Names that the system's resolver does not resolve, each for another reason, which the line tells. The machine's
// /etc/resolv.conf and /etc/hosts are the test's own.

package integration

import (
	"net"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// layOver replaces one of the machine's files by a text, for the calling thread and what it starts. The thread ends
// with the test.
func layOver(t *testing.T, path, text string) {
	t.Helper()
	runtime.LockOSThread()
	file := filepath.Join(t.TempDir(), filepath.Base(path))
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Unshare(syscall.CLONE_NEWNS); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount(file, path, "", syscall.MS_BIND, ""); err != nil {
		t.Fatal(err)
	}
}

// The addresses of DNS servers: Unbound, one that nobody reads from, and none.
const (
	theResolver = "127.0.53.1"
	aSilentOne  = "127.0.53.2"
	nobody      = "127.0.53.3"
)

// An unresolved name, and the line for it behind "resolve: ".
type unresolved struct {
	conf  string // resolv.conf
	hosts string // what else is in /etc/hosts; "": nothing
	host  string
	args  []string
	limit time.Duration // 0: the default
	want  string
}

func TestUnresolved(t *testing.T) {
	if _, err := plugin(); err != nil {
		t.Fatal(err)
	}
	startDNSAt(t, theResolver, 53,
		dnsZone{Name: "corp.example.", Signed: true, text: addresses("four") + "six AAAA ::1\n@ MX 10 four\nmoved CNAME gone\n"},
		dnsZone{Name: "forged.example.", Signed: true, text: addresses("a")},
		dnsZone{Name: "dead.example.", Dead: true},
	)
	silent, err := net.ListenPacket("udp", net.JoinHostPort(aSilentOne, "53"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { silent.Close() })
	const server, other = "nameserver " + theResolver + "\n", `see if it runs or use another --resolver`
	const domain = `look at the domain's name servers`
	const says = `says DNS server 127\.0\.53\.1`
	for name, c := range map[string]unresolved{
		"NXDOMAIN": {conf: server, host: "mial.corp.example",
			want: `mial\.corp\.example does not exist, ` + says + `; check the spelling of -H, or the DNS record \[dns\]`},
		"an alias to nothing": {conf: server, host: "moved.corp.example",
			want: `moved\.corp\.example is an alias of gone\.corp\.example, which does not exist, ` + says + `; fix the CNAME record \[dns\]`},
		"a domain for mail only": {conf: server, host: "corp.example",
			want: `corp\.example exists but has no address, ` + says + `; add one, or give -H the mail server's own name \[dns\]`},
		"no IPv6": {conf: server, host: "four.corp.example", args: args("-6"),
			want: `four\.corp\.example has only IPv4 addresses \(127\.0\.0\.1\), ` + says + `; drop -6, or add an IPv6 address \[dns\]`},
		"no IPv4": {conf: server, host: "six.corp.example", args: args("-4"),
			want: `six\.corp\.example has only IPv6 addresses \(::1\), ` + says + `; drop -4, or add an IPv4 address \[dns\]`},
		"the zone's server is dead": {conf: server, host: "a.dead.example", limit: 4 * time.Second,
			want: `no answer within 4 s from DNS server 127\.0\.53\.1 about a\.dead\.example, but about others; ` + domain + ` \[timeout\]`},
		"that, and more time": {conf: server + "options timeout:1 attempts:1\n", host: "a.dead.example",
			want: `DNS server 127\.0\.53\.1 answers about other names, but not about a\.dead\.example; ` + domain + ` \[dns\]`},
		"its signatures are bad": {conf: server, host: "a.forged.example",
			want: `the DNSSEC of a\.forged\.example is broken.*, ` + says + `; sign it again or fix its DS \[dns\]`},
		"REFUSED": {conf: server, host: "a.refused.example",
			want: `DNS server 127\.0\.53\.1 says REFUSED for a\.refused\.example; have it answer this host, or try another \(--resolver\) \[dns\]`},
		"a short name": {conf: server, host: "mial",
			want: `mial does not exist, ` + says + `; give -H the whole name, with its domain \[dns\]`},
		"the search list": {conf: server + "search corp.example forged.example\n", host: "mial",
			want: `the DNSSEC of mial\.forged\.example is broken.*, ` + says + `; .* \[dns\]`},
		"the search list in vain": {conf: server + "search corp.example\n", host: "mial",
			want: `mial does not exist, nor does mial\.corp\.example \(search list\), ` + says + `; give -H the whole name, with its domain \[dns\]`},
		"the search list first": {conf: server + "search corp.example\noptions ndots:5\n", host: "mial.corp.example",
			want: `mial\.corp\.example does not exist, ` + says + `; check the spelling of -H, or the DNS record \[dns\]`},
		"the DNS server is silent": {conf: "nameserver " + aSilentOne + "\n", host: "four.corp.example", limit: 2 * time.Second,
			want: `no answer within 2 s from DNS server 127\.0\.53\.2 about four\.corp\.example; ` + other + ` \[timeout\]`},
		"it is silent for a while": {conf: "nameserver " + aSilentOne + "\noptions timeout:1 attempts:1\n", host: "four.corp.example",
			want: `DNS server 127\.0\.53\.2 did not answer about four\.corp\.example; ` + other + ` \[dns\]`},
		"nobody is there": {conf: "nameserver " + nobody + "\n", host: "four.corp.example",
			want: `DNS server 127\.0\.53\.3 cannot be asked about four\.corp\.example: connection refused; ` + other + ` \[dns\]`},
		"the second one answers": {conf: "nameserver " + nobody + "\n" + server, host: "mial.corp.example",
			want: `mial\.corp\.example does not exist, ` + says + `; .* \[dns\]`},
		"in /etc/hosts": {conf: server, hosts: "192.0.2.1 mail.corp.example mail\n", host: "mail.corp.example", args: args("-6"),
			want: `mail\.corp\.example has only IPv4 addresses \(192\.0\.2\.1 in /etc/hosts\); drop -6, or add an IPv6 address \[dns\]`},
	} {
		t.Run(name, func(t *testing.T) { c.prove(t) })
	}
}

func (c unresolved) prove(t *testing.T) {
	layOver(t, "/etc/resolv.conf", c.conf)
	layOver(t, "/etc/hosts", "127.0.0.1 localhost\n"+c.hosts)
	o := run(t, call{addr: net.JoinHostPort(c.host, "995"), how: inPlain, limit: c.limit, args: c.args})
	o.want("CRITICAL", "resolve: "+c.want)
}

// The way to the DNS server is missing, or the server itself.
func TestUnresolvedAlone(t *testing.T) {
	if _, err := plugin(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]unresolved{
		"no network": {conf: "nameserver 192.0.2.53\n", host: "mail.corp.example",
			want: `DNS server 192\.0\.2\.53 cannot be asked about mail\.corp\.example: network is unreachable; see if it runs or use another --resolver \[dns\]`},
		"no DNS server": {conf: "# empty\n", host: "mail.corp.example",
			want: `/etc/resolv\.conf names no DNS server to ask about mail\.corp\.example; add a nameserver line to it, or use --resolver \[dns\]`},
	} {
		t.Run(name, func(t *testing.T) {
			enterNetwork(t)
			c.prove(t)
		})
	}
}
