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

// settled is how old a refused token has to be to be deleted.
const settled = 5 * time.Minute

// A cache is a directory that nobody else can read: an entry is a file named by
// the digest of its request, and beside it one that is locked while it is
// renewed.
type cache struct{ root *os.Root }

// StateDir is where tokens are kept unless a directory is given: systemd's,
// the user's, or one for the user in /var/tmp. getenv is os.Getenv.
func StateDir(getenv func(string) string) string {
	const name = "check_pop3x"
	first, _, _ := strings.Cut(getenv("STATE_DIRECTORY"), ":")
	cache := getenv("XDG_CACHE_HOME")
	switch {
	case filepath.IsAbs(first):
		return filepath.Join(first, name)
	case filepath.IsAbs(cache): // others are to be ignored, says the specification of XDG
		return filepath.Join(cache, name)
	}
	return "/var/tmp/" + name + "-" + strconv.Itoa(os.Geteuid())
}

// openCache opens the directory and makes it where it is not there. One that is
// not the caller's own, or that others may enter, is refused, and so is a
// symbolic link: whoever made it could read the tokens or plant some.
func openCache(dir string) (*cache, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, unkept(dir, err)
	}
	named, err := os.Lstat(dir)
	if err != nil {
		return nil, unkept(dir, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, unkept(dir, err)
	}
	opened, err := root.Stat(".")
	if err == nil && !os.SameFile(named, opened) {
		err = errors.New("it is a symbolic link")
	}
	if err == nil {
		err = private(opened)
	}
	if err != nil {
		root.Close()
		return nil, unkept(dir, err)
	}
	return &cache{root}, nil
}

// unkept says why tokens are not kept.
func unkept(dir string, err error) error {
	return fault.New(fault.Token, "%s: %v", dir, files.Reason(err))
}

// private says what is wrong with a file or directory for tokens.
func private(info fs.FileInfo) error {
	if !files.Own(info) {
		return errors.New("it belongs to another user")
	}
	if info.Mode().Perm()&0o077 != 0 {
		return errors.New("others may open it, type: chmod go= on it")
	}
	return nil
}

// read returns the entry of a request where it is of use now, or nil.
func (c *cache) read(request, credential string, now time.Time) (*entry, error) {
	text, err := c.content(request)
	if err != nil {
		return nil, nil // it is replaced
	}
	return parseEntry(text, request, credential, now), nil
}

// content reads the file of an entry.
func (c *cache) content(request string) ([]byte, error) {
	f, err := c.open(entryName(request), os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxEntry+1))
}

// write replaces the entry of its request in one step. Whoever writes holds the
// lock, so that the file beside it is nobody's.
func (c *cache) write(e entry) error {
	e.Version = entryVersion
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if err := files.ReplaceSecret(c.root, entryName(e.Request), string(text), nil); err != nil {
		return unkept(c.root.Name(), err)
	}
	return nil
}

// forget deletes the entry of a request if it is that token. Whoever renews it
// at this moment is left alone.
func (c *cache) forget(request, token string) {
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

// lock waits until no other run renews the entry of the request. Where it cannot
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

// lockFile opens the file that is locked. It stays: to delete it would let two
// runs hold two locks of one name.
func (c *cache) lockFile(request string) (*os.File, error) {
	return c.open(request+".lock", os.O_RDWR|os.O_CREATE)
}

// open opens a file of the directory that is the caller's own, and no symbolic
// link: os.Root follows those that do not leave it. It does not wait for the
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
		err = errors.New("it is not a file")
	}
	if err == nil {
		err = private(opened)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// wait locks f within ctx. What still waits after that lets go of it when its
// turn comes.
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
