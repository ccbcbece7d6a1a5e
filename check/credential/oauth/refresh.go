package oauth

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// A refreshToken is read from a file. If the server replaces it and the new one
// is lost, the user has to log in again.
type refreshToken struct {
	path  string // with symbolic links resolved
	value string

	expiries []credential.Expiry // of the value, when it was read last
}

// openRefreshToken reads the file and makes sure, before the server is asked,
// that it can be replaced.
func openRefreshToken(ctx context.Context, path string) (*refreshToken, error) {
	r := &refreshToken{}
	var err error
	if r.path, err = filepath.EvalSymlinks(path); err != nil {
		return nil, fault.Wrap(fault.Usage, files.Unreadable(path, err))
	}
	if err := replaceable(r.path); err != nil {
		return nil, err
	}
	return r, r.reread(ctx)
}

// reread reads the file again: another run may have replaced it.
func (r *refreshToken) reread(ctx context.Context) (err error) {
	source := credential.FileOf("refresh token", r.path)
	if r.value, err = source.Read(ctx); err != nil {
		return err
	}
	r.expiries = source.Expiries()
	if !isRefreshToken(r.value) {
		return fault.New(fault.Usage, "the first line of %s is not a refresh token, see --oauth-login", r.path)
	}
	return nil
}

// isRefreshToken reports whether text can be a refresh token (RFC 6749,
// appendix A.17).
func isRefreshToken(text string) bool {
	return text != "" && len(text) < files.MaxSize && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}

// replaceable returns an error if the file at path cannot be replaced by a new
// refresh token. It need not exist. The error is a fault of kind usage.
func replaceable(path string) error {
	if info, err := os.Lstat(path); err == nil && !files.Own(info) && !files.Root() {
		return fault.New(fault.Usage, "--oauth-refresh-token-file: %s belongs to another user, who could not read the token that replaces it, type: chown %d %s", path, os.Geteuid(), path)
	}
	if err := files.Replaceable(path); err != nil {
		return fault.New(fault.Usage, "--oauth-refresh-token-file: a new refresh token could not be written: %v", err)
	}
	return nil
}

// save writes a refresh token to its file, which keeps its mode and owner.
func save(path, token string) error {
	return files.Reason(files.ReplaceSecret(path, token+"\n"))
}

// lock waits until no other run replaces the file.
func (r *refreshToken) lock(ctx context.Context) (unlock func(), err error) {
	unlock, err = fault.AwaitLock(ctx, func() (func(), error) { return files.LockFile(r.path) })
	if err != nil && ctx.Err() == nil {
		return nil, fault.New(fault.Usage, "the refresh token cannot be locked: %v", files.Reason(err))
	}
	return unlock, err
}

// replace writes the new token. The caller holds the lock, and gives it a moment
// more than the run has: a token that is not written is lost.
func (r *refreshToken) replace(ctx context.Context, token string) error {
	if token == "" || token == r.value {
		return nil
	}
	if err := fault.Wait(ctx, func() error { return save(r.path, token) }); err != nil {
		return &fault.Error{Kind: fault.Token, Text: "the new refresh token could not be written to " + r.path + ", and the old one may no longer be valid: " + fault.Of(err).Text, Err: err}
	}
	r.value = token
	return nil
}
