package resolve

import (
	"context"
	"net"
	"net/netip"

	"check_pop3x/check/fault"
)

// A Family is a kind of addresses, in the words of net.Resolver.LookupNetIP.
type Family string

// The families.
const (
	Any  Family = "ip"
	IPv4 Family = "ip4"
	IPv6 Family = "ip6"
)

func (f Family) has(a netip.Addr) bool {
	return f == Any || a.Is4() == (f == IPv4)
}

func (f Family) String() string {
	switch f {
	case IPv4:
		return "IPv4"
	case IPv6:
		return "IPv6"
	}
	return "IP"
}

// address is one of the family.
func (f Family) address() string {
	if f == Any {
		return "address"
	}
	return f.String() + " address"
}

// IsAddress reports whether host is an address, without brackets, and not a name.
func IsAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// Resolve returns the addresses of host in the resolver's order, each once. A
// host that is an address needs no lookup. It returns as soon as ctx ends, with
// the cause of that; any other error is a *fault.Error of kind DNS.
func Resolve(ctx context.Context, r Resolver, host string, family Family) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		if a = a.Unmap(); !family.has(a) {
			return nil, fault.New(fault.DNS, "%s is not an %s address", host, family)
		}
		return []netip.Addr{a}, nil
	}
	l := lookup{r, host, family, new(journal)}
	defer l.soundLate(ctx)()
	addrs, err := l.run(ctx, family)
	if err != nil {
		return nil, l.explain(ctx, err)
	}
	return addrs, nil
}

// A lookup asks for addresses.
type lookup struct {
	resolver Resolver
	host     string
	family   Family
	journal  *journal
}

// run returns when ctx ends even if the resolver does not: not everything that it
// does (reading files, libc's getaddrinfo) obeys a context.
func (l lookup) run(ctx context.Context, family Family) ([]netip.Addr, error) {
	addrs, err := fault.Await(ctx, func() ([]netip.Addr, error) {
		return l.resolver.addressResolver(l.journal).LookupNetIP(ctx, string(family), l.host)
	})
	if err != nil {
		return nil, err
	}
	if addrs = unique(addrs, family); len(addrs) == 0 {
		return nil, &net.DNSError{Name: l.host, IsNotFound: true}
	}
	return addrs, nil
}

// explain says why there is no address. A resolver says "not found" also of a name
// that has addresses of the other family only.
func (l lookup) explain(ctx context.Context, err error) error {
	var others []netip.Addr
	if isNotFound(err) && l.family != Any {
		others, _ = l.run(ctx, Any)
	}
	f := failure{l, l.journal.questions(l.host), err}
	switch {
	case ctx.Err() != nil:
		return f.late(context.Cause(ctx))
	case len(others) > 0:
		return f.onlyOther(others)
	}
	return f.fault(ctx)
}

func unique(addrs []netip.Addr, family Family) []netip.Addr {
	var out []netip.Addr
	seen := make(map[netip.Addr]bool, len(addrs))
	for _, a := range addrs {
		a = a.Unmap()
		if !seen[a] && family.has(a) {
			seen[a] = true
			out = append(out, a)
		}
	}
	return out
}
