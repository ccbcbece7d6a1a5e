package resolve

import (
	"context"
	"errors"
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
	addrs, err := lookup(ctx, r, host, family)
	if err == nil {
		return addrs, nil
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if isNotFound(err) && family != Any && exists(ctx, r, host) {
		return nil, fault.New(fault.DNS, "%s has no %s address", host, family)
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return nil, r.fault(host, err)
}

// exists reports whether host has an address of any family: a resolver says "not
// found" also of a name that has addresses of the other family only.
func exists(ctx context.Context, r Resolver, host string) bool {
	_, err := lookup(ctx, r, host, Any)
	return err == nil
}

// lookup returns when ctx ends even if the resolver does not: not everything that
// it does (reading files, libc's getaddrinfo) obeys a context.
func lookup(ctx context.Context, r Resolver, host string, family Family) ([]netip.Addr, error) {
	addrs, err := fault.Await(ctx, func() ([]netip.Addr, error) {
		return r.addressResolver().LookupNetIP(ctx, string(family), host)
	})
	if err != nil {
		return nil, err
	}
	if addrs = unique(addrs, family); len(addrs) == 0 {
		return nil, &net.DNSError{Name: host, IsNotFound: true}
	}
	return addrs, nil
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

func isNotFound(err error) bool {
	e, ok := errors.AsType[*net.DNSError](err)
	if ok {
		return e.IsNotFound
	}
	_, ok = errors.AsType[*net.AddrError](err) // "no suitable address"
	return ok
}

// fault puts what package net says into our words.
func (r Resolver) fault(host string, err error) error {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f
	}
	f := &fault.Error{Kind: fault.DNS, Err: err}
	e, _ := errors.AsType[*net.DNSError](err)
	if e != nil && e.Server != "" && r.IsValid() {
		e.Server = r.String() // package net names one that it did not ask
	}
	switch {
	case isNotFound(err):
		f.Text = "no such host: " + host
	case e != nil && e.IsTimeout && e.Server != "":
		f.Text = "DNS server " + e.Server + " did not answer for " + host
	case e != nil && e.IsTimeout:
		f.Text = "no DNS server answered for " + host
	case e != nil && e.IsTemporary && e.Server != "":
		f.Text = "DNS server " + e.Server + " failed to look up " + host
	default:
		f.Text = "the lookup of " + host + " failed"
		if e != nil {
			f.Text += ": " + e.Err
		}
	}
	return f
}
