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

// fullPort returns a port of 127.0.0.1 that neither accepts nor refuses a
// connection: its queue is full.
func fullPort(t *testing.T) int {
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
			await(t, "the end of the last attempt", func() bool { return !connecting(t, port) })
			return port
		}
		t.Cleanup(func() { c.Close() })
	}
	t.Skip("the queue is never full")
	return 0
}

// connecting reports whether somebody is connecting to that port: 02 is
// SYN_SENT (proc_pid_net(5)).
func connecting(t *testing.T, port int) bool {
	t.Helper()
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		t.Skip(err)
	}
	return strings.Contains(string(table), fmt.Sprintf(" 0100007F:%04X 02 ", port))
}

// await waits until a condition holds.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-tick.C {
		if holds() {
			return
		}
	}
	t.Fatal("waited in vain for " + what)
}

// If a server does not answer at all, the budget of the phase or of the whole
// check ends it, and the line says so every time.
func TestConnectTimeout(t *testing.T) {
	port := strconv.Itoa(fullPort(t))
	for _, option := range []string{"--phase-timeout=connect=", "--timeout="} {
		for i := range 4 {
			t.Run(fmt.Sprint(option, i), func(t *testing.T) {
				t.Parallel()
				o, given := growBudget("connect", func(budget time.Duration) (outcome, bool) {
					return run{args: []string{"-H", "127.0.0.1", "-p", port, "-t", patience.String(), option + budget.String()}}.play(t.TempDir()), true
				})
				if o.code != 2 || !matches(`^POP3 CRITICAL - connect: no answer within `+regexp.QuoteMeta(budgetText(given))+`.* \[timeout\]`, o.stdout) {
					t.Errorf("exit code %d: %s", o.code, o.stdout)
				}
				if err := o.checkTime(given); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestSignalsInConnect(t *testing.T) {
	for _, signal := range stopSignals {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			checkSignal(t, "connect", func() (*process, outcome) {
				port := fullPort(t)
				p := start(t, run{args: []string{"-H", "127.0.0.1", "-p", strconv.Itoa(port)}})
				await(t, "a connection", func() bool { return connecting(t, port) })
				return p, p.end(signal)
			})
		})
	}
}
