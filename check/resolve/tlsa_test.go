package resolve

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/testkit/dnstest"
)

// zeros is the data of a record that matches nothing.
var zeros = strings.Repeat("00", 32)

// resolving starts a DNS server.
func resolving(t *testing.T, zone string) (*dnstest.Server, Resolver) {
	t.Helper()
	server, err := dnstest.Start(zone)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	r, err := ParseResolver(server.Addr())
	if err != nil {
		t.Fatal(err)
	}
	return server, r
}

const (
	host  = "mail.example.org"
	owner = "_995._tcp.mail.example.org"
)

// A lookupCase is a zone and the result of the lookup in it: the name whose
// records count, how many there are, the problem and the text.
type lookupCase struct {
	zone    string
	name    string
	records int
	problem fault.Problem
	text    string
}

var lookups = map[string]lookupCase{
	"there":         {"mail.example.org. A 127.0.0.1\n" + owner + ". TLSA 3 1 1 " + zeros, owner, 1, "", ""},
	"several":       {owner + ". TLSA 3 1 1 " + zeros + "\n" + owner + ". TLSA 2 0 1 " + zeros, owner, 2, "", ""},
	"in capitals":   {strings.ToUpper(owner) + ". TLSA 3 1 1 " + zeros, owner, 1, "", ""},
	"no such name":  {"mail.example.org. A 127.0.0.1", owner, 0, fault.NoTLSA, owner + " does not exist (NXDOMAIN), as DNSSEC proves"},
	"no such host":  {"www.example.org. A 127.0.0.1", owner, 0, fault.NoTLSA, owner + " does not exist (NXDOMAIN), as DNSSEC proves"},
	"no such type":  {owner + ". TXT none", owner, 0, fault.NoTLSA, owner + " has no TLSA record, as DNSSEC proves"},
	"only a parent": {"x." + owner + ". TLSA 3 1 1 " + zeros, owner, 0, fault.NoTLSA, owner + " has no TLSA record, as DNSSEC proves"},
	"none of use":   {owner + ". TLSA 1 1 1 " + zeros, owner, 1, fault.NoTLSA, "of 1 TLSA record of " + owner + " none can be used (see -v)"},
	"not signed":    {"insecure example.org\n" + owner + ". TLSA 3 1 1 " + zeros, owner, 1, fault.NotSigned, "the TLSA records of " + owner + " are not secured by DNSSEC"},
	"not proved":    {"insecure example.org", owner, 0, fault.NotSigned, owner + " has no TLSA record, nor is there DNSSEC to prove it"},
	"not validated": {"insecure .\n" + owner + ". TLSA 3 1 1 " + zeros, owner, 1, fault.NotValidating, "DNS server %s does not validate DNSSEC: it sets AD for no answer, not even the root's"},
	"bogus":         {"bogus " + owner + "\n" + owner + ". TLSA 3 1 1 " + zeros, owner, 0, fault.Bogus, "the DNSSEC of " + owner + " is broken (Signature Expired), says DNS server %s"},
	"bogus host":    {"bogus mail.example.org\n" + owner + ". TLSA 3 1 1 " + zeros, owner, 0, fault.Bogus, "the DNSSEC of mail.example.org is broken (Signature Expired), says DNS server %s"},

	"by TCP":       {"truncated " + owner + "\n" + owner + ". TLSA 3 1 1 " + zeros, owner, 1, "", ""},
	"much":         {strings.Repeat(owner+". TLSA 3 1 0 "+strings.Repeat("00", 600)+"\n"+owner+". TLSA 2 1 1 "+zeros+"\n", 40), owner, 80, "", ""},
	"stray":        {"stray " + owner + "\n" + owner + ". TLSA 2 1 1 " + zeros, owner, 1, "", ""},
	"of another":   {"liar " + owner + "\n_110._tcp.mail.example.org. TLSA 3 1 1 " + zeros, owner, 0, fault.NoTLSA, owner + " does not exist (NXDOMAIN), as DNSSEC proves"},
	"by an alias":  {owner + ". CNAME tlsa.example.net.\ntlsa.example.net. TLSA 3 1 1 " + zeros, owner, 1, "", ""},
	"round about":  {owner + ". CNAME tlsa.example.net.\ntlsa.example.net. CNAME " + owner + ".", owner, 0, fault.NoTLSA, owner + " has no TLSA record, as DNSSEC proves"},
	"behind":       {"mail.example.org. CNAME a.example.net.\na.example.net. CNAME b.example.net.\nb.example.net. A 127.0.0.1\n_995._tcp.b.example.net. TLSA 3 1 1 " + zeros + "\n" + owner + ". TLSA 3 1 1 " + zeros + "\n" + owner + ". TLSA 2 1 1 " + zeros, "_995._tcp.b.example.net", 1, "", ""},
	"not behind":   {"mail.example.org. CNAME a.example.net.\na.example.net. A 127.0.0.1\n" + owner + ". TLSA 3 1 1 " + zeros, owner, 1, "", ""},
	"behind, none": {"mail.example.org. CNAME a.example.net.\na.example.net. A 127.0.0.1", owner, 0, fault.NoTLSA, owner + " does not exist (NXDOMAIN), as DNSSEC proves"},
	"unsafe alias": {"insecure example.net\nmail.example.org. CNAME a.example.net.\na.example.net. A 127.0.0.1\n_995._tcp.a.example.net. TLSA 3 1 1 " + zeros + "\n" + owner + ". TLSA 2 1 1 " + zeros, owner, 1, "", ""},
	"unsafe there": {"insecure _995._tcp.a.example.net\nmail.example.org. CNAME a.example.net.\na.example.net. A 127.0.0.1\n_995._tcp.a.example.net. TLSA 3 1 1 " + zeros + "\n" + owner + ". TLSA 2 1 1 " + zeros, owner, 1, "", ""},
	"bogus there":  {"bogus _995._tcp.a.example.net\nmail.example.org. CNAME a.example.net.\na.example.net. A 127.0.0.1\n" + owner + ". TLSA 2 1 1 " + zeros, "_995._tcp.a.example.net", 0, fault.Bogus, "the DNSSEC of _995._tcp.a.example.net is broken (Signature Expired), says DNS server %s"},
}

func TestLookupTLSA(t *testing.T) {
	for name, c := range lookups {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, r := resolving(t, c.zone)
			set, err := LookupTLSA(bounded(t), r, host, 995)
			if err != nil {
				t.Fatal(err)
			}
			if set.Name != c.name || set.Name != "_995._tcp."+set.Base || len(set.Records) != c.records || set.From != r.AddrPort {
				t.Errorf("%+v", set)
			}
			if c.problem == "" {
				if set.Err != nil || !set.Secure {
					t.Error(set.Secure, set.Err)
				}
				return
			}
			wantFault(t, set.Err, fault.Certificate, strings.ReplaceAll(c.text, "%s", server.Addr()))
			if f := fault.Of(set.Err); f.Problem != c.problem {
				t.Error(f.Problem)
			}
		})
	}
}

// The ways in which a server fails to answer, each with its own text.
func TestLookupTLSAFails(t *testing.T) {
	for want, zone := range map[string]string{
		"DNS server %s says SERVFAIL for " + owner:                              "failing " + owner,
		"DNS server %s says SERVFAIL for mail.example.org":                      "failing mail.example.org",
		"DNS server %s says REFUSED for " + owner:                               "refused " + owner,
		"DNS server %s says FORMERR for mail.example.org":                       "no-edns mail.example.org",
		"DNS server %s sent something that is no answer about " + owner:         "garbage " + owner,
		"DNS server %s sent something that is no answer about mail.example.org": "cut mail.example.org",
		"DNS server %s did not answer about " + owner:                           "silent " + owner,
		"DNS server %s did not answer about mail.example.org":                   "hangup mail.example.org",
	} {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			server, r := resolving(t, zone)
			s := servers{[]netip.AddrPort{r.AddrPort}, 100 * time.Millisecond, 2, true}
			set, err := s.lookupTLSA(bounded(t), host, 995)
			if set != nil {
				t.Errorf("%+v", set)
			}
			wantFault(t, err, fault.DNS, strings.ReplaceAll(want, "%s", server.Addr()))
		})
	}
}

// The second server is asked if the first fails, in whatever way.
func TestLookupTLSAByAnotherServer(t *testing.T) {
	_, good := resolving(t, lookups["there"].zone)
	for _, mood := range []string{"silent", "failing", "refused", "garbage", "hangup"} {
		t.Run(mood, func(t *testing.T) {
			t.Parallel()
			_, bad := resolving(t, mood+" "+owner+"\n"+mood+" "+host)
			s := servers{[]netip.AddrPort{bad.AddrPort, good.AddrPort}, 100 * time.Millisecond, 2, true}
			set, err := s.lookupTLSA(bounded(t), host, 995)
			if err != nil || set.From != good.AddrPort || len(set.Records) != 1 {
				t.Errorf("%+v, %v", set, err)
			}
		})
	}
	s := servers{[]netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:1"), netip.MustParseAddrPort("127.0.0.2:1")}, time.Second, 1, true}
	_, err := s.lookupTLSA(bounded(t), host, 995)
	wantFault(t, err, fault.DNS, "DNS servers 127.0.0.1:1 and 127.0.0.2:1 cannot be asked about "+host+": connection refused")
}

// Queries set AD and go by UDP; TCP is used only if the answer is too long, and CD
// only if validation failed.
func TestQuestions(t *testing.T) {
	for zone, want := range map[string][]string{
		lookups["there"].zone:      {"udp A mail.example.org.", "udp TLSA " + owner + "."},
		lookups["by TCP"].zone:     {"udp A mail.example.org.", "udp TLSA " + owner + ".", "tcp TLSA " + owner + "."},
		lookups["bogus"].zone:      {"udp A mail.example.org.", "udp TLSA " + owner + ".", "udp TLSA " + owner + "."},
		lookups["not proved"].zone: {"udp A mail.example.org.", "udp TLSA " + owner + ".", "udp NS ."},
		lookups["not behind"].zone: {"udp A mail.example.org.", "udp TLSA _995._tcp.a.example.net.", "udp TLSA " + owner + "."},
	} {
		server, r := resolving(t, zone)
		if _, err := LookupTLSA(bounded(t), r, host+".", 995); err != nil {
			t.Error(err)
		}
		if got := server.Asked(); !slices.Equal(got, want) {
			t.Errorf("asked %q\nwant  %q", got, want)
		}
	}
}

// The wait for a silent server ends with the context, by UDP and by TCP.
func TestLookupTLSAEnds(t *testing.T) {
	for _, mood := range []string{"silent", "mute"} {
		server, r := resolving(t, mood+" "+owner)
		why := errors.New("enough")
		ctx, cancel := context.WithCancelCause(bounded(t))
		go func() {
			<-server.Silence()
			cancel(why)
		}()
		if _, err := LookupTLSA(ctx, r, host, 995); err != why {
			t.Errorf("%s: %v", mood, err)
		}
	}
}

// When the time is up, the error says who did not answer about what.
func TestLookupTLSALate(t *testing.T) {
	server, r := resolving(t, "silent "+host)
	ctx, cancel := context.WithCancelCause(bounded(t))
	go func() {
		<-server.Silence()
		cancel(&fault.Error{Kind: fault.Timeout, Within: 3 * time.Second})
	}()
	_, err := LookupTLSA(ctx, r, host, 995)
	want := "no answer within 3s from DNS server " + server.Addr() + " about mail.example.org [timeout]"
	if f := fault.Of(err); f.Error() != want || f.Problem != fault.NoResolver {
		t.Errorf("%v %q", err, f.Problem)
	}
}

// A circle of aliases comes to an end.
func TestAliasesEnd(t *testing.T) {
	r := &reply{name: "0.example.org."}
	for i := range 100 {
		r.aliases = append(r.aliases, alias{fmt.Sprintf("%d.example.org.", i), fmt.Sprintf("%d.example.org.", i+1)})
	}
	if end := r.finalName(); end != "16.example.org." {
		t.Error(end)
	}
}

func TestTLSAName(t *testing.T) {
	for _, name := range []string{"mail.example.org", "mail.example.org."} {
		if got, err := TLSAName(name, 110); err != nil || got != "_110._tcp.mail.example.org" {
			t.Error(got, err)
		}
	}
	for _, name := range []string{"", ".", "a..b", "127.0.0.1", "::1", "[::1]", "müller.example.org", `a\.b`, "a b", strings.Repeat("a", 64) + ".org", strings.Repeat("a.", 125)} {
		if got, err := TLSAName(name, 995); err == nil {
			t.Errorf("%q: %s", name, got)
		}
	}
}

func TestParseResolver(t *testing.T) {
	for typed, want := range map[string]string{
		"127.0.0.1": "127.0.0.1:53", "127.0.0.1:5353": "127.0.0.1:5353", "::1": "[::1]:53", "[::1]": "[::1]:53", "[::1]:5353": "[::1]:5353",
		"::ffff:192.0.2.1": "192.0.2.1:53", "fe80::1%eth0": "[fe80::1%eth0]:53",
	} {
		if got, err := ParseResolver(typed); err != nil || got.String() != want {
			t.Errorf("%s: %s, %v", typed, got, err)
		}
	}
	for _, typed := range []string{"", "dns.example.org", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "[127.0.0.1]", "::1:53x", "[::1]:", "tls://127.0.0.1"} {
		if got, err := ParseResolver(typed); err == nil {
			t.Errorf("%q: %s", typed, got)
		}
	}
}

// The servers whose AD bit is believed, according to resolv.conf; or the one that
// would have to be trusted, wherever it is.
func TestTrustedServers(t *testing.T) {
	for conf, want := range map[string]string{
		"options trust-ad": "[127.0.0.1:53] 5s 2",
		"nameserver 127.0.0.53\noptions edns0 trust-ad\nsearch .": "[127.0.0.53:53] 5s 2",
		"nameserver ::1\noptions timeout:2 attempts:3 trust-ad":   "[[::1]:53] 2s 3",
		"nameserver ::1\noptions attempts:x timeout:0 trust-ad":   "[[::1]:53] 1s 1",
		"nameserver 192.0.2.1\noptions edns0\noptions trust-ad":   "[192.0.2.1:53] 5s 2",
		"":                                       "127.0.0.1",
		"nameserver 127.0.0.11\noptions ndots:0": "127.0.0.11", // Docker's
		"nameserver 192.0.2.1\nnameserver 127.0.0.1":           "192.0.2.1",
		"nameserver 192.0.2.1\n# options trust-ad\nnameserver": "192.0.2.1",
		"nameserver 192.0.2.1\noptions trust-ads\n":            "192.0.2.1",
		"options trust-ad\nnameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver dns\nnameserver fe80::1%eth0\nnameserver 192.0.2.4": "[192.0.2.1:53 192.0.2.2:53 [fe80::1%eth0]:53] 5s 2",
	} {
		file := filepath.Join(t.TempDir(), "resolv.conf")
		if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := trustedIn(file)
		if IsAddress(want) {
			wantFault(t, err, fault.Usage, file+" does not say that the DNS server "+want+" may vouch for DNSSEC (options trust-ad); "+
				"if it validates and the way to it is safe, type --resolver "+want)
			continue
		}
		if got := fmt.Sprint(s.addrs, s.timeout, s.attempts); err != nil || got != want {
			t.Errorf("%q: %s, %v", conf, got, err)
		}
	}
	_, err := trustedIn("/nonexistent/resolv.conf")
	wantFault(t, err, fault.Usage, "no DNS server to ask: /nonexistent/resolv.conf cannot be read; name one that validates by --resolver ADDR")
}

// --resolver is asked for addresses, too, and errors name it.
func TestResolveByAResolver(t *testing.T) {
	server, r := resolving(t, "mail.example.org. A 127.0.0.7\nfailing broken.example.org")
	got, err := Resolve(bounded(t), r, "mail.example.org.", IPv4)
	if err != nil || len(got) != 1 || got[0].String() != "127.0.0.7" {
		t.Error(got, err)
	}
	_, err = Resolve(bounded(t), r, "broken.example.org.", Any)
	wantFault(t, err, fault.DNS, "DNS server "+server.Addr()+" says SERVFAIL for broken.example.org")
}
