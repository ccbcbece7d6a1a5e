package probe

import (
	"net/netip"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/transport"
)

// address is where a connection leads: an address with its port, or the path of a
// Unix socket.
func (l *link) address(conn *transport.Conn) string {
	if l.plan.Route.Socket != "" {
		return fault.Clean(l.plan.Route.Socket)
	}
	return conn.Remote().String()
}

// ofSource returns the addresses of whom that can be connected to from that of
// --source, and records the others. Without --source it is all of them.
func (l *link) ofSource(all []netip.Addr, whom string) ([]netip.Addr, error) {
	same, others := l.plan.Route.OfSource(all)
	var leftOut []transport.LeftOut
	for _, a := range others {
		leftOut = append(leftOut, transport.LeftOut{Address: a.String(), Why: "it is not of the family of --source"})
	}
	l.record.leftOut(leftOut)
	if len(same) == 0 {
		return nil, otherFamily(whom, others)
	}
	return same, nil
}

// otherFamily is the fault of a server that cannot be reached from --source.
func otherFamily(whom string, others []netip.Addr) error {
	var names []string
	for _, a := range others {
		names = append(names, a.String())
	}
	return fault.New(fault.DNS, "%s has no address of the family of --source, only %s", whom, strings.Join(names, ", ")).Because(fault.OtherFamily)
}
