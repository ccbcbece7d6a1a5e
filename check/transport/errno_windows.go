package transport

import (
	"errors"
	"syscall"

	"check_pop3x/check/fault"
)

// The numbers of Winsock that package syscall has no names for.
const (
	wsaEACCES       syscall.Errno = 10013
	wsaENETDOWN     syscall.Errno = 10050
	wsaENETUNREACH  syscall.Errno = 10051
	wsaECONNABORTED syscall.Errno = 10053
	wsaECONNRESET   syscall.Errno = 10054
	wsaETIMEDOUT    syscall.Errno = 10060
	wsaECONNREFUSED syscall.Errno = 10061
	wsaEHOSTUNREACH syscall.Errno = 10065
)

// outcomeOf reads a failed connect.
func outcomeOf(err error) outcome {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		switch errno {
		case wsaECONNREFUSED:
			return outcome{fault.Refused, "connection refused by %s"}
		case wsaETIMEDOUT:
			return outcome{fault.Timeout, "no answer from %s"}
		case wsaECONNRESET, wsaECONNABORTED: // accepted, and at once cut off
			return outcome{fault.Closed, "%s reset the connection"}
		case wsaENETUNREACH, wsaENETDOWN:
			return outcome{fault.Unreachable, "no network to %s"}
		case wsaEHOSTUNREACH:
			return outcome{fault.Unreachable, "no route to %s"}
		case wsaEACCES:
			return outcome{fault.Unreachable, "this machine's own firewall forbids connections to %s"}
		}
	}
	return outcome{fault.Unreachable, "cannot connect to %s"}
}

// hungUp reports whether err says that the peer is gone.
func hungUp(err error) bool {
	return errors.Is(err, wsaECONNRESET) || errors.Is(err, wsaECONNABORTED)
}
