//go:build !linux

package transport

func read(s socket, p []byte) (int, error) { return s.Read(p) }
