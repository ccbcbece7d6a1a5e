package transport

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
)

// A Header is a version of the PROXY protocol, by which a load balancer tells a
// server who connects to it; 0 is none
// (https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt).
type Header byte

// Headers lists the versions, as String has them.
func Headers() []string { return []string{Header(1).String(), Header(2).String()} }

// String is the version as --proxy-protocol has it; "" is none.
func (h Header) String() string {
	if h == 0 {
		return ""
	}
	return "v" + string('0'+h)
}

// Announce sends the header of the route, if it has one: who is at both ends of the
// connection. That is not known through a proxy and of a Unix socket; then the
// header says so, and the server takes the addresses that it sees. The error is
// that of Write.
func (r Route) Announce(c *Conn) error {
	if r.Header == 0 {
		return nil
	}
	var from, to netip.AddrPort
	if local, ok := c.wire.LocalAddr().(*net.TCPAddr); ok && r.Proxy == nil {
		from, to = local.AddrPort(), c.Remote()
	}
	_, err := c.wire.Write(r.Header.between(withoutZone(from), withoutZone(to)))
	return c.fault(err)
}

func withoutZone(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap().WithZone(""), a.Port())
}

// between returns the header of a connection; of an unknown one if from is not
// valid.
func (h Header) between(from, to netip.AddrPort) []byte {
	switch known := from.IsValid(); {
	case h == 2:
		return binaryHeader(from, to)
	case known && from.Addr().Is4():
		return fmt.Appendf(nil, "PROXY TCP4 %s %s %d %d\r\n", from.Addr(), to.Addr(), from.Port(), to.Port())
	case known:
		return fmt.Appendf(nil, "PROXY TCP6 %s %s %d %d\r\n", from.Addr(), to.Addr(), from.Port(), to.Port())
	}
	return []byte("PROXY UNKNOWN\r\n")
}

// binaryHeader is that of version 2: a signature, version and command, family and
// transport, and the addresses behind their length.
func binaryHeader(from, to netip.AddrPort) []byte {
	const signature, local, proxy, tcp4, tcp6 = "\r\n\r\n\x00\r\nQUIT\n", 0x20, 0x21, 0x11, 0x21
	if !from.IsValid() {
		return append([]byte(signature), local, 0, 0, 0)
	}
	family := byte(tcp6)
	if from.Addr().Is4() {
		family = tcp4
	}
	ends := append(from.Addr().AsSlice(), to.Addr().AsSlice()...)
	ends = binary.BigEndian.AppendUint16(ends, from.Port())
	ends = binary.BigEndian.AppendUint16(ends, to.Port())
	return append(append([]byte(signature), proxy, family, 0, byte(len(ends))), ends...)
}
