//go:build unix

package transport

import (
	"errors"
	"strings"
	"syscall"

	"check_pop3x/check/fault"
)

// outcomeOf reads a failed connect: connect(2) and ip(7).
func outcomeOf(err error) outcome {
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		return outcome{fault.Unreachable, "cannot connect to %s"}
	}
	switch errno {
	case syscall.ECONNREFUSED:
		return outcome{fault.Refused, "connection refused by %s"}
	case syscall.ETIMEDOUT:
		return outcome{fault.Timeout, "no answer from %s"}
	case syscall.ECONNRESET, syscall.ECONNABORTED: // accepted, and at once cut off
		return outcome{fault.Closed, "%s reset the connection"}
	case syscall.ENETUNREACH, syscall.ENETDOWN:
		return outcome{fault.Unreachable, "no network to %s"}
	case syscall.EHOSTUNREACH, syscall.EHOSTDOWN:
		return outcome{fault.Unreachable, "no route to %s"}
	case syscall.EACCES, syscall.EPERM:
		return outcome{fault.Unreachable, "this machine's own firewall forbids connections to %s"}
	case syscall.EADDRNOTAVAIL:
		return outcome{fault.Unreachable, "no local address to reach %s from"}
	}
	return outcome{fault.Unreachable, "cannot connect to %s (" + strings.ReplaceAll(errno.Error(), "%", "%%") + ")"}
}

// hungUp reports whether err says that the peer is gone.
func hungUp(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}
