package transport

import (
	"golang.org/x/sys/windows"

	"check_pop3x/check/fault"
)

// outcomes says what an error number of Winsock means. A connection that is
// reset while a read waits may end with ERROR_NETNAME_DELETED instead.
var outcomes = []errnoOutcome{
	{windows.WSAECONNREFUSED, fault.Refused, "", "connection refused by %s"},
	{windows.WSAETIMEDOUT, fault.Timeout, "", "no answer from %s"},
	{windows.WSAECONNRESET, fault.Closed, fault.Reset, "%s reset the connection"},
	{windows.WSAECONNABORTED, fault.Closed, fault.Reset, "%s reset the connection"},
	{windows.WSAENETRESET, fault.Closed, fault.Reset, "%s reset the connection"},
	{windows.WSAESHUTDOWN, fault.Closed, "", "%s closed the connection"},
	{windows.ERROR_NETNAME_DELETED, fault.Closed, fault.Reset, "%s reset the connection"},
	{windows.WSAENETUNREACH, fault.Unreachable, "", "no network to %s"},
	{windows.WSAENETDOWN, fault.Unreachable, "", "no network to %s"},
	{windows.WSAEHOSTUNREACH, fault.Unreachable, "", "no route to %s"},
	{windows.WSAEHOSTDOWN, fault.Unreachable, "", "no route to %s"},
	{windows.WSAEACCES, fault.Unreachable, "", "this machine's own firewall forbids connections to %s"},
	{windows.WSAEAFNOSUPPORT, fault.Unreachable, "", "no network to %s"},
	{windows.WSAEADDRNOTAVAIL, fault.Unreachable, "", "no local address to reach %s from"},
}
