package resolve

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"slices"
	"testing"

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

// Answers of the fake DNS server, by query type.
const (
	typeA    = 1
	typeAAAA = 28
)

// useDNS makes all lookups go to answer, which gets the query type and returns
// the response code and addresses.
func useDNS(t *testing.T, answer func(qtype uint16) (rcode byte, addrs []string)) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buffer := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			conn.WriteTo(response(buffer[:n], answer), from)
		}
	}()
	was := net.DefaultResolver
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
	t.Cleanup(func() { net.DefaultResolver = was; conn.Close(); <-done })
}

// response answers a DNS query with one question (RFC 1035, section 4.1).
func response(query []byte, answer func(uint16) (byte, []string)) []byte {
	end := 12
	for query[end] != 0 {
		end += 1 + int(query[end])
	}
	end += 5 // the root label, QTYPE, QCLASS
	qtype := binary.BigEndian.Uint16(query[end-4:])
	rcode, addrs := answer(qtype)
	out := slices.Clone(query[:end])
	out[2], out[3] = 0x81, 0x80|rcode
	binary.BigEndian.PutUint16(out[6:], uint16(len(addrs)))
	clear(out[8:12])
	for _, a := range addrs {
		ip := netip.MustParseAddr(a).AsSlice()
		out = append(out, 0xc0, 12, byte(qtype>>8), byte(qtype), 0, 1, 0, 0, 0, 60, 0, byte(len(ip)))
		out = append(out, ip...)
	}
	return out
}

func TestResolveName(t *testing.T) {
	useDNS(t, func(qtype uint16) (byte, []string) {
		if qtype == typeA {
			return 0, []string{"127.0.0.2", "127.0.0.1", "127.0.0.2"}
		}
		return 0, nil
	})
	got, err := Resolve(bounded(t), Resolver{}, "mail.example.org.", Any)
	want := []netip.Addr{netip.MustParseAddr("127.0.0.2"), loopback}
	slices.SortFunc(got, func(a, b netip.Addr) int { return b.Compare(a) }) // the resolver's order is its own matter (RFC 6724)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	_, err = Resolve(bounded(t), Resolver{}, "mail.example.org.", IPv6)
	wantFault(t, err, fault.DNS, "mail.example.org. has no IPv6 address")
}

func TestResolveNothing(t *testing.T) {
	rcode := byte(3)
	useDNS(t, func(uint16) (byte, []string) { return rcode, nil })
	for _, family := range []Family{Any, IPv4, IPv6} {
		_, err := Resolve(bounded(t), Resolver{}, "mail.example.org.", family)
		wantFault(t, err, fault.DNS, "no such host: mail.example.org.")
	}
}

func TestResolveEndsWithItsContext(t *testing.T) {
	asked := make(chan struct{}, 100)
	useDNS(t, func(uint16) (byte, []string) { return 0, nil })
	net.DefaultResolver.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
		asked <- struct{}{}
		select {} // no context is heeded here
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("why")
	go func() { <-asked; cancel(why) }()
	if _, err := Resolve(ctx, Resolver{}, "mail.example.org.", Any); err != why {
		t.Error(err)
	}
}

func TestDNSFault(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{&net.DNSError{IsNotFound: true}, "no such host: h"},
		{&net.DNSError{IsTimeout: true, Server: "192.0.2.53:53"}, "DNS server 192.0.2.53:53 did not answer for h"},
		{&net.DNSError{IsTimeout: true}, "no DNS server answered for h"},
		{&net.DNSError{IsTemporary: true, Server: "192.0.2.53:53"}, "DNS server 192.0.2.53:53 failed to look up h"},
		{&net.DNSError{Err: "server misbehaving"}, "the lookup of h failed: server misbehaving"},
		{errors.New("x"), "the lookup of h failed"},
	} {
		wantFault(t, Resolver{}.fault("h", c.err), fault.DNS, c.want)
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
