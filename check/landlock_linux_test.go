package check_test

import "golang.org/x/sys/unix"

// hasLandlock reports whether the kernel's Landlock knows TCP, which is version 4
// of its interface.
func hasLandlock() bool {
	version, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	return errno == 0 && version >= 4
}
