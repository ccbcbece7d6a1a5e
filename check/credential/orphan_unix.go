//go:build unix && !linux && !freebsd

package credential

import "syscall"

// killWithParent is not available on this system.
func killWithParent(*syscall.SysProcAttr) {}
