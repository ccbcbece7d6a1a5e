package transport

import (
	"errors"
	"syscall"

	"golang.org/x/sys/unix"

	"check_pop3x/check/fault"
)

// A silence is what Linux knows of a connection on which an answer is awaited:
// tcp(7), TCP_INFO; socket(7), SO_ERROR and SO_MEMINFO.
type silence struct {
	tcp  unix.TCPInfo
	held int           // octets of memory for what has arrived and cannot be read yet
	icmp syscall.Errno // what ICMP said last of packets that are not acknowledged; 0 is nothing
}

// Explain returns a copy of f, a time limit that ended while an answer was
// awaited on c, with what the system knows about the reason. c is not good for
// more than Close then.
func (c *Conn) Explain(f *fault.Error) *fault.Error {
	explained := *f
	var s silence
	if c.inspect(func(fd int) (err error) { s, err = readSilence(fd); return err }) == nil {
		explained.Problem, explained.Text = s.reason()
	}
	return &explained
}

// readSilence takes the error that waits, if there is one.
func readSilence(fd int) (s silence, err error) {
	tcp, err := readTCP(fd)
	if err != nil {
		return s, err
	}
	// SO_MEMINFO has several numbers, of which this takes the first
	// (SK_MEMINFO_RMEM_ALLOC). Both are left out if they are not known.
	held, _ := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_MEMINFO)
	icmp, _ := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
	return silence{tcp, held, syscall.Errno(icmp)}, nil
}

// readTCP has zeroes for what an older kernel does not count.
func readTCP(fd int) (tcp unix.TCPInfo, err error) {
	read, err := unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO)
	if err != nil {
		return tcp, err
	}
	return *read, nil
}

// inspect looks at the socket of a connection.
func (c *Conn) inspect(look func(fd int) error) error {
	raw, err := c.wire.SyscallConn()
	if err != nil {
		return err
	}
	failed := raw.Control(func(fd uintptr) { err = look(int(fd)) })
	return errors.Join(failed, err)
}

// tcp is what TCP knows of the connection; nothing if that fails.
func (c *Conn) tcp() (tcp unix.TCPInfo) {
	_ = c.inspect(func(fd int) (err error) { tcp, err = readTCP(fd); return err })
	return tcp
}

// tries returns how often TCP asked for a connection that was just made: once more
// for each packet that was lost.
func (c *Conn) tries() int { return 1 + int(c.tcp().Total_retrans) }

// isUnheard reports whether nothing that was sent has been acknowledged, by a
// server that has ended the connection: it did so before it heard a word.
func (c *Conn) isUnheard() bool {
	const ofConnecting = 1 // is counted as an octet
	tcp := c.tcp()
	return tcp.Data_segs_out > 0 && tcp.Bytes_acked <= ofConnecting
}

// lately is how long ago data came in at most, in milliseconds, that still counts
// as an answer on its way.
const lately = 1000

// reason says what the silence is due to, as far as TCP tells, as a clause behind
// "no answer within 10 s, ". Before the first packet of ours there is nothing to
// tell, unless data arrives, and if the last packet was the server's, it is not
// the server that keeps us waiting.
func (s silence) reason() (fault.Problem, string) {
	t := s.tcp
	lost := t.Unacked > 0 && t.Retransmits > 0
	switch {
	case t.Unacked > 0 && s.icmp != 0:
		return rejection(s.icmp)
	case lost && t.Sacked > 0:
		return fault.PacketLost, "as a packet to the server is always lost, a later one is not"
	case lost:
		return fault.NotAcknowledged, "and the host does not acknowledge what was sent"
	case t.Rcv_ooopack > 0 && s.held > 0:
		return fault.PacketLost, "as a packet from the server never arrives, a later one does"
	case t.Data_segs_in > 0 && t.Last_data_recv < min(t.Last_data_sent/2, lately):
		return fault.StillSending, "though part of it came in the last second"
	case t.Data_segs_out > 0 && t.Unacked == 0 && t.Last_data_sent <= t.Last_data_recv:
		return "", "though the host acknowledges what was sent"
	}
	return "", ""
}

// rejection says what ICMP says of a connection that was open.
func rejection(icmp syscall.Errno) (fault.Problem, string) {
	switch icmp {
	case syscall.ECONNREFUSED, syscall.EACCES:
		return fault.Rejected, "and a firewall rejects what is sent (ICMP)"
	case syscall.EHOSTUNREACH, syscall.ENETUNREACH:
		return fault.UnreachableThere, "and ICMP says that the host is unreachable"
	}
	return fault.NotAcknowledged, "and what is sent does not get there (ICMP: " + icmp.Error() + ")"
}
