//go:build !linux

package confine

func hasFileCapabilities() bool { return false }
