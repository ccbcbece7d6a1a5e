//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package files

import (
	"errors"
	"io/fs"
	"os"
)

var errNotOwn = errors.New("nobody can tell whether others can open it")

// Own reports false: here are no owners and modes to judge, so nothing secret
// is kept between runs.
func Own(fs.FileInfo) bool { return false }

// trusted reports true, because there are no owners.
func trusted(fs.FileInfo) bool { return true }

// Root reports true: nobody can be denied a file of another user.
func Root() bool { return true }

func sameOwner(*os.File, fs.FileInfo) error { return nil }

func writable(dir string) error {
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		return &fs.PathError{Op: "open", Path: dir, Err: fs.ErrInvalid}
	}
	return err
}
