//go:build !linux

package check_test

func hasLandlock() bool { return false }
