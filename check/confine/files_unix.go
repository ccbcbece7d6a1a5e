//go:build unix

package confine

import "golang.org/x/sys/unix"

// FewFiles reports whether fewer files may be open than any run needs: three
// streams, four of Go's runtime, which ends with status 2 and a trace if it does
// not get them, and a connection.
func FewFiles() bool {
	const enough = 8
	var limit unix.Rlimit
	return unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) == nil && uint64(limit.Cur) < enough
}
