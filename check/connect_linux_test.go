package check_test

import (
	"fmt"
	"net"
	"os"
	"regexp"
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
			await(t, "the end of that attempt", func() bool { return !connecting(t, port) })
			return port
		}
		t.Cleanup(func() { c.Close() })
	}
	t.Skip("the queue is never full")
	return 0
}

// connecting reports whether somebody waits for that port; 02 is SYN_SENT
// (proc_pid_net(5)).
func connecting(t *testing.T, port int) bool {
	t.Helper()
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		t.Skip(err)
	}
	return strings.Contains(string(table), fmt.Sprintf(" 0100007F:%04X 02 ", port))
}

// await looks again and again until something is so.
func await(t *testing.T, what string, so func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-tick.C {
		if so() {
			return
		}
	}
	t.Fatal(what + " does not come")
}

// TestConnectIsCut has a server that does not answer at all: the budget ends it,
// that of the phase or the whole, and that is what is said, every time.
func TestConnectIsCut(t *testing.T) {
	port := strconv.Itoa(deafPort(t))
	for _, option := range []string{"--phase-timeout=connect=", "--timeout="} {
		for i := range 4 {
			t.Run(fmt.Sprint(option, i), func(t *testing.T) {
				t.Parallel()
				o, given := inPhase("connect", func(budget time.Duration) (outcome, bool) {
					return run{args: []string{"-H", "127.0.0.1", "-p", port, "-t", patience.String(), option + budget.String()}}.play(t.TempDir()), true
				})
				if o.code != 2 || !matches(`^POP3 CRITICAL - connect: no answer within `+regexp.QuoteMeta(inWords(given))+` \[timeout\]`, o.said) {
					t.Errorf("exit code %d: %s", o.code, o.said)
				}
				if err := o.within(given); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestSignalsWhileConnecting(t *testing.T) {
	for _, signal := range impatience {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			interrupted(t, "connect", func() (*process, outcome) {
				port := deafPort(t)
				p := start(t, run{args: []string{"-H", "127.0.0.1", "-p", strconv.Itoa(port)}})
				await(t, "a connection", func() bool { return connecting(t, port) })
				return p, p.end(signal)
			})
		})
	}
}
