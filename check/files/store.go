package files

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A Store is a directory of entries that outlive a run, which only the user can
// open. An entry has a file, and a second one that is locked while the entry is
// changed. Its name is EntryName's.
type Store struct {
	root *os.Root
	form
}

// A form is what the entries of a Store look like.
type form struct {
	end string // of the name of an entry's file
	max int64  // octets of an entry
}

// The ends of files: of the forms of entries, and of those that are locked.
const (
	jsonEnd = ".json"
	listEnd = ".list"
	lockEnd = ".lock"
)

var entryEnds = [...]string{jsonEnd, listEnd}

// maxEntry limits the file of an entry in JSON, in octets.
const maxEntry = 128 << 10

// EntryName returns the name of an entry: what kind it is, and the digest of
// what it is for.
func EntryName(kind string, of ...string) string { return kind + "-" + Digest(of...) }

// Digest returns the digest of a list of texts, which no other list has, in hex.
func Digest(texts ...string) string {
	text, err := json.Marshal(texts)
	if err != nil { // impossible for strings
		panic(err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// StateDir returns the directory of a Store that nobody names: systemd's, the
// user's, or one for the user in /var/tmp. getenv is os.Getenv.
func StateDir(getenv func(string) string) string {
	const name = "check_pop3x"
	first, _, _ := strings.Cut(getenv("STATE_DIRECTORY"), ":")
	cache := getenv("XDG_CACHE_HOME")
	switch {
	case filepath.IsAbs(first):
		return filepath.Join(first, name)
	case filepath.IsAbs(cache): // the XDG Base Directory Specification ignores others
		return filepath.Join(cache, name)
	}
	return "/var/tmp/" + name + "-" + strconv.Itoa(os.Geteuid())
}

// OpenStore opens or creates the directory, for entries in JSON. It refuses a
// symbolic link, a directory of another user, and one that others can open: they
// could read secrets or plant entries. Its errors name the directory.
func OpenStore(dir string) (*Store, error) { return openForm(dir, form{jsonEnd, maxEntry}) }

// OpenLists is OpenStore for entries of any form, of up to max octets.
func OpenLists(dir string, max int64) (*Store, error) { return openForm(dir, form{listEnd, max}) }

func openForm(dir string, f form) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, unusable(dir, err)
	}
	named, err := os.Lstat(dir)
	if err != nil {
		return nil, unusable(dir, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, unusable(dir, err)
	}
	opened, err := root.Stat(".")
	if err == nil && !os.SameFile(named, opened) {
		err = errors.New("it is a symbolic link")
	}
	if err == nil {
		err = checkPrivate(opened)
	}
	if err != nil {
		root.Close()
		return nil, unusable(dir, err)
	}
	return &Store{root, f}, nil
}

// HasEntry reports whether a directory has an entry in JSON, by one look at it. That it
// can be used is not known before OpenStore.
func HasEntry(dir, name string) (bool, error) {
	_, err := os.Lstat(filepath.Join(dir, name+jsonEnd))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, unusable(dir, err)
	}
	return true, nil
}

// unusable returns the error that says why nothing can be kept in a directory.
func unusable(dir string, err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%s: %w: make room there (df -h, df -i)", dir, Reason(err))
	}
	return fmt.Errorf("%s: %w", dir, Reason(err))
}

// checkPrivate returns an error unless only the caller can open a file or
// directory.
func checkPrivate(info fs.FileInfo) error {
	if !Own(info) {
		return errNotOwn
	}
	if info.Mode().Perm()&0o077 != 0 {
		return errors.New("others can open it, type: chmod go= on it")
	}
	return nil
}

// Read returns the content of an entry. One that others can open, or that is
// longer than any entry, is an error.
func (s *Store) Read(name string) ([]byte, error) {
	f, err := s.open(name+s.end, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err == nil && info.Size() > s.max {
		err = errors.New("it is too long for an entry")
	}
	if err != nil {
		return nil, err
	}
	text := make([]byte, info.Size())
	_, err = io.ReadFull(f, text)
	return text, err
}

// Write creates or replaces an entry, whose lock the caller holds. If it is a
// new one, those are removed that nobody has written for a month.
func (s *Store) Write(name, text string, now time.Time) error {
	_, err := s.root.Lstat(name + s.end)
	if errors.Is(err, fs.ErrNotExist) {
		s.removeUnused(now)
	}
	if err := ReplaceCached(s.root, name+s.end, text); err != nil {
		return unusable(s.root.Name(), err)
	}
	return nil
}

// Lock waits until no other process changes the entry. On a file system that has
// no locks it fails. The caller unlocks it.
func (s *Store) Lock(name string) (unlock func(), err error) { return s.lock(name, lock) }

// TryLock is Lock, but fails at once if another process changes the entry.
func (s *Store) TryLock(name string) (unlock func(), err error) { return s.lock(name, tryLock) }

// lock locks the second file of an entry. If that was removed before it was
// locked, another process may have locked the one that replaced it.
func (s *Store) lock(name string, wait func(*os.File) error) (unlock func(), err error) {
	for {
		f, err := s.open(name+lockEnd, os.O_RDWR|os.O_CREATE)
		if err != nil {
			return nil, err
		}
		switch err := wait(f); {
		case err != nil:
			f.Close()
			return nil, err
		case s.isAt(name+lockEnd, f):
			return func() { f.Close() }, nil
		}
		f.Close()
	}
}

// open opens a private regular file of the directory. It tries again if another
// process replaces the file meanwhile.
func (s *Store) open(file string, flag int) (f *os.File, err error) {
	const enough = 100
	for range enough {
		if f, err = s.openOnce(file, flag); !errors.Is(err, errReplaced) {
			break
		}
	}
	return f, err
}

// errReplaced is the error of a file that its name is no longer that of, and of
// one that never was regular.
var errReplaced = errors.New("it is not a regular file")

// openOnce does not wait for the other end of a FIFO.
func (s *Store) openOnce(file string, flag int) (*os.File, error) {
	f, err := s.root.OpenFile(file, flag|syscall.O_NONBLOCK, 0o600)
	if err != nil {
		return nil, err
	}
	opened, err := f.Stat()
	if err == nil {
		err = checkPrivate(opened)
	}
	if err == nil && !s.isAt(file, f) {
		err = errReplaced
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// isAt reports whether a name is that of an open file, and of a regular one.
// os.Root follows symbolic links that stay inside.
func (s *Store) isAt(file string, f *os.File) bool {
	return isFile(f, func() (os.FileInfo, error) {
		info, err := s.root.Lstat(file)
		if err == nil && !info.Mode().IsRegular() {
			err = errReplaced
		}
		return info, err
	})
}
