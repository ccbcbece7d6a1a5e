//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

var errNotOwn = errors.New("it belongs to another user")

// Own reports whether the file belongs to the caller.
func Own(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}

// trusted reports whether the file belongs to the caller or to root.
func trusted(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && (stat.Uid == 0 || int(stat.Uid) == os.Geteuid())
}

// Root reports whether the caller may write files of other users.
func Root() bool { return os.Geteuid() == 0 }

// sameOwner gives f the owner of another file. Only root can do that; others
// replace only files that are their own.
func sameOwner(f *os.File, other fs.FileInfo) error {
	stat, ok := other.Sys().(*syscall.Stat_t)
	if !ok || !Root() {
		return nil
	}
	return f.Chown(int(stat.Uid), int(stat.Gid))
}

// writable returns an error if no file can be created in a directory. access(2)
// judges the real user, so it says nothing about a setuid program.
func writable(dir string) error {
	const execute, write = 1, 2
	if os.Getuid() != os.Geteuid() {
		return nil
	}
	return syscall.Access(dir+string(filepath.Separator), write|execute)
}
