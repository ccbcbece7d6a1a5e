package files

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A Dir is where files are replaced: an *os.Root, or Anywhere.
type Dir interface {
	OpenFile(name string, flag int, perm fs.FileMode) (*os.File, error)
	Rename(oldname, newname string) error
	Remove(name string) error
}

// Anywhere is the Dir of files that are named by their paths.
type Anywhere struct{}

// OpenFile is os.OpenFile.
func (Anywhere) OpenFile(name string, flag int, perm fs.FileMode) (*os.File, error) {
	return os.OpenFile(name, flag, perm)
}

// Rename is os.Rename.
func (Anywhere) Rename(oldname, newname string) error { return os.Rename(oldname, newname) }

// Remove is os.Remove.
func (Anywhere) Remove(name string) error { return os.Remove(name) }

// Replace replaces or creates the file at path. Everyone can read it, except
// for what the umask takes away. Package renameio does the same, but cannot be
// built for Windows.
func Replace(path, text string) error {
	return replace(Anywhere{}, path, text, 0o644, func(*os.File) error { return nil })
}

// ReplaceSecret replaces or creates a file that holds a secret. It gets the
// mode and the owner of old; if old is nil only the caller can read it. The
// caller makes sure that no other process replaces the file meanwhile.
func ReplaceSecret(dir Dir, name, text string, old fs.FileInfo) error {
	_ = dir.Remove(tempName(name)) // left behind by a process that was killed
	err := replace(dir, name, text, 0o600, func(f *os.File) error {
		if old == nil {
			return nil
		}
		return errors.Join(f.Chmod(old.Mode().Perm()), sameOwner(f, old))
	})
	if err == nil {
		syncDir(dir, name)
	}
	return err
}

// replace writes text to a new file of that mode, and renames it to name.
// prepare may change the new file before anything is in it.
func replace(dir Dir, name, text string, mode fs.FileMode, prepare func(*os.File) error) error {
	temp, f, err := createTemp(dir, name, mode)
	if err != nil {
		return err
	}
	if err = prepare(f); err == nil {
		_, err = f.WriteString(text)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = dir.Rename(temp, name)
	}
	if err != nil {
		return errors.Join(err, dir.Remove(temp))
	}
	return nil
}

// createTemp creates a file in the same directory, so that it can be renamed to
// name. It always has the same name, so that processes that are killed leave no
// more than one behind. If that name is taken, which another user can do in
// /tmp, it is one that nobody can guess.
func createTemp(dir Dir, name string, mode fs.FileMode) (temp string, f *os.File, err error) {
	for _, temp = range []string{tempName(name), tempName(filepath.Join(filepath.Dir(name), rand.Text()))} {
		if f, err = dir.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode); err == nil {
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

// syncDir makes the new name survive a power failure, if the directory can be
// read and the system can do so.
func syncDir(dir Dir, name string) {
	if d, err := dir.OpenFile(filepath.Dir(name), os.O_RDONLY, 0); err == nil {
		_ = d.Sync()
		d.Close()
	}
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
