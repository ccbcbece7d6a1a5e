package transport

import (
	"net"
	"net/netip"
	"os"
	"syscall"
	"testing"

	"golang.org/x/sys/windows"

	"check_pop3x/check/fault"
)

// A connection that is reset is closed by the server, whichever number says so.
func TestResetByNumber(t *testing.T) {
	for _, errno := range []syscall.Errno{windows.WSAECONNRESET, windows.WSAECONNABORTED, windows.ERROR_NETNAME_DELETED} {
		err := &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("wsarecv", errno)}
		wantFault(t, lostFault(err, netip.MustParseAddrPort("192.0.2.1:110")), fault.Closed, "the connection was reset")
	}
}
