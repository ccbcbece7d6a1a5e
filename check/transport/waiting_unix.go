//go:build unix

package transport

import (
	"io"
	"os"
	"syscall"
)

// readWaiting reads what the kernel has already received, or fails with
// errNothing. Go's descriptors do not block, so read(2) returns at once. It uses
// Control, because Read of the raw connection fails once a deadline has passed.
func readWaiting(s socket, p []byte) (n int, err error) {
	raw, err := s.SyscallConn()
	if err != nil {
		return 0, err
	}
	var readErr error
	err = raw.Control(func(fd uintptr) { n, readErr = readNow(int(fd), p) })
	if err != nil {
		return 0, err
	}
	return n, readErr
}

func readNow(fd int, p []byte) (int, error) {
	for {
		n, err := syscall.Read(fd, p)
		switch {
		case err == syscall.EINTR:
		case err == syscall.EAGAIN || err == syscall.EWOULDBLOCK:
			return 0, errNothing
		case err != nil:
			return 0, os.NewSyscallError("read", err)
		case n == 0:
			return 0, io.EOF
		default:
			return n, nil
		}
	}
}
