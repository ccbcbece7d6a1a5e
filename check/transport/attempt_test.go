package transport

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"check_pop3x/check/fault"
)

// What came of an attempt is told without the address, and without Go's words.
func TestOutcomes(t *testing.T) {
	for want, err := range map[string]error{
		"": nil, "another address connected first": ErrLost, "connection refused": syscall.ECONNREFUSED, "accepted the connection and reset it at once": syscall.ECONNRESET,
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
