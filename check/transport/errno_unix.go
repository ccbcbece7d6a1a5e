//go:build unix

package transport

import (
	"syscall"

	"check_pop3x/check/fault"
)

// outcomes says what an error number means: connect(2), ip(7) and tcp(7).
var outcomes = []errnoOutcome{
	{syscall.ECONNREFUSED, fault.Refused, "", "connection refused by %s"},
	{syscall.ETIMEDOUT, fault.Timeout, "", "no answer from %s"},
	{syscall.ECONNRESET, fault.Closed, fault.Reset, "%s reset the connection"},
	{syscall.ECONNABORTED, fault.Closed, fault.Reset, "%s reset the connection"},
	{syscall.EPIPE, fault.Closed, "", "%s closed the connection"}, // in an orderly way: then it resets what we send
	{syscall.ENETUNREACH, fault.Unreachable, "", "no network to %s"},
	{syscall.ENETDOWN, fault.Unreachable, "", "no network to %s"},
	{syscall.EHOSTUNREACH, fault.Unreachable, "", "no route to %s"},
	{syscall.EHOSTDOWN, fault.Unreachable, "", "no route to %s"},
	{syscall.EACCES, fault.Unreachable, "", "a firewall forbids connections to %s"}, // here, or on the way by ICMPv6
	{syscall.EPERM, fault.Unreachable, "", "this machine's own firewall forbids connections to %s"},
	{syscall.EAFNOSUPPORT, fault.Unreachable, "", "no network to %s"},
	{syscall.EMFILE, fault.Usage, "", "too few files may be open to connect to %s (ulimit -n)"},
	{syscall.ENFILE, fault.Usage, "", "too many files are open on this machine to connect to %s"},
	{syscall.EADDRNOTAVAIL, fault.Unreachable, "", "no local address to reach %s from"},
}
