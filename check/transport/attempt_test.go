package transport

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"check_pop3x/check/fault"
)

// tried makes attempts of lines "ADDRESS TIME ERROR".
func tried(t *testing.T, lines ...string) (all []Attempt) {
	t.Helper()
	errs := map[string]error{
		"ok": nil, "lost": ErrLost, "refused": syscall.ECONNREFUSED, "reset": syscall.ECONNRESET, "timeout": syscall.ETIMEDOUT,
		"no-network": syscall.ENETUNREACH, "no-route": syscall.EHOSTUNREACH, "forbidden": syscall.EACCES, "no-family": syscall.EAFNOSUPPORT,
	}
	for _, line := range lines {
		words := strings.Fields(line)
		took, err := time.ParseDuration(words[1])
		if err != nil {
			t.Fatal(err)
		}
		cause, known := errs[words[2]]
		if !known {
			t.Fatal(line)
		}
		if errno, ok := cause.(syscall.Errno); ok {
			cause = &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", errno)}
		}
		all = append(all, Attempt{netip.AddrPortFrom(netip.MustParseAddr(words[0]), 110), took, cause})
	}
	return all
}

// An address that failed before another connected is named; one that was merely
// slower is not, nor a family that this machine has no route to.
func TestDead(t *testing.T) {
	only4 := func(to netip.AddrPort) bool { return to.Addr().Is4() }
	for name, c := range map[string]struct {
		attempts []Attempt
		want     string
	}{
		"the only one":             {tried(t, "192.0.2.1 1ms ok"), ""},
		"none connected":           {tried(t, "192.0.2.1 1ms refused"), ""},
		"refused":                  {tried(t, "192.0.2.2 1ms refused", "192.0.2.1 1ms ok"), "192.0.2.2 refused the connection"},
		"several":                  {tried(t, "192.0.2.2 1ms refused", "192.0.2.3 1ms reset", "192.0.2.1 1ms ok"), "192.0.2.2 refused the connection, 192.0.2.3 reset the connection"},
		"no route":                 {tried(t, "192.0.2.2 1ms no-route", "192.0.2.1 1ms ok"), "no route to 192.0.2.2"},
		"given up by the system":   {tried(t, "192.0.2.2 1ms timeout", "192.0.2.1 1ms ok"), "no answer from 192.0.2.2"},
		"a firewall":               {tried(t, "192.0.2.2 1ms forbidden", "192.0.2.1 1ms ok"), "a firewall forbids connections to 192.0.2.2"},
		"silent":                   {tried(t, "2001:db8::42 251ms lost", "192.0.2.1 1ms ok"), "no answer from 2001:db8::42 before 192.0.2.1 connected (251 ms)"},
		"the first is slower":      {tried(t, "192.0.2.2 450ms lost", "192.0.2.1 300ms ok"), ""},
		"the second is slower":     {tried(t, "192.0.2.1 300ms ok", "192.0.2.2 50ms lost"), ""},
		"the third is merely new":  {tried(t, "192.0.2.2 1ms refused", "192.0.2.1 260ms ok", "192.0.2.3 10ms lost"), "192.0.2.2 refused the connection"},
		"no IPv6 here":             {tried(t, "2001:db8::42 0s no-network", "192.0.2.1 1ms ok"), ""},
		"no IPv6 in the kernel":    {tried(t, "2001:db8::42 0s no-family", "2001:db8::43 0s no-family", "192.0.2.1 1ms ok"), ""},
		"IPv6 for some":            {tried(t, "2001:db8::42 0s no-network", "2001:db8::43 1ms refused", "192.0.2.1 1ms ok"), "no network to 2001:db8::42, 2001:db8::43 refused the connection"},
		"no network, says another": {tried(t, "192.0.2.2 1ms no-network", "2001:db8::42 1ms ok"), "no network to 192.0.2.2"},
	} {
		err := dead(c.attempts, only4)
		if c.want == "" && err != nil || c.want != "" && (err == nil || fault.Of(err).Text != c.want || fault.Of(err).Kind != fault.Address) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What came of an attempt is told without the address, and without Go's words.
func TestOutcomes(t *testing.T) {
	for want, err := range map[string]error{
		"": nil, "another address connected first": ErrLost, "connection refused": syscall.ECONNREFUSED, "reset the connection": syscall.ECONNRESET,
		"no answer": syscall.ETIMEDOUT, "no local address": syscall.EADDRNOTAVAIL, "cannot connect (no buffer space available)": syscall.ENOBUFS, "too few files may be open to connect (ulimit -n)": syscall.EMFILE,
		"this machine's own firewall forbids connections": syscall.EPERM, "cannot connect": errors.New("dial tcp: x"),
		"no answer within 2 s":       &fault.Error{Kind: fault.Timeout, Within: 2 * time.Second},
		"terminated signal received": fault.New(fault.Interrupted, "terminated signal received"),
	} {
		if errno, ok := err.(syscall.Errno); ok {
			err = &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", errno)}
		}
		if got := (Attempt{Err: err}).Outcome(); got != want {
			t.Errorf("%v: %q, want %q", err, got, want)
		}
	}
	for _, o := range outcomes {
		text := Attempt{Err: o.errno}.Outcome()
		if text == "" || strings.Contains(text, "%") || strings.Contains(fmt.Sprintf(o.text, "x"), "%!") {
			t.Errorf("%v: %q", o.errno, text)
		}
	}
}
