//go:build !unix

package transport

// readWaiting has no way to look without waiting on this system, so nothing is
// ever waiting.
func readWaiting(socket, []byte) (int, error) { return 0, errNothing }
