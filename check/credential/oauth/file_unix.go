//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package oauth

import (
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// own says whether the file is the caller's.
func own(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}

// root says whether the caller may write what is not its own.
func root() bool { return os.Geteuid() == 0 }

// sameOwner gives f the owner of another file, whose place it takes. Only root
// can be asked to: others replace only what is their own.
func sameOwner(f *os.File, info fs.FileInfo) error {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !root() {
		return nil
	}
	return f.Chown(int(stat.Uid), int(stat.Gid))
}

// writable says whether files can be made in a directory, without making one.
func writable(dir string) error {
	return unix.Faccessat(unix.AT_FDCWD, dir, unix.W_OK|unix.X_OK, unix.AT_EACCESS)
}

// lock waits until f is locked, for as long as it takes.
func lock(f *os.File) error { return flock(f, unix.LOCK_EX) }

// tryLock locks f, or fails at once.
func tryLock(f *os.File) error { return flock(f, unix.LOCK_EX|unix.LOCK_NB) }

func flock(f *os.File, how int) error {
	for {
		if err := unix.Flock(int(f.Fd()), how); err != unix.EINTR {
			return err
		}
	}
}
