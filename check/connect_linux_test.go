package check_test

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// deafPort is a port of 127.0.0.1 that neither takes nor refuses a connection:
// the queue of those that nobody accepts is full.
func deafPort(t *testing.T) int {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(fd) })
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	port := name.(*syscall.SockaddrInet4).Port
	for range 10 {
		c, err := net.DialTimeout("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), 100*time.Millisecond)
		if err != nil {
			return port
		}
		t.Cleanup(func() { c.Close() })
	}
	t.Skip("the queue is never full")
	return 0
}

// awaitSYN waits until somebody else tries to connect to that port; 02 is
// SYN_SENT (proc_pid_net(5)).
func awaitSYN(t *testing.T, port int) {
	t.Helper()
	waits := fmt.Sprintf(" 0100007F:%04X 02 ", port)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-tick.C {
		table, err := os.ReadFile("/proc/net/tcp")
		if err != nil {
			t.Skip(err)
		}
		if strings.Contains(string(table), waits) {
			return
		}
	}
	t.Fatal("nobody connects")
}

// TestConnectIsCut has a server that does not answer at all: the budget ends it,
// that of the phase or the whole, and that is what is said, every time.
func TestConnectIsCut(t *testing.T) {
	port := strconv.Itoa(deafPort(t))
	for _, budget := range []string{"--phase-timeout=connect=300ms", "--timeout=300ms"} {
		for i := range 4 {
			t.Run(fmt.Sprint(budget, i), func(t *testing.T) {
				t.Parallel()
				o := run{args: []string{"-H", "127.0.0.1", "-p", port, budget}}.play(t.TempDir())
				if o.code != 2 || !matches(`^POP3 CRITICAL - connect: no answer within 300 ms \[timeout\]`, o.said) {
					t.Errorf("exit code %d: %s", o.code, o.said)
				}
				if o.took > 800*time.Millisecond {
					t.Errorf("it took %v", o.took)
				}
			})
		}
	}
}

func TestSignalsWhileConnecting(t *testing.T) {
	for _, signal := range impatience {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			port := deafPort(t)
			p := start(t, run{args: []string{"-H", "127.0.0.1", "-p", strconv.Itoa(port)}})
			awaitSYN(t, port)
			p.checkInterrupted(p.end(signal), "connect")
		})
	}
}
