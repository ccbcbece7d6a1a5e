package resolve

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/dns"

	"check_pop3x/check/fault"
)

// noted makes the entry of a line: server, type, name, and what came of it, which
// is a response code, "none" for an empty answer, an address, "…" for silence or
// an error of the system.
func noted(t *testing.T, line string) *entry {
	t.Helper()
	words := strings.Fields(line)
	e := &entry{server: netip.AddrPortFrom(netip.MustParseAddr(words[0]), dnsPort)}
	query := new(dns.Msg).SetQuestion(words[2], dns.StringToType[words[1]])
	answer := new(dns.Msg).SetReply(query)
	answer.RecursionAvailable = true
	switch code, isCode := dns.StringToRcode[words[3]]; {
	case words[3] == "refused":
		e.err = &net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNREFUSED)}
		answer = nil
	case words[3] == "…":
		answer = nil
	case isCode:
		answer.Rcode = code
	case words[3] != "none":
		rr, err := dns.NewRR(words[2] + " " + words[1] + " " + words[3])
		if err != nil {
			t.Fatal(err)
		}
		answer.Answer = append(answer.Answer, rr)
	}
	e.query = pack(t, query)
	if answer != nil {
		e.answer = pack(t, answer)
	}
	return e
}

func pack(t *testing.T, m *dns.Msg) []byte {
	t.Helper()
	wire, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return wire
}

// failedLookup is one that went like that.
func failedLookup(t *testing.T, host, talk string) failure {
	l := lookup{Resolver{NoSecondLook: true}, host, Any, new(journal)}
	for line := range strings.SplitSeq(talk, ", ") {
		l.journal.entries = append(l.journal.entries, noted(t, line))
	}
	return failure{l, l.journal.questions(host), &net.DNSError{Err: "x"}}
}

// What explains a failure: the last word about each question, and of several
// questions the one that explains most. The search list is mentioned for a name
// without a dot only.
func TestFailure(t *testing.T) {
	for talk, c := range map[string]struct {
		host    string
		problem fault.Problem
		text    string
	}{
		"192.0.2.1 A mail. NXDOMAIN, 192.0.2.1 AAAA mail. NXDOMAIN": {"mail", fault.ShortHost, "mail does not exist, says DNS server 192.0.2.1"},
		"192.0.2.1 A mail.corp.example. NXDOMAIN, 192.0.2.1 AAAA mail.corp.example. NXDOMAIN, 192.0.2.1 A mail. NXDOMAIN": {
			"mail", fault.ShortHost, "mail does not exist, nor does mail.corp.example (search list), says DNS server 192.0.2.1"},
		"192.0.2.1 A mail.corp.example. none, 192.0.2.1 A mail. NXDOMAIN":     {"mail", fault.NoAddress, "mail.corp.example exists but has no address, says DNS server 192.0.2.1"},
		"192.0.2.1 A mail.corp.example. REFUSED, 192.0.2.1 A mail. NXDOMAIN":  {"mail", fault.LookupRefused, "DNS server 192.0.2.1 says REFUSED for mail.corp.example"},
		"192.0.2.1 A mail.corp.example. …, 192.0.2.1 A mail. NXDOMAIN":        {"mail", fault.NoResolver, "DNS server 192.0.2.1 did not answer about mail.corp.example"},
		"192.0.2.1 A a.b. NXDOMAIN, 192.0.2.1 A a.b.corp.example. NXDOMAIN":   {"a.b", fault.UnknownHost, "a.b does not exist, says DNS server 192.0.2.1"},
		"192.0.2.1 A a.b.corp.example. REFUSED, 192.0.2.1 A a.b. NXDOMAIN":    {"a.b", fault.UnknownHost, "a.b does not exist, says DNS server 192.0.2.1"},
		"192.0.2.1 A A.B. NXDOMAIN, 192.0.2.1 AAAA A.B. none":                 {"a.b", fault.NoAddress, "A.B exists but has no address, says DNS server 192.0.2.1"},
		"192.0.2.1 A a.b. …, 192.0.2.2 A a.b. REFUSED":                        {"a.b", fault.LookupRefused, "DNS server 192.0.2.2 says REFUSED for a.b"},
		"192.0.2.1 A a.b. REFUSED, 192.0.2.2 A a.b. …":                        {"a.b", fault.LookupRefused, "DNS server 192.0.2.1 says REFUSED for a.b"},
		"192.0.2.1 A a.b. NOTIMP":                                             {"a.b", fault.LookupRefused, "DNS server 192.0.2.1 says NOTIMP for a.b"},
		"192.0.2.1 A a.b. …, 2001:db8::1 A a.b. …, 192.0.2.1 A a.b. …":        {"a.b", fault.NoResolver, "DNS servers 192.0.2.1 and 2001:db8::1 did not answer about a.b"},
		"192.0.2.1 A a.b. refused, 192.0.2.2 A a.b. …":                        {"a.b", fault.NoResolver, "DNS server 192.0.2.2 did not answer about a.b"},
		"192.0.2.1 A a.b. refused, 192.0.2.2 A a.b. refused":                  {"a.b", fault.NoResolver, "DNS servers 192.0.2.1 and 192.0.2.2 cannot be asked about a.b: connection refused"},
		"192.0.2.1 A a.b. NXDOMAIN, 192.0.2.1 AAAA a.b. …":                    {"a.b", fault.NoResolver, "DNS server 192.0.2.1 did not answer about a.b"},
		"192.0.2.1 A a.b. 192.0.2.7, 192.0.2.1 AAAA a.b. …, 192.0.2.1 A x. …": {"a.b", fault.NoResolver, "DNS server 192.0.2.1 did not answer about a.b"},
	} {
		err := failedLookup(t, c.host, talk).fault(bounded(t))
		wantFault(t, err, fault.DNS, c.text)
		if f := fault.Of(err); f.Problem != c.problem {
			t.Errorf("%s: %s", talk, f.Problem)
		}
	}
}

// When the time is up, what counts is the question that nobody answered.
func TestFailureLate(t *testing.T) {
	for talk, c := range map[string]struct {
		problem fault.Problem
		who     string
	}{
		"192.0.2.1 A a.b. …, 192.0.2.1 AAAA a.b. …, 192.0.2.2 A a.b. …": {fault.NoResolver, "DNS servers 192.0.2.1 and 192.0.2.2 about a.b"},
		"192.0.2.1 AAAA a.b. …, 192.0.2.1 A a.b. 192.0.2.7":             {fault.SilentOnIPv6, "DNS server 192.0.2.1 about the IPv6 address of a.b"},
		"192.0.2.1 AAAA a.b. …, 192.0.2.1 A a.b. NXDOMAIN":              {fault.NoResolver, "DNS server 192.0.2.1 about a.b"},
		"192.0.2.1 A a.b. …, 192.0.2.1 AAAA a.b. ::1":                   {fault.NoResolver, "DNS server 192.0.2.1 about a.b"},
		"192.0.2.1 A a.b. 192.0.2.7":                                    {fault.NoResolver, "this host's resolver about a.b"},
	} {
		err := failedLookup(t, "a.b", talk).late(&fault.Error{Kind: fault.Timeout, Within: time.Second})
		if f := fault.Of(err); f.Who != c.who || f.Problem != c.problem || f.Within != time.Second {
			t.Errorf("%s: %v %q", talk, err, f.Problem)
		}
	}
}

// A lookup that asked no DNS server is libc's, Windows', or one of files alone.
func TestFailureUnexplained(t *testing.T) {
	for _, c := range []struct {
		err  error
		text string
	}{
		{&net.DNSError{IsNotFound: true}, "this host's resolver does not know a.b"},
		{&net.AddrError{}, "this host's resolver does not know a.b"},
		{&net.DNSError{Err: "server misbehaving"}, "this host's resolver failed to look up a.b: server misbehaving"},
		{fmt.Errorf("x"), "this host's resolver failed to look up a.b"},
	} {
		wantFault(t, failure{lookup{host: "a.b"}, nil, c.err}.fault(bounded(t)), fault.DNS, c.text)
	}
	defect := fault.New(fault.Internal, "panic")
	if err := (failure{lookup{host: "a.b"}, nil, defect}).fault(bounded(t)); err != error(defect) {
		t.Error(err)
	}
}

func TestHasHost(t *testing.T) {
	const hosts = "127.0.0.1\tlocalhost\n# 192.0.2.1 gone.example.org\n192.0.2.1 Mail.example.org mail # old.example.org\n\n192.0.2.2\n"
	for host, want := range map[string]bool{
		"localhost": true, "mail.example.org": true, "mail.example.org.": true, "mail": true,
		"gone.example.org": false, "old.example.org": false, "192.0.2.2": false, "example.org": false, "": false,
	} {
		if hasHost(hosts, host) != want {
			t.Error(host)
		}
	}
}
