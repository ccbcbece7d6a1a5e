package confine

import (
	"os"
	"slices"

	"golang.org/x/sys/unix"
)

// atSecure is AT_SECURE, which the kernel sets to 1 if a program file gave the
// process rights (getauxval(3)).
const atSecure = 23

// hasFileCapabilities reports whether capabilities came with the program file.
// AT_SECURE alone is no proof: SELinux and AppArmor set it as well when they put
// a program under its own rules, as they do for plugins of NRPE.
func hasFileCapabilities() bool {
	if os.Geteuid() == 0 {
		return false // root has them without the file
	}
	vector, err := unix.Auxv()
	if err != nil || !slices.Contains(vector, [2]uintptr{atSecure, 1}) {
		return false
	}
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var sets [2]unix.CapUserData
	if unix.Capget(&header, &sets[0]) != nil {
		return true
	}
	return sets[0].Permitted|sets[1].Permitted != 0
}
