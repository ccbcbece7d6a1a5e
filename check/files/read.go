package files

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
)

// MaxSize limits a file of secrets or options, in octets.
const MaxSize = 64 << 10

// Read returns the content of a file of at most MaxSize octets. If isSecret
// reports that the content is a secret, the file has to be safe.
func Read(path string, isSecret func([]byte) bool) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, Unreadable(path, err)
	}
	defer f.Close()
	data, err := ReadAll(path, f)
	if err == nil && isSecret(data) {
		err = Safe(path, f)
	}
	return data, err
}

// ReadAll returns all of r, which has at most MaxSize octets, without a byte-order
// mark. Errors call r by name.
func ReadAll(name string, r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	switch {
	case err != nil:
		return nil, Unreadable(name, err)
	case len(data) > MaxSize:
		return nil, fmt.Errorf("%s is larger than %d KiB, name another file", name, MaxSize>>10)
	}
	return bytes.TrimPrefix(data, []byte(byteOrderMark)), nil
}

// byteOrderMark is what some editors put at the beginning of a file.
const byteOrderMark = "\ufeff"

// Safe returns an error if f, opened at path, must not hold a secret. Windows
// has no mode bits to judge.
func Safe(path string, f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return Unreadable(path, err)
	}
	mode := info.Mode()
	switch {
	case !mode.IsRegular() && mode&fs.ModeNamedPipe == 0:
		return fmt.Errorf("%s is neither a file nor a FIFO, name another", path)
	case mode.IsRegular() && info.Size() > MaxSize:
		return fmt.Errorf("%s is larger than %d KiB, name another file", path, MaxSize>>10)
	case runtime.GOOS == "windows":
		return nil
	case mode.Perm()&0o004 != 0:
		return fmt.Errorf("%s can be read by everyone, type: chmod o= %s", path, path)
	}
	return unwritable(path, info)
}

// Obeyed returns an error if f, opened at path, must not say what to do: others
// than the caller and root have or may have written it.
func Obeyed(path string, f *os.File) error {
	info, err := f.Stat()
	switch {
	case err != nil:
		return Unreadable(path, err)
	case runtime.GOOS == "windows":
		return nil
	case !trusted(info):
		return fmt.Errorf("%s belongs neither to you nor to root, type: chown root %s", path, path)
	}
	return unwritable(path, info)
}

func unwritable(path string, info fs.FileInfo) error {
	if info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%s can be written by group or others, type: chmod go-w %s", path, path)
	}
	return nil
}

// ErrIrregular is the error of OpenRegular for a file that others may be able
// to read, but that may have no end.
var ErrIrregular = errors.New("not a regular file")

// OpenRegular opens a regular file of at most limit MiB. It looks before it
// opens, as opening a FIFO waits for a writer. Its errors do not name the file.
func OpenRegular(path string, limit int64) (*os.File, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, Reason(err)
	case info.IsDir():
		return nil, errors.New("is a directory")
	case !info.Mode().IsRegular() || info.Size() > limit<<20:
		return nil, fmt.Errorf("%w of at most %d MiB", ErrIrregular, limit)
	}
	file, err := os.Open(path)
	return file, Reason(err)
}

// Unreadable returns the error of a file that cannot be read, or nil if err is
// nil.
func Unreadable(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("cannot read %s: %w", name, Reason(err))
}

// Reason returns what the system said about a file, without the names of the
// operation and the file. Other errors are returned as they are.
func Reason(err error) error {
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		return inner.Err
	}
	if inner, ok := errors.AsType[*os.LinkError](err); ok {
		return inner.Err
	}
	return err
}
