package resolve

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"check_pop3x/check/fault"
)

func TestResolveAddress(t *testing.T) {
	for _, c := range []struct{ host, want string }{
		{"127.0.0.1", "127.0.0.1"},
		{"::1", "::1"},
		{"fe80::1%eth0", "fe80::1%eth0"},
		{"::ffff:192.0.2.1", "192.0.2.1"},
	} {
		got, err := Resolve(t.Context(), Resolver{}, c.host, Any)
		if err != nil || len(got) != 1 || got[0].String() != c.want || !IsAddress(c.host) {
			t.Errorf("%s: %v, %v", c.host, got, err)
		}
	}
	for _, host := range []string{"", "localhost", "[127.0.0.1]", "[::1]", "127.1", "[]", "mail.example.org"} {
		if IsAddress(host) {
			t.Errorf("%q is no address", host)
		}
	}
}

func TestResolveAddressOfTheOtherFamily(t *testing.T) {
	_, err := Resolve(t.Context(), Resolver{}, "127.0.0.1", IPv6)
	wantFault(t, err, fault.DNS, "127.0.0.1 is not an IPv6 address")
	_, err = Resolve(t.Context(), Resolver{}, "::1", IPv4)
	wantFault(t, err, fault.DNS, "::1 is not an IPv4 address")
}

func TestResolveName(t *testing.T) {
	_, r := resolving(t, "mail.example.org. A 127.0.0.2\nmail.example.org. A 127.0.0.1\nmail.example.org. A 127.0.0.2")
	got, err := Resolve(bounded(t), r, "mail.example.org.", Any)
	want := []netip.Addr{netip.MustParseAddr("127.0.0.2"), loopback}
	slices.SortFunc(got, func(a, b netip.Addr) int { return b.Compare(a) }) // the resolver's order is its own matter (RFC 6724)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
}

// A lookup that works asks what package net asks, and nothing more.
func TestResolveAsksOnce(t *testing.T) {
	server, r := resolving(t, "mail.example.org. A 127.0.0.1")
	if _, err := Resolve(bounded(t), r, host, Any); err != nil {
		t.Fatal(err)
	}
	asked := server.Asked()
	slices.Sort(asked)
	if want := []string{"udp A mail.example.org.", "udp AAAA mail.example.org."}; !slices.Equal(asked, want) {
		t.Errorf("%q", asked)
	}
}

// Each way in which a lookup fails has a sentence of its own, with the name and
// the server.
func TestResolveFailures(t *testing.T) {
	for name, c := range map[string]struct {
		zone    string
		host    string // "": mail.example.org
		family  Family // "": any
		problem fault.Problem
		text    string
	}{
		"no such name":            {"www.example.org. A 127.0.0.1", "", "", fault.UnknownHost, "mail.example.org does not exist, says DNS server %s"},
		"no such name, IPv6":      {"www.example.org. A 127.0.0.1", "", IPv6, fault.UnknownHost, "mail.example.org does not exist, says DNS server %s"},
		"no such name, with dot":  {"www.example.org. A 127.0.0.1", "mail.example.org.", "", fault.UnknownHost, "mail.example.org does not exist, says DNS server %s"},
		"a short name":            {"www.example.org. A 127.0.0.1", "mail.", "", fault.UnknownHost, "mail does not exist, says DNS server %s"},
		"no address":              {"mail.example.org. TXT none", "", "", fault.NoAddress, "mail.example.org exists but has no address, says DNS server %s"},
		"no address, IPv4":        {"mail.example.org. TXT none", "", IPv4, fault.NoAddress, "mail.example.org exists but has no IPv4 address, says DNS server %s"},
		"no IPv6":                 {"mail.example.org. A 127.0.0.1", "", IPv6, fault.OnlyIPv4, "mail.example.org has only IPv4 addresses (127.0.0.1), says DNS server %s"},
		"no IPv4":                 {"mail.example.org. AAAA ::1", "", IPv4, fault.OnlyIPv6, "mail.example.org has only IPv6 addresses (::1), says DNS server %s"},
		"an alias to nothing":     {"mail.example.org. CNAME a.example.net.\na.example.net. CNAME b.example.net.", "", "", fault.DeadAlias, "mail.example.org is an alias of b.example.net, which does not exist, says DNS server %s"},
		"an alias, no address":    {"mail.example.org. CNAME a.example.net.\na.example.net. TXT none", "", "", fault.NoAddress, "mail.example.org is an alias of a.example.net, which exists but has no address, says DNS server %s"},
		"SERVFAIL":                {"failing mail.example.org", "", "", fault.LookupFailed, "DNS server %s says SERVFAIL for mail.example.org"},
		"SERVFAIL for IPv6":       {"failing mail.example.org", "", IPv6, fault.LookupFailed, "DNS server %s says SERVFAIL for mail.example.org"},
		"bad signatures":          {"bogus mail.example.org\nmail.example.org. A 127.0.0.1", "", "", fault.Bogus, "the DNSSEC of mail.example.org is broken (Signature Expired), says DNS server %s"},
		"bad, no explanation":     {"bogus mail.example.org\nunexplained mail.example.org", "", "", fault.Bogus, "the DNSSEC of mail.example.org is broken, says DNS server %s"},
		"REFUSED":                 {"refused mail.example.org", "", "", fault.LookupRefused, "DNS server %s says REFUSED for mail.example.org"},
		"referred":                {"referring mail.example.org", "", "", fault.LookupRefused, "DNS server %s only refers to other servers for mail.example.org"},
		"truncated, then nothing": {"hangup mail.example.org", "", "", fault.SilentOnName, "DNS server %s answers about other names, but not about mail.example.org"},
		"nothing about any name":  {"hangup mail.example.org\nrefused .", "", "", fault.NoResolver, "DNS server %s did not answer about mail.example.org"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, r := resolving(t, c.zone)
			if c.host == "" {
				c.host = host
			}
			if c.family == "" {
				c.family = Any
			}
			_, err := Resolve(bounded(t), r, c.host, c.family)
			wantFault(t, err, fault.DNS, fmt.Sprintf(c.text, r))
			if f := fault.Of(err); f.Problem != c.problem || f.Err == nil {
				t.Errorf("%+v", f)
			}
		})
	}
}

// Nothing listens where the DNS server is to be.
func TestResolveRefused(t *testing.T) {
	server, r := resolving(t, "")
	server.Close()
	_, err := Resolve(bounded(t), r, host, Any)
	wantFault(t, err, fault.DNS, "DNS server "+server.Addr()+" cannot be asked about mail.example.org: connection refused")
}

// When the time is up, the error says who did not answer about what.
func TestResolveLate(t *testing.T) {
	budget := &fault.Error{Kind: fault.Timeout, Within: 7 * time.Second}
	for name, c := range map[string]struct {
		zone    string
		family  Family
		problem fault.Problem
		text    string
	}{
		"silent":         {"silent mail.example.org", Any, fault.NoResolver, "no answer within 7s from DNS server %s about mail.example.org [timeout]"},
		"IPv6 is wanted": {"silent-on-ipv6 mail.example.org\nmail.example.org. A 127.0.0.1", IPv6, fault.NoResolver, "no answer within 7s from DNS server %s about mail.example.org [timeout]"},
		"silent by TCP":  {"mute mail.example.org", Any, fault.NoResolver, "no answer within 7s from DNS server %s about mail.example.org [timeout]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, r := resolving(t, c.zone)
			ctx, cancel := context.WithCancelCause(bounded(t))
			go func() { <-server.Silence(); cancel(budget) }()
			_, err := Resolve(ctx, r, host, c.family)
			if f := fault.Of(err); f.Error() != fmt.Sprintf(c.text, r) || f.Problem != c.problem {
				t.Errorf("%v %q", err, f.Problem)
			}
		})
	}
}

// A second before its end a silent lookup is looked into, unless that is not
// wanted or not worth it.
func TestResolveSecondLook(t *testing.T) {
	for name, c := range map[string]struct {
		zone    string
		limit   time.Duration
		never   bool
		problem fault.Problem
		asked   bool
	}{
		"the server is well":  {"silent mail.example.org", 2200 * time.Millisecond, false, fault.SilentOnName, true},
		"it is silent on all": {"silent mail.example.org\nsilent .", 2200 * time.Millisecond, false, fault.NoResolver, true},
		"a short limit":       {"silent mail.example.org", 100 * time.Millisecond, false, fault.NoResolver, false},
		"no look is wanted":   {"silent mail.example.org", 2200 * time.Millisecond, true, fault.NoResolver, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, r := resolving(t, c.zone)
			r.NoSecondLook = c.never
			ctx, cancel := context.WithTimeoutCause(t.Context(), c.limit, &fault.Error{Kind: fault.Timeout, Within: c.limit})
			defer cancel()
			_, err := Resolve(ctx, r, host, IPv4)
			f := fault.Of(err)
			if f.Problem != c.problem || f.Who != "DNS server "+server.Addr()+" about mail.example.org" || (f.Text != "") != (c.problem == fault.SilentOnName) {
				t.Errorf("%v %q", err, f.Problem)
			}
			if got := slices.Contains(server.Asked(), "udp NS ."); got != c.asked {
				t.Errorf("asked %q", server.Asked())
			}
		})
	}
}

func TestResolveEndsWithItsContext(t *testing.T) {
	server, r := resolving(t, "silent mail.example.org")
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("why")
	go func() { <-server.Silence(); cancel(why) }()
	if _, err := Resolve(ctx, r, host, Any); err != why {
		t.Error(err)
	}
}

func TestUnique(t *testing.T) {
	in := []netip.Addr{netip.MustParseAddr("::ffff:192.0.2.2"), netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")}
	want := []netip.Addr{netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("192.0.2.1")}
	if got := unique(in, Any); !slices.Equal(got, want) {
		t.Error(got)
	}
	if got := unique(in, IPv6); !slices.Equal(got, want[1:2]) {
		t.Error(got)
	}
}
