package oauth

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
)

// A refreshToken is the one in a file. The server may replace it with each
// answer (RFC 6749, section 6), and then takes the old one no more: whoever
// loses the new one has to log in again.
type refreshToken struct {
	path  string // behind symbolic links
	value string
}

// openRefreshToken reads the file and finds out whether it can be replaced,
// before the server is asked.
func openRefreshToken(ctx context.Context, path string) (*refreshToken, error) {
	r := &refreshToken{}
	var err error
	if r.path, err = filepath.EvalSymlinks(path); err != nil {
		return nil, credential.Unreadable(path, err)
	}
	if err := replaceable(r.path); err != nil {
		return nil, err
	}
	return r, r.reread(ctx)
}

// reread takes what is in the file now: another run may have replaced it.
func (r *refreshToken) reread(ctx context.Context) (err error) {
	if r.value, err = credential.File(r.path).Read(ctx); err != nil {
		return err
	}
	if !isRefreshToken(r.value) {
		return fault.New(fault.Usage, "%s holds no refresh token in its first line, see --oauth-login", r.path)
	}
	return nil
}

// isRefreshToken says whether text has the characters of one (RFC 6749, appendix
// A.17).
func isRefreshToken(text string) bool {
	return text != "" && len(text) < maxEntry/2 && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}

// replaceable finds what would keep a file from being replaced; it need not be
// there. The error is a fault of kind usage.
func replaceable(path string) error {
	refuse := func(format string, args ...any) error {
		return fault.New(fault.Usage, "--oauth-refresh-token-file: "+format, args...)
	}
	info, err := os.Lstat(path)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return refuse("%s is not a file", path)
	case err == nil && !own(info) && !root():
		return refuse("%s belongs to another user, who could not read the token that replaces it, type: chown %s %s", path, strconv.Itoa(os.Geteuid()), path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return credential.Unreadable(path, err)
	}
	dir := filepath.Dir(path)
	if err := writable(dir); err != nil {
		return refuse("a new refresh token could not be written, as no file can be made in %s: %v", dir, err)
	}
	return nil
}

// lock waits until no other run replaces the file. A file that was replaced
// meanwhile is not the one that is locked.
func (r *refreshToken) lock(ctx context.Context) (unlock func(), err error) {
	for {
		f, err := fault.Await(ctx, func() (*os.File, error) { return os.Open(r.path) })
		if err != nil && ctx.Err() == nil {
			return nil, credential.Unreadable(r.path, err)
		}
		if err == nil {
			err = wait(ctx, f)
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err != nil || same(f, r.path) { // a file system without locks: each for itself
			return func() { f.Close() }, nil
		}
		f.Close()
	}
}

// same says whether f is what is to be found at path.
func same(f *os.File, path string) bool {
	opened, err := f.Stat()
	named, errNamed := os.Stat(path)
	return err == nil && errNamed == nil && os.SameFile(opened, named)
}

// replace writes the new token. It is called with the lock, and may take a
// moment longer than the run: what is not written is lost.
func (r *refreshToken) replace(ctx context.Context, token string) error {
	if token == "" || token == r.value {
		return nil
	}
	ctx, cancel := grace(ctx)
	defer cancel()
	_, err := fault.Await(ctx, func() (struct{}, error) { return struct{}{}, save(r.path, token) })
	if err != nil {
		return &fault.Error{Kind: fault.Token, Text: "the new refresh token could not be written to " + r.path + ", and the old one may be void: " + reason(err), Err: err}
	}
	r.value = token
	return nil
}

// save puts a token in the place of a file, in one step: whatever happens,
// either the old or the new one is there as a whole. The new file has the mode
// and the owner of the old one; without one only its owner can read it.
func save(path, token string) error {
	f, err := beside(path)
	if err != nil {
		return err
	}
	temporary := f.Name()
	err = fill(f, path, token)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(temporary, path)
	}
	if err != nil {
		_ = os.Remove(temporary)
		return err
	}
	return syncDir(filepath.Dir(path))
}

// beside makes the file that will take the place of the one at path. It has one
// name, so that runs that are killed leave no more than one behind; where another
// user keeps that name, as he can in /tmp, it has a name that he cannot guess.
func beside(path string) (*os.File, error) {
	name := path + ".new"
	_ = os.Remove(name)
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return os.CreateTemp(filepath.Dir(path), filepath.Base(name))
	}
	return f, nil
}

// fill writes the new file and waits until the disk has it.
func fill(f *os.File, path, token string) error {
	if _, err := f.WriteString(token + "\n"); err != nil {
		return err
	}
	if info, err := os.Lstat(path); err == nil {
		if err := f.Chmod(info.Mode().Perm()); err != nil {
			return err
		}
		if err := sameOwner(f, info); err != nil {
			return err
		}
	}
	return f.Sync()
}

// syncDir lets the new name outlive a power failure, where the system can do
// that for a directory.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return nil // not ours to read: the file is there all the same
	}
	defer d.Close()
	_ = d.Sync()
	return nil
}

// reason is what the system said, without the path.
func reason(err error) string {
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		return inner.Err.Error()
	}
	if inner, ok := errors.AsType[*os.LinkError](err); ok {
		return inner.Err.Error()
	}
	return fault.Of(err).Text
}
