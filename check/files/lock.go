package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// LockFile waits until no other process has locked the file at path, which
// exists. What is locked is a hidden file beside it, which nobody but the file's
// owner can open: whoever may read a file can lock it. The caller unlocks it. On
// a file system that has no locks nothing is locked.
func LockFile(path string) (unlock func(), err error) {
	owned, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	f, err := openLock(filepath.Dir(path), "."+filepath.Base(path)+lockEnd, owned)
	if err != nil {
		return nil, err
	}
	_ = lock(f)
	return func() { f.Close() }, nil
}

// openLock opens or creates the file to lock in a directory, which gets the owner
// of another file. It is never removed: two processes could lock two files of one
// name.
func openLock(dir, name string, owned fs.FileInfo) (*os.File, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	f, err := root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		err = sameOwner(f, owned)
	} else if f, err = root.OpenFile(name, os.O_RDWR|syscall.O_NONBLOCK, 0); err == nil {
		err = checkLock(f, func() (os.FileInfo, error) { return root.Lstat(name) })
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, name), Reason(err))
	}
	return f, nil
}

// checkLock returns an error if others could open a file to lock, and hold it.
func checkLock(f *os.File, named func() (os.FileInfo, error)) error {
	info, err := f.Stat()
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular() || !isFile(f, named):
		return errReplaced
	case !Own(info) && !Root():
		return errors.New("it belongs to another user, remove it")
	case info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows":
		return errors.New("others can open it, type: chmod go= on it")
	}
	return nil
}

// isFile reports whether f is the file that a name is that of now.
func isFile(f *os.File, named func() (os.FileInfo, error)) bool {
	opened, err := f.Stat()
	now, errNow := named()
	return err == nil && errNow == nil && os.SameFile(opened, now)
}
