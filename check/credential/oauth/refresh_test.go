//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package oauth

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/fault"
)

// withRefreshToken returns a request with a refresh token in a file, and a
// clock.
func withRefreshToken(t *testing.T, server *counter) (Request, *clock) {
	r := request(t, server.URL+"/token")
	r.RefreshFile = put(t, "refresh", oldRefresh+"\n")
	return r, &clock{now: time.Now()}
}

// The new refresh token is written to the file, which keeps its mode, and used
// for the next request.
func TestRotation(t *testing.T) {
	server := rotating(t)
	r, now := withRefreshToken(t, server)
	if err := os.Chmod(r.RefreshFile, 0o640); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ token, refresh string }{
		{"t0ken-1", "r3fresh-1"}, {"t0ken-2", "r3fresh-2"}, {"t0ken-3", "r3fresh-3"},
	} {
		for range 2 { // the second one finds it kept, though the refresh token is another one
			_, token, err := run(t, r, now)
			text, _ := os.ReadFile(r.RefreshFile)
			if err != nil || token != c.token || string(text) != c.refresh+"\n" {
				t.Errorf("%s, %v, %q, want %v", token, err, text, c)
			}
		}
		now.pass(time.Hour)
	}
	info, err := os.Stat(r.RefreshFile)
	if err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("%v, %v", info, err)
	}
	if entries, err := os.ReadDir(filepath.Dir(r.RefreshFile)); err != nil || len(entries) != 2 { // with the one that is locked
		t.Error(entries, err)
	}
}

// If the server does not replace the refresh token, the file stays.
func TestNoRotation(t *testing.T) {
	for _, more := range []string{"", `,"refresh_token":"` + oldRefresh + `"`} {
		r, now := withRefreshToken(t, count(t, func(int, *http.Request) (int, string) { return 200, granted("t0ken", more) }))
		before, _ := os.Stat(r.RefreshFile)
		if _, token, err := run(t, r, now); err != nil || token != "t0ken" {
			t.Error(token, err)
		}
		if after, err := os.Stat(r.RefreshFile); err != nil || !os.SameFile(before, after) {
			t.Errorf("it was replaced: %v", err)
		}
	}
}

// If the file gets another refresh token, the cached token is not used.
func TestChangedRefreshFile(t *testing.T) {
	server := numbered(t)
	r, now := withRefreshToken(t, server)
	if _, token, err := run(t, r, now); err != nil || token != "t0ken-1" {
		t.Fatal(token, err)
	}
	if err := os.WriteFile(r.RefreshFile, []byte("an0ther\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, token, err := run(t, r, now); err != nil || token != "t0ken-2" {
		t.Error(token, err)
	}
}

// If the file is a symbolic link, its target is replaced.
func TestRotationBehindLink(t *testing.T) {
	r, now := withRefreshToken(t, rotating(t))
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(r.RefreshFile, link); err != nil {
		t.Fatal(err)
	}
	target := r.RefreshFile
	r.RefreshFile = link
	if _, _, err := run(t, r, now); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(target); string(text) != "r3fresh-1\n" {
		t.Errorf("%q", text)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error(info, err)
	}
}

// A file that cannot be read or replaced is refused before the server is asked.
func TestUnusableRefreshFiles(t *testing.T) {
	for name, c := range map[string]struct {
		said  string
		spoil func(path string) error
	}{
		"missing":            {"cannot read", os.Remove},
		"empty":              {"is empty", func(path string) error { return os.WriteFile(path, nil, 0o600) }},
		"no token":           {"is not a refresh token", func(path string) error { return os.WriteFile(path, []byte("a\x01b\n"), 0o600) }},
		"readable by others": {"chmod o=", func(path string) error { return os.Chmod(path, 0o644) }},
		"a directory": {"is a directory, name a file in it", func(path string) error {
			os.Remove(path)
			return os.Mkdir(path, 0o700)
		}},
		"a FIFO": {"name another", fifo},
	} {
		server := rotating(t)
		r, now := withRefreshToken(t, server)
		if err := c.spoil(r.RefreshFile); err != nil {
			t.Fatal(err)
		}
		_, _, err := run(t, r, now)
		checkFault(t, err, fault.Usage, c.said)
		if n := server.times(); n != 0 {
			t.Errorf("%s: asked %d times", name, n)
		}
	}
}

// A new token that cannot be written is a fault.
func TestFailedRotation(t *testing.T) {
	var r Request
	server := count(t, func(int, *http.Request) (int, string) {
		if err := os.Rename(filepath.Dir(r.RefreshFile), filepath.Dir(r.RefreshFile)+"-away"); err != nil {
			t.Error(err)
		}
		return 200, granted("t0ken", `,"refresh_token":"n3w-refresh"`)
	})
	r, now := withRefreshToken(t, server)
	_, token, err := run(t, r, now)
	checkFault(t, err, fault.Token, "the new refresh token could not be written to "+r.RefreshFile+", and the old one may no longer be valid: ")
	if token != "" || strings.Contains(err.Error(), "n3w") || strings.Count(err.Error(), r.RefreshFile) != 1 {
		t.Error(token, err)
	}
}

// The token is written even if the name of the temporary file is taken.
func TestRotationWithTakenName(t *testing.T) {
	r, now := withRefreshToken(t, rotating(t))
	if err := os.MkdirAll(filepath.Join(filepath.Dir(r.RefreshFile), "."+filepath.Base(r.RefreshFile)+".new", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, _, err := run(t, r, now); err != nil {
		t.Error(err)
	}
	info, err := os.Stat(r.RefreshFile)
	if text, _ := os.ReadFile(r.RefreshFile); string(text) == oldRefresh+"\n" || err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%q, %v, %v", text, info, err)
	}
	if entries, err := os.ReadDir(filepath.Dir(r.RefreshFile)); err != nil || len(entries) != 3 {
		t.Error(entries, err)
	}
}
