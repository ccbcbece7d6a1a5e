package transport

import (
	"errors"
	"fmt"
	"net/netip"
	"syscall"
	"testing"

	"check_pop3x/check/fault"
)

// kept is what the kernel keeps of an ICMP error, as little-endian machines have
// it.
func kept(origin, kind, code byte, from string) []byte {
	data := []byte{113, 0, 0, 0, origin, kind, code, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	a := netip.MustParseAddr(from)
	if a.Is4() {
		return append(append(data, 2, 0, 0, 0), append(a.AsSlice(), make([]byte, 8)...)...)
	}
	return append(append(data, 10, 0, 0, 0, 0, 0, 0, 0), append(a.AsSlice(), make([]byte, 4)...)...)
}

func TestICMP(t *testing.T) {
	const v4, v6 = 2, 3
	for _, c := range []struct {
		to      string
		data    []byte
		problem fault.Problem
		text    string
	}{
		{"192.0.2.1", kept(v4, 3, 3, "192.0.2.1"), fault.Rejected, "a firewall rejects connections to X (ICMP port unreachable)"},
		{"192.0.2.1", kept(v4, 3, 13, "198.51.100.1"), fault.Rejected, "a firewall rejects connections to X (ICMP admin prohibited from 198.51.100.1)"},
		{"192.0.2.1", kept(v4, 3, 1, "198.51.100.1"), fault.UnreachableThere, "X is unreachable (ICMP host unreachable from 198.51.100.1)"},
		{"192.0.2.1", kept(v4, 3, 99, "192.0.2.1"), fault.UnreachableThere, "X is unreachable (ICMP type 3, code 99)"},
		{"192.0.2.1", kept(v4, 11, 0, "198.51.100.1"), fault.RoutingLoop, "packets to X go in a circle (ICMP time exceeded from 198.51.100.1)"},
		{"240.0.0.1", kept(v4, 3, 1, "127.0.0.1"), fault.NoRouter, "no router to X answers on the local network"},
		{"127.0.0.2", kept(v4, 3, 1, "127.0.0.1"), fault.NoHost, "X does not answer on the local network"},
		{"127.0.0.1", kept(v4, 3, 1, "127.0.0.1"), fault.UnreachableThere, "X is unreachable (ICMP host unreachable)"},
		{"127.0.0.2", kept(v4, 3, 3, "127.0.0.1"), fault.Rejected, "a firewall rejects connections to X (ICMP port unreachable from 127.0.0.1)"},
		{"2001:db8::1", kept(v6, 1, 4, "2001:db8::1"), fault.Rejected, "a firewall rejects connections to X (ICMP port unreachable)"},
		{"2001:db8::1", kept(v6, 1, 1, "2001:db8::2"), fault.Rejected, "a firewall rejects connections to X (ICMP admin prohibited from 2001:db8::2)"},
		{"2001:db8::1", kept(v6, 1, 3, "2001:db8::2"), fault.UnreachableThere, "X is unreachable (ICMP address unreachable from 2001:db8::2)"},
	} {
		e, found := parseICMP(c.data)
		got := e.outcome(fault.Refused, netip.MustParseAddr(c.to))
		if text := fmt.Sprintf(got.text, "X"); !found || got.problem != c.problem || text != c.text {
			t.Errorf("%+v: %q, %s\nwant %q, %s", e, got.problem, text, c.problem, c.text)
		}
	}
}

// What is not ICMP, or cut short, is nothing. A name of a zone may have a %.
func TestNoICMP(t *testing.T) {
	for _, data := range [][]byte{nil, kept(2, 3, 3, "192.0.2.1")[:23], kept(1, 3, 3, "192.0.2.1"), kept(4, 0, 0, "192.0.2.1")} {
		if e, found := parseICMP(data); found {
			t.Errorf("%x: %+v", data, e)
		}
	}
	e, found := parseICMP(kept(3, 1, 3, "2001:db8::1")[:30])
	if !found || e.from.IsValid() {
		t.Errorf("%+v", e)
	}
	e.from = netip.MustParseAddr("fe80::1%a%b")
	if text := e.outcome("", netip.MustParseAddr("2001:db8::1")).text; fmt.Sprintf(text, "X") != "X is unreachable (ICMP address unreachable from fe80::1%a%b)" {
		t.Error(text)
	}
}

// The end of a dial for which no packet left this host.
func TestUnsent(t *testing.T) {
	for errno, want := range map[syscall.Errno]fault.Problem{
		syscall.ENETUNREACH: fault.NoRoute, syscall.EHOSTUNREACH: fault.NoRoute,
		syscall.EACCES: fault.ForbiddenHere, syscall.EPERM: fault.ForbiddenHere, syscall.EADDRNOTAVAIL: "",
	} {
		o, _ := outcomeOf(errno)
		e := &explained{unsent(o, errno), errno}
		if got := (Attempt{Err: e}); dialOutcome(e).problem != want || !errors.Is(e, errno) || !got.isUnreachable() {
			t.Errorf("%v: %q", errno, dialOutcome(e).problem)
		}
	}
}
