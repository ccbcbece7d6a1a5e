package transport

import (
	"net/netip"
	"strings"
	"testing"
)

// A family without any route is left out, but only if the other has one.
func TestRouted(t *testing.T) {
	for name, s := range map[string]struct{ addrs, unrouted, want, leftOut string }{
		"all have one":           {"192.0.2.1 2001:db8::1", "", "192.0.2.1 2001:db8::1", ""},
		"no IPv6":                {"2001:db8::1 192.0.2.1 2001:db8::2", "2001:db8::1 2001:db8::2", "192.0.2.1", "2001:db8::1 2001:db8::2"},
		"no IPv4":                {"2001:db8::1 192.0.2.1", "192.0.2.1", "2001:db8::1", "192.0.2.1"},
		"one of IPv4 has none":   {"192.0.2.1 198.51.100.1", "198.51.100.1", "192.0.2.1 198.51.100.1", ""},
		"one of IPv6 has none":   {"192.0.2.1 2001:db8::1 2001:db8::2", "2001:db8::2", "192.0.2.1 2001:db8::1 2001:db8::2", ""},
		"none has one":           {"192.0.2.1 2001:db8::1", "192.0.2.1 2001:db8::1", "192.0.2.1 2001:db8::1", ""},
		"none of one family has": {"192.0.2.1", "192.0.2.1", "192.0.2.1", ""},
		"seventeen":              {strings.Repeat("192.0.2.1 ", 17), "", strings.TrimSpace(strings.Repeat("192.0.2.1 ", 16)), "192.0.2.1"},
	} {
		t.Run(name, func(t *testing.T) {
			var addrs []netip.Addr
			for word := range strings.FieldsSeq(s.addrs) {
				addrs = append(addrs, netip.MustParseAddr(word))
			}
			routed, leftOut := routedBy(func(a netip.AddrPort) bool {
				return !strings.Contains(" "+s.unrouted+" ", " "+a.Addr().String()+" ")
			}, addrs, 995)
			var got, left []string
			for _, a := range routed {
				got = append(got, a.String())
			}
			for _, one := range leftOut {
				left = append(left, one.Address)
			}
			if strings.Join(got, " ") != s.want || strings.Join(left, " ") != s.leftOut {
				t.Errorf("%v, left out %v", got, leftOut)
			}
		})
	}
}
