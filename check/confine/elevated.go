package confine

import "os"

// Elevated reports whether the process has rights that its caller does not have,
// from a file that is setuid, setgid or has capabilities. Whoever types the
// command line would have them, too.
func Elevated() bool {
	return os.Getuid() != os.Geteuid() || os.Getgid() != os.Getegid() || hasFileCapabilities()
}
