package transport

import (
	"fmt"
	"net/netip"
)

// A LeftOut is an address that is not worth a connection, and why.
type LeftOut struct{ Address, Why string }

// Routed returns the addresses that this machine can be asked to connect to, at most
// 16 as Dial. A family of addresses is left out if this machine has no route to any
// of it, but to some of the other family.
func Routed(addrs []netip.Addr, port uint16) (routed []netip.Addr, leftOut []LeftOut) {
	return routedBy(isRouted, addrs, port)
}

func routedBy(isRouted func(netip.AddrPort) bool, addrs []netip.Addr, port uint16) (routed []netip.Addr, leftOut []LeftOut) {
	has := map[string]bool{} // by family
	for _, a := range addrs {
		family := familyOf(a)
		has[family] = has[family] || isRouted(netip.AddrPortFrom(a, port))
	}
	for _, a := range addrs {
		switch family := familyOf(a); {
		case !has[family] && len(has) == 2 && (has["IPv4"] || has["IPv6"]):
			leftOut = append(leftOut, LeftOut{a.String(), "this machine has no route to its " + family + " addresses"})
		case len(routed) == maxAddresses:
			leftOut = append(leftOut, LeftOut{a.String(), fmt.Sprintf("there are more than %d", maxAddresses)})
		default:
			routed = append(routed, a)
		}
	}
	return routed, leftOut
}

func familyOf(a netip.Addr) string {
	if a.Unmap().Is4() {
		return "IPv4"
	}
	return "IPv6"
}
