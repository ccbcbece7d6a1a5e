package files

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Replace replaces or creates the file at path. Everyone can read it, except
// for what the umask takes away. Package renameio does the same, but cannot be
// built for Windows.
func Replace(path, text string) error {
	removeLeftover(path)
	return replace(paths{}, path, 0o644, func(f *os.File) error {
		return errors.Join(write(f, text), f.Sync())
	})
}

// maxReplacing is how long it takes at most to replace a file.
const maxReplacing = time.Minute

// removeLeftover removes the temporary file of a process that was killed a while
// ago. Another process may be replacing the file now.
func removeLeftover(path string) {
	info, err := os.Lstat(tempName(path))
	if err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()).Abs() > maxReplacing {
		_ = os.Remove(tempName(path))
	}
}

// ReplaceSecret replaces or creates a file that holds a secret. It keeps its
// mode and its owner; a new one can be read by the caller alone. The caller
// makes sure that no other process replaces the file meanwhile.
func ReplaceSecret(path, text string) error {
	_ = os.Remove(tempName(path)) // left behind by a process that was killed
	err := replace(paths{}, path, 0o600, func(f *os.File) error {
		err := write(f, text)
		if old, missing := os.Lstat(path); missing == nil {
			err = errors.Join(err, f.Chmod(old.Mode().Perm()), sameOwner(f, old))
		}
		return errors.Join(err, f.Sync())
	})
	if err == nil {
		syncDir(filepath.Dir(path))
	}
	return err
}

// ReplaceCached replaces or creates a file in a cache, which the caller alone
// can read. It does not wait for the disk: a power failure may cost the cache.
// The caller makes sure that no other process replaces the file meanwhile.
func ReplaceCached(root *os.Root, name, text string) error {
	_ = root.Remove(tempName(name)) // left behind by a process that was killed
	return replace(root, name, 0o600, func(f *os.File) error { return write(f, text) })
}

// A dir is where a file is replaced: an *os.Root, or paths.
type dir interface {
	OpenFile(name string, flag int, perm fs.FileMode) (*os.File, error)
	Rename(oldname, newname string) error
	Remove(name string) error
}

// paths is the dir of files that are named by their paths.
type paths struct{}

func (paths) OpenFile(name string, flag int, perm fs.FileMode) (*os.File, error) {
	return os.OpenFile(name, flag, perm)
}
func (paths) Rename(oldname, newname string) error { return os.Rename(oldname, newname) }
func (paths) Remove(name string) error             { return os.Remove(name) }

// replace creates a new file of that mode, fills it, and renames it to name.
func replace(d dir, name string, mode fs.FileMode, fill func(*os.File) error) error {
	temp, f, err := createTemp(d, name, mode)
	if err != nil {
		return err
	}
	if err = errors.Join(fill(f), f.Close()); err == nil {
		err = d.Rename(temp, name)
	}
	if err != nil {
		return errors.Join(err, d.Remove(temp))
	}
	return nil
}

func write(f *os.File, text string) error {
	_, err := f.WriteString(text)
	return err
}

// createTemp creates a file in the same directory, so that it can be renamed to
// name. It always has the same name, so that processes that are killed leave no
// more than one behind. If that name is taken, which another user can do in
// /tmp, it is one that nobody can guess.
func createTemp(d dir, name string, mode fs.FileMode) (temp string, f *os.File, err error) {
	for _, temp = range []string{tempName(name), tempName(filepath.Join(filepath.Dir(name), rand.Text()))} {
		if f, err = d.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode); err == nil {
			return temp, f, nil
		}
	}
	return "", nil, err
}

// tempName returns the name of the file that is renamed to name. Programs that
// read all files of a directory leave it alone: Checkmk's agent ignores hidden
// files, and node_exporter those that do not end in .prom.
func tempName(name string) string {
	return filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+".new")
}

// syncDir makes a new name survive a power failure, if the directory can be
// read and the system can do so.
func syncDir(path string) {
	if d, err := os.Open(path); err == nil {
		_ = d.Sync()
		d.Close()
	}
}

// SafeAt returns an error if there is a file at path that must not hold a secret,
// or that another user owns, who could read what replaces it.
func SafeAt(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return Unreadable(path, err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && !trusted(info) {
		return fmt.Errorf("%s belongs to another user, who could read what is written there: remove it, or do this as that user", path)
	}
	return Safe(path, f)
}

// Replaceable returns an error if the file at path cannot be replaced, or is
// not a file. It need not exist. Nothing is changed to find out.
func Replaceable(path string) error {
	info, err := os.Lstat(path)
	switch {
	case strings.HasSuffix(path, string(filepath.Separator)) || err == nil && info.IsDir():
		return fmt.Errorf("%s is a directory, name a file in it", path)
	case err == nil && info.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("%s is a symbolic link, which would be replaced: name the file that it leads to", path)
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file and would be replaced: name another", path)
	}
	dir := filepath.Dir(path)
	if err := writable(dir); err != nil {
		return fmt.Errorf("no file can be written in %s: %w", dir, Reason(err))
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Unreadable(path, err)
	}
	return nil
}
