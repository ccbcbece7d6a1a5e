package transport

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"check_pop3x/check/fault"
)

// A server that resets at once does so while we connect, or a moment later: then
// there is a connection.
func TestDialReset(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.(*net.TCPConn).SetLinger(0)
			c.Close()
		}
	}()
	eventually(t, "a reset while connecting", func() bool {
		conn, _, err := Route{}.Dial(bounded(t), []netip.Addr{loopback}, portOf(l))
		if err == nil {
			conn.Close()
			return false
		}
		wantFault(t, err, fault.Closed, fmt.Sprintf("127.0.0.1:%d accepted the connection and reset it at once", portOf(l)))
		return fault.Of(err).Problem == fault.ClosedAtOnce
	})
}

// Each dial leaves no more descriptors open than its connection, and leaves ICMP to
// TCP.
func TestWitnessIsClosed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	before := openFiles(t)
	conn, _, err := Route{}.Dial(bounded(t), []netip.Addr{loopback}, portOf(l))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := conn.wire.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	raw.Control(func(fd uintptr) {
		if on, err := unix.GetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_RECVERR); on != 0 || err != nil {
			t.Error(on, err)
		}
	})
	conn.Close()
	l.Close()
	Route{}.Dial(bounded(t), []netip.Addr{loopback}, portOf(l))
	if after := openFiles(t); after != before-1 {
		t.Errorf("%d, then %d", before, after)
	}
}

func openFiles(t *testing.T) int {
	t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}
