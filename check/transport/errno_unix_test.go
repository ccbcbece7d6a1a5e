//go:build unix

package transport

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"syscall"
	"testing"

	"check_pop3x/check/fault"
)

// failed is a read that ended with that error number.
func failed(errno syscall.Errno) error {
	return &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", errno)}
}

func TestLostFault(t *testing.T) {
	at := netip.MustParseAddrPort("192.0.2.1:110")
	for errno, want := range map[syscall.Errno]fault.Error{
		syscall.ECONNRESET:   {Kind: fault.Closed, Text: "the connection was reset", Problem: fault.Reset},
		syscall.EPIPE:        {Kind: fault.Closed, Text: "the server closed the connection"},
		syscall.ETIMEDOUT:    {Kind: fault.Timeout, Text: "no answer from 192.0.2.1:110"},
		syscall.EHOSTUNREACH: {Kind: fault.Unreachable, Text: "no route to 192.0.2.1:110"},
		syscall.EPERM:        {Kind: fault.Unreachable, Text: "this machine's own firewall forbids connections to 192.0.2.1:110"},
		syscall.EMFILE:       {Kind: fault.Usage, Text: "too few files may be open to connect to 192.0.2.1:110 (ulimit -n)"},
		syscall.ENOBUFS:      {Kind: fault.Unreachable, Text: "the connection failed (no buffer space available)"},
	} {
		err := lostFault(failed(errno), at)
		wantFault(t, err, want.Kind, want.Text)
		if !errors.Is(err, errno) || fault.Of(err).Problem != want.Problem {
			t.Errorf("%v is not in %v", errno, err)
		}
	}
	for _, err := range []error{nil, io.EOF, os.ErrDeadlineExceeded, net.ErrClosed} {
		if got := lostFault(err, at); got != err {
			t.Errorf("%v became %v", err, got)
		}
	}
}
