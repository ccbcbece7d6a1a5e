package oauth

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// minDiscardAge is how old a token must be to be deleted when it is refused.
const minDiscardAge = 5 * time.Minute

// A cache is a directory that nobody else can read. Each entry has a file,
// named by the digest of its request, and a second one that is locked while the
// entry is renewed.
type cache struct{ root *os.Root }

// StateDir returns the default directory for tokens: systemd's, the user's, or
// one for the user in /var/tmp. getenv is os.Getenv.
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

// openCache opens or creates the directory. It refuses a symbolic link, a
// directory of another user, and one that others can open: they could read
// tokens or plant some.
func openCache(dir string) (*cache, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, cacheFault(dir, err)
	}
	named, err := os.Lstat(dir)
	if err != nil {
		return nil, cacheFault(dir, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, cacheFault(dir, err)
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
		return nil, cacheFault(dir, err)
	}
	return &cache{root}, nil
}

// cacheFault returns the fault that says why tokens are not kept.
func cacheFault(dir string, err error) error {
	return fault.New(fault.Token, "%s: %v", dir, files.Reason(err))
}

// checkPrivate returns an error unless only the caller can open a file or
// directory.
func checkPrivate(info fs.FileInfo) error {
	if !files.Own(info) {
		return errors.New("it belongs to another user")
	}
	if info.Mode().Perm()&0o077 != 0 {
		return errors.New("others can open it, type: chmod go= on it")
	}
	return nil
}

// read returns the entry of a request, or nil if there is none that is usable
// now.
func (c *cache) read(request, credential string, now time.Time) *entry {
	text, err := c.content(request)
	if err != nil {
		return nil // it will be replaced
	}
	return parseEntry(text, request, credential, now)
}

// content returns the content of an entry's file.
func (c *cache) content(request string) ([]byte, error) {
	f, err := c.open(entryName(request), os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxEntry+1))
}

// write replaces the entry of a request. The caller holds its lock.
func (c *cache) write(e entry) error {
	e.Version = entryVersion
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if err := files.ReplaceCached(c.root, entryName(e.Request), string(text)); err != nil {
		return cacheFault(c.root.Name(), err)
	}
	return nil
}

// delete deletes the entry of a request if it has that token and is not being
// renewed.
func (c *cache) delete(request, token string) {
	f, err := c.lockFile(request)
	if err != nil {
		return
	}
	defer f.Close()
	if tryLock(f) != nil {
		return
	}
	text, err := c.content(request)
	e := entry{}
	if err == nil && json.Unmarshal(text, &e) == nil && e.Token == token {
		_ = c.root.Remove(entryName(request))
	}
}

// lock waits until no other run renews the entry of the request. If it cannot
// be locked, each run asks for itself.
func (c *cache) lock(ctx context.Context, request string) (unlock func(), err error) {
	f, err := fault.Await(ctx, func() (*os.File, error) { return c.lockFile(request) })
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return func() {}, nil
	}
	if err := wait(ctx, f); ctx.Err() != nil {
		return nil, err
	}
	return func() { f.Close() }, nil
}

// lockFile opens the file to lock. It is never deleted: two runs could hold two
// locks of one name.
func (c *cache) lockFile(request string) (*os.File, error) {
	return c.open(request+".lock", os.O_RDWR|os.O_CREATE)
}

// open opens a private regular file of the directory. os.Root follows symbolic
// links that stay inside, so they are refused here. It does not wait for the
// other end of a FIFO.
func (c *cache) open(name string, flag int) (*os.File, error) {
	f, err := c.root.OpenFile(name, flag|syscall.O_NONBLOCK, 0o600)
	if err != nil {
		return nil, err
	}
	opened, err := f.Stat()
	var named fs.FileInfo
	if err == nil {
		named, err = c.root.Lstat(name)
	}
	if err == nil && !(named.Mode().IsRegular() && os.SameFile(opened, named)) {
		err = errors.New("it is not a regular file")
	}
	if err == nil {
		err = checkPrivate(opened)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// wait locks f unless ctx ends first. A lock that comes later is released at
// once.
func wait(ctx context.Context, f *os.File) error {
	return fault.Wait(ctx, func() error {
		err := lock(f)
		if ctx.Err() != nil {
			f.Close()
		}
		return err
	})
}

func entryName(request string) string { return request + ".json" }
