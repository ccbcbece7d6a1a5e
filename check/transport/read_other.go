//go:build !linux || race

package transport

// read is s.Read, from which the race detector learns what came first.
func read(s socket, p []byte) (int, error) { return s.Read(p) }
