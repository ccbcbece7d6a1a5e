//go:build linux && !race

package transport

import (
	"io"
	"os"
	"syscall"
	"unsafe"
)

// read is s.Read by a system call of which the runtime is not told. Descriptors of Go
// do not block, so it has nothing to do for one; but after a wait it would wake the
// thread that watches over system calls, which then looks every 20 µs: a sixth of
// the CPU time of a list of a million messages.
func read(s socket, p []byte) (n int, err error) {
	raw, err := s.SyscallConn()
	if err != nil || len(p) == 0 {
		return 0, err
	}
	var errno syscall.Errno
	err = raw.Read(func(fd uintptr) (done bool) {
		for errno = syscall.EINTR; errno == syscall.EINTR; {
			var octets uintptr
			octets, _, errno = syscall.RawSyscall(syscall.SYS_READ, fd, uintptr(unsafe.Pointer(&p[0])), uintptr(len(p)))
			n = int(octets)
		}
		return errno != syscall.EAGAIN
	})
	switch {
	case err != nil:
		return 0, err
	case errno != 0:
		return 0, os.NewSyscallError("read", errno)
	case n == 0:
		return 0, io.EOF
	}
	return n, nil
}
