package transport

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"

	"check_pop3x/check/fault"
)

// A Route is how a connection gets to the server. The zero Route is the usual one.
type Route struct {
	Source netip.Addr // to connect from; the zero Addr: the system chooses one
	Socket string     // a Unix socket to connect to instead of an address; "": none
	Proxy  *Proxy     // what Dial connects to, and has to connect to the server; nil: none
	Header Header     // that Announce sends

	Confined bool // this process may connect to some ports only (--confine)
}

// OfSource parts addresses by whether they are of the family of Source. Without a
// Source all of them are.
func (r Route) OfSource(all []netip.Addr) (same, others []netip.Addr) {
	if !r.Source.IsValid() {
		return all, nil
	}
	for _, a := range all {
		if a.Is4() != r.Source.Is4() {
			others = append(others, a)
		} else {
			same = append(same, a)
		}
	}
	return same, others
}

// CheckSource returns why no connection can be made from an address. Nothing is
// sent: a socket is bound to the address, and closed.
func CheckSource(a netip.Addr) error {
	if a.IsUnspecified() || a.IsMulticast() {
		return fmt.Errorf("%s is no address of a machine", a)
	}
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(a, 0)))
	if err != nil {
		return fmt.Errorf("%s is not an address of this machine (%v), see ip address", a, systemError(err))
	}
	return conn.Close()
}

// dialTCP does without keep-alive: a check is over before the first probe.
func (r Route) dialTCP(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	d := net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: false}, KeepAlive: -1}
	if r.Source.IsValid() {
		d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(r.Source, 0))
	}
	conn, err := dialWith(ctx, &d, to)
	if r.Confined && errors.Is(err, fs.ErrPermission) { // as a firewall here would have it
		err = &explained{outcome{fault.Unreachable, fault.Confined, "--confine forbids connections to %s"}, err}
	}
	return conn, err
}

// isOfSource reports whether err is about the address of Source, which may have
// gone since CheckSource, or have no port left.
func isOfSource(err error) bool {
	e, ok := errors.AsType[*os.SyscallError](err)
	return ok && e.Syscall == "bind"
}
