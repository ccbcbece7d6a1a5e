//go:build !unix

package transport

import "net"

// readWaiting knows of no way to look without waiting here, so nothing is ever
// waiting.
func readWaiting(*net.TCPConn, []byte) (int, error) { return 0, errNothing }
