package transport

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"golang.org/x/sys/unix"

	"check_pop3x/check/fault"
)

// An icmpError is why a router or a firewall did not deliver a packet (RFC 792;
// RFC 4443).
type icmpError struct {
	version, kind, code uint8
	from                netip.Addr // who says so: on the way, there, or this host itself
}

// icmpMeanings are the errors that have a name. Reset by TCP is what a host does
// itself if nothing listens on a port; to "port unreachable" only a firewall sends
// its word.
var icmpMeanings = []struct {
	version, kind, code uint8
	problem             fault.Problem
	name                string
}{
	{4, 3, 0, fault.UnreachableThere, "network unreachable"},
	{4, 3, 1, fault.UnreachableThere, "host unreachable"},
	{4, 3, 2, fault.Rejected, "protocol unreachable"},
	{4, 3, 3, fault.Rejected, "port unreachable"},
	{4, 3, 6, fault.UnreachableThere, "network unknown"},
	{4, 3, 7, fault.UnreachableThere, "host unknown"},
	{4, 3, 9, fault.Rejected, "network prohibited"}, // RFC 1812, section 5.2.7.1
	{4, 3, 10, fault.Rejected, "host prohibited"},
	{4, 3, 13, fault.Rejected, "admin prohibited"},
	{4, 11, 0, fault.RoutingLoop, "time exceeded"},
	{6, 1, 0, fault.UnreachableThere, "no route"},
	{6, 1, 1, fault.Rejected, "admin prohibited"},
	{6, 1, 3, fault.UnreachableThere, "address unreachable"},
	{6, 1, 4, fault.Rejected, "port unreachable"},
	{6, 1, 5, fault.Rejected, "policy failed"},
	{6, 1, 6, fault.Rejected, "reject route"},
	{6, 3, 0, fault.RoutingLoop, "time exceeded"},
}

// icmpText says what happened to connections to an address.
func icmpText(p fault.Problem) string {
	switch p {
	case fault.Rejected:
		return "a firewall rejects connections to %s"
	case fault.RoutingLoop:
		return "packets to %s go in a circle"
	}
	return "%s is unreachable"
}

// readICMP reads the error that ended a dial. It reports false if there is none.
func readICMP(fd int) (e icmpError, found bool) {
	control := make([]byte, 512)
	_, n, _, _, err := unix.Recvmsg(fd, nil, control, unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
	if err != nil {
		return e, false
	}
	messages, err := unix.ParseSocketControlMessage(control[:n])
	if err != nil {
		return e, false
	}
	for _, m := range messages {
		if e, found = parseICMP(m.Data); found {
			return e, true
		}
	}
	return e, false
}

// parseICMP reads a struct sock_extended_err and the address behind it (ip(7)).
func parseICMP(data []byte) (e icmpError, found bool) {
	if len(data) < 24 {
		return e, false
	}
	e = icmpError{kind: data[5], code: data[6]}
	switch origin := data[4]; origin {
	case unix.SO_EE_ORIGIN_ICMP:
		e.version = 4
	case unix.SO_EE_ORIGIN_ICMP6:
		e.version = 6
	default:
		return e, false
	}
	switch family := binary.NativeEndian.Uint16(data[16:]); {
	case family == unix.AF_INET:
		e.from = netip.AddrFrom4([4]byte(data[20:24]))
	case family == unix.AF_INET6 && len(data) >= 40:
		e.from = netip.AddrFrom16([16]byte(data[24:40]))
	}
	return e, true
}

// outcome is what that means for a dial.
func (e icmpError) outcome(kind fault.Kind, to netip.Addr) outcome {
	problem, name := fault.UnreachableThere, fmt.Sprintf("type %d, code %d", e.kind, e.code)
	for _, m := range icmpMeanings {
		if m.version == e.version && m.kind == e.kind && m.code == e.code {
			problem, name = m.problem, m.name
		}
	}
	if here, local := ownNetworks(e.from, to); here && e.from != to && problem == fault.UnreachableThere {
		return neighbourLost(local)
	}
	from := ""
	if e.from.IsValid() && e.from != to {
		from = " from " + strings.ReplaceAll(e.from.String(), "%", "%%")
	}
	return outcome{cmp.Or(kind, fault.Unreachable), problem, fmt.Sprintf("%s (ICMP %s%s)", icmpText(problem), name, from)}
}

// neighbourLost is that of an address for which nobody answers ARP or neighbour
// discovery: the host, if it is in one of our own networks, or else a router.
func neighbourLost(local bool) outcome {
	if local {
		return outcome{fault.Unreachable, fault.NoHost, "%s does not answer on the local network"}
	}
	return outcome{fault.Unreachable, fault.NoRouter, "no router to %s answers on the local network"}
}

// ownNetworks reports whether an address is one of this host's, and whether another
// is in one of its networks.
func ownNetworks(own, other netip.Addr) (isOwn, isNear bool) {
	all, _ := net.InterfaceAddrs()
	for _, a := range all {
		prefix, err := netip.ParsePrefix(a.String())
		if err == nil {
			isOwn = isOwn || prefix.Addr() == own.WithZone("")
			isNear = isNear || prefix.Contains(other.WithZone(""))
		}
	}
	return isOwn, isNear
}
