//go:build integration

// The processes of a sandbox: those that serve a session are found by the socket that they hold.

package integration

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"check_pop3x/check/lab/integration/debian"
)

// serving are the processes that hold a connection to the port.
func (s *server) serving(port int) []int {
	return slices.DeleteFunc(s.Processes(), func(pid int) bool { return !serves(pid, port) })
}

// serves reports whether one of the process's sockets is connected to the local port.
func serves(pid, port int) bool {
	process, _, errno := syscall.Syscall(pidfdOpen, uintptr(pid), 0, 0)
	if errno != 0 {
		return false
	}
	defer syscall.Close(int(process))
	files, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	return slices.ContainsFunc(files, func(file os.DirEntry) bool {
		number, _ := strconv.Atoi(file.Name())
		fd, _, errno := syscall.Syscall(pidfdGetfd, process, uintptr(number), 0)
		if errno != 0 {
			return false
		}
		defer syscall.Close(int(fd))
		return connected(int(fd), port)
	})
}

// System calls that package syscall does not name; their numbers are the same on all processors.
const (
	pidfdOpen  = 434
	pidfdGetfd = 438
)

// connected reports whether a file is a TCP connection to the local port.
func connected(fd, port int) bool {
	local, err := syscall.Getsockname(fd)
	if err != nil {
		return false
	}
	if _, err := syscall.Getpeername(fd); err != nil {
		return false
	}
	switch addr := local.(type) {
	case *syscall.SockaddrInet4:
		return addr.Port == port
	case *syscall.SockaddrInet6:
		return addr.Port == port
	}
	return false
}

// signal sends a signal to processes and waits until it has done its work. Some may be gone by then.
func signal(t *testing.T, pids []int, sent syscall.Signal) {
	t.Helper()
	if len(pids) == 0 {
		t.Errorf("no process to send %v to", sent)
	}
	for _, pid := range pids {
		if err := syscall.Kill(pid, sent); err != nil && err != syscall.ESRCH {
			t.Errorf("process %d: %v", pid, err)
		}
	}
	for _, pid := range pids {
		for deadline := time.Now().Add(debian.StartTimeout); !hasObeyed(pid, sent); <-time.After(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Errorf("process %d does not mind %v", pid, sent)
				return
			}
		}
	}
}

// freeze stops all processes of the sandbox, also those that they start meanwhile.
func (b *sandbox) freeze(t *testing.T) {
	t.Helper()
	running := func(pid int) bool { return !hasObeyed(pid, syscall.SIGSTOP) }
	for all := b.Processes(); slices.ContainsFunc(all, running); all = b.Processes() {
		signal(t, all, syscall.SIGSTOP)
	}
}

// hasObeyed reports whether a process has stopped, or goes on, or is no more.
func hasObeyed(pid int, sent syscall.Signal) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return true
	}
	_, after, _ := strings.Cut(string(stat), ") ")
	stopped, dead := strings.HasPrefix(after, "T"), strings.HasPrefix(after, "Z") || strings.HasPrefix(after, "X")
	switch sent {
	case syscall.SIGSTOP:
		return stopped || dead
	case syscall.SIGCONT:
		return !stopped
	}
	return dead
}
