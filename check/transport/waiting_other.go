//go:build !unix

package transport

import "net"

// readWaiting has no way to look without waiting on this system, so nothing is
// ever waiting.
func readWaiting(*net.TCPConn, []byte) (int, error) { return 0, errNothing }
