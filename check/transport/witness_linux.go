package transport

import (
	"errors"
	"net"
	"net/netip"
	"syscall"

	"golang.org/x/sys/unix"

	"check_pop3x/check/fault"
)

// A witness keeps the socket of a dial, which the dialer closes when the dial
// fails. Only the socket tells what ended it: a reset or ICMP's word, and whose.
// That costs a dial that succeeds four system calls, a few microseconds.
type witness struct {
	fd int // a duplicate of the socket's descriptor, or -1
	ip int // IPPROTO_IP or IPPROTO_IPV6, whose ICMP errors are kept
}

// witnessOf has a dialer's socket kept.
func witnessOf(d *net.Dialer) *witness {
	w := &witness{fd: -1}
	d.Control = func(network, _ string, c syscall.RawConn) error {
		w.ip = unix.IPPROTO_IP
		if network == "tcp6" {
			w.ip = unix.IPPROTO_IPV6
		}
		return c.Control(func(fd uintptr) { w.keep(int(fd)) })
	}
	return w
}

// keep has the kernel keep what ICMP says (ip(7) and ipv6(7), IP_RECVERR).
func (w *witness) keep(fd int) {
	dup, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return // too many files: then the error number has to do
	}
	w.fd = dup
	w.listen(1)
}

// listen turns that on (1) or off (0). An error of it costs no more than a detail
// in a message.
func (w *witness) listen(on int) {
	option := unix.IP_RECVERR
	if w.ip == unix.IPPROTO_IPV6 {
		option = unix.IPV6_RECVERR
	}
	_ = unix.SetsockoptInt(w.fd, w.ip, option, on)
}

// testify returns err, the end of a dial to an address, with what the socket tells
// about it. After a success ICMP must not end the session: without IP_RECVERR TCP
// goes on if a router has no route for a moment.
func (w *witness) testify(to netip.AddrPort, err error) error {
	if w.fd < 0 {
		return err
	}
	defer unix.Close(w.fd)
	if err == nil {
		w.listen(0)
		return nil
	}
	tcp, unknown := readTCP(w.fd)
	o, known := knownOutcome(err)
	said, found := readICMP(w.fd)
	switch {
	case found:
		o = said.outcome(o.kind, to.Addr())
	case unknown != nil || !known:
		return err
	case tcp.Segs_out == 0 && !isRouted(to):
		o = unsent(o, err)
	case tcp.Segs_out > 0 && tcp.Segs_in == 0 && o.kind == fault.Refused: // before Linux 5.9 there is no more to learn
		o.problem, o.text = fault.Rejected, icmpText(fault.Rejected)
	}
	return &explained{o, err}
}

// unsent is the outcome of a dial for which no packet left this host.
func unsent(o outcome, err error) outcome {
	errno, _ := errors.AsType[syscall.Errno](err)
	switch errno {
	case syscall.ENETUNREACH, syscall.EHOSTUNREACH:
		return outcome{fault.Unreachable, fault.NoRoute, "no route to %s from this host"}
	case syscall.EACCES, syscall.EPERM:
		return outcome{fault.Unreachable, fault.ForbiddenHere, "this host's own firewall or routes forbid connections to %s"}
	}
	return o
}
