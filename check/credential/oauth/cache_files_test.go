//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package oauth

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The cache is a directory whose files only the user can read, without the
// secret.
func TestCacheFiles(t *testing.T) {
	r, now := withSecret(t, numbered(t))
	if _, _, err := run(t, r, now); err != nil {
		t.Fatal(err)
	}
	files := 0
	err := filepath.WalkDir(r.StateDir, func(path string, entry fs.DirEntry, err error) error {
		info, _ := entry.Info()
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v", path, info.Mode())
		}
		if entry.IsDir() {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), clientSecret) || strings.Contains(path, "app") {
			t.Errorf("%s: %s", path, text)
		}
		return err
	})
	if err != nil || files != 2 {
		t.Errorf("%d files, %v", files, err)
	}
}

// only returns the file of the only entry.
func only(t *testing.T, dir string) string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	return all[0]
}

// An entry that this program has not written is replaced.
func TestBadEntries(t *testing.T) {
	server := numbered(t)
	r, now := withSecret(t, server)
	if _, _, err := run(t, r, now); err != nil {
		t.Fatal(err)
	}
	path := only(t, r.StateDir)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	outside := put(t, "outside", string(good))
	with := func(change func(map[string]any)) func() error {
		return func() error {
			fields := map[string]any{}
			if err := json.Unmarshal(good, &fields); err != nil {
				return err
			}
			change(fields)
			text, _ := json.Marshal(fields)
			return os.WriteFile(path, text, 0o600)
		}
	}
	for name, spoil := range map[string]func() error{
		"empty":             func() error { return os.WriteFile(path, nil, 0o600) },
		"garbage":           func() error { return os.WriteFile(path, []byte("\x00\xff{"), 0o600) },
		"truncated":         func() error { return os.WriteFile(path, good[:len(good)/2], 0o600) },
		"huge":              func() error { return os.WriteFile(path, append(good, make([]byte, 10<<20)...), 0o600) },
		"huge and valid":    func() error { return os.WriteFile(path, append(good, strings.Repeat(" ", 128<<10)...), 0o600) },
		"readable":          func() error { return os.Chmod(path, 0o644) },
		"a symbolic link":   func() error { return relink(outside, path) },
		"a link within":     func() error { return relink("real.json", path, good) },
		"a FIFO":            func() error { return fifo(path) },
		"another version":   with(func(f map[string]any) { f["version"] = 2 }),
		"of another":        with(func(f map[string]any) { f["request"] = strings.Repeat("0", 64) }),
		"another secret":    with(func(f map[string]any) { f["credential"] = strings.Repeat("0", 64) }),
		"from the future":   with(func(f map[string]any) { f["written"] = now.read().Add(time.Hour).Unix() }),
		"good for ever":     with(func(f map[string]any) { f["until"] = now.read().AddDate(9, 0, 0).Unix() }),
		"an empty token":    with(func(f map[string]any) { f["token"] = "" }),
		"a token with LF":   with(func(f map[string]any) { f["token"] = "a\nb" }),
		"a failure as well": with(func(f map[string]any) { f["failure"] = map[string]any{"text": "x"} }),
	} {
		before := server.times()
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, good, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := spoil(); err != nil {
			t.Fatal(name, err)
		}
		want := fmt.Sprint("t0ken-", before+1)
		for range 2 {
			if s, token, err := run(t, r, now); err != nil || token != want || s.origin.Unkept != "" {
				t.Errorf("%s: %s, %v, %+v, want %s", name, token, err, s.origin, want)
			}
		}
	}
	if text, err := os.ReadFile(outside); err != nil || string(text) != string(good) {
		t.Errorf("a file elsewhere was written: %s, %v", text, err)
	}
}

// relink replaces the file at path by a link to target, which it creates if it
// is given a content.
func relink(target, path string, content ...[]byte) error {
	for _, c := range content {
		if err := os.WriteFile(filepath.Join(filepath.Dir(path), target), c, 0o600); err != nil {
			return err
		}
	}
	if err := os.Remove(path); err != nil {
		return err
	}
	return os.Symlink(target, path)
}

// Without a private directory there is no cache, and the origin says why.
func TestUnusableDirectories(t *testing.T) {
	for name, c := range map[string]struct {
		said    string
		prepare func(dir string) error
	}{
		"a symbolic link": {"it is a symbolic link", func(dir string) error {
			if err := os.Mkdir(dir+".real", 0o700); err != nil {
				return err
			}
			return os.Symlink(dir+".real", dir)
		}},
		"a link to nowhere": {"", func(dir string) error { return os.Symlink("/nowhere", dir) }},
		"a file":            {"not a directory", func(dir string) error { return os.WriteFile(dir, nil, 0o600) }},
		"open to others":    {"others can open it, type: chmod go=", func(dir string) error { return os.Mkdir(dir, 0o711) }},
	} {
		server := numbered(t)
		r, now := withSecret(t, server)
		if err := c.prepare(r.StateDir); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(r.StateDir, 0o711); name == "open to others" && err != nil {
			t.Fatal(err)
		}
		for i := range 2 {
			s, token, err := run(t, r, now)
			if err != nil || token != fmt.Sprint("t0ken-", i+1) || s.origin.Unkept == "" || !strings.Contains(s.origin.Unkept, c.said) || s.origin.Kept {
				t.Errorf("%s: %s, %v, %+v", name, token, err, s.origin)
			}
			s.discard(t.Context())
		}
		if entries, _ := os.ReadDir(r.StateDir + ".real"); len(entries) > 0 {
			t.Errorf("%s: %v was written", name, entries)
		}
	}
}

// Files of a run that was killed do not matter.
func TestLeftovers(t *testing.T) {
	r, now := withSecret(t, numbered(t))
	if _, _, err := run(t, r, now); err != nil {
		t.Fatal(err)
	}
	path := only(t, r.StateDir)
	temp := filepath.Join(filepath.Dir(path), "."+filepath.Base(path))
	for _, leave := range []func() error{
		func() error { return os.WriteFile(temp+".new", []byte("half"), 0o600) },
		func() error { return os.Symlink("/nowhere", temp+".new") },
		func() error { return os.MkdirAll(temp+".new/x", 0o700) },
	} {
		if err := leave(); err != nil {
			t.Fatal(err)
		}
		now.pass(time.Hour)
		if s, _, err := run(t, r, now); err != nil || s.origin.Unkept != "" {
			t.Errorf("%v, %+v", err, s.origin)
		}
		if s, _, _ := run(t, r, now); !s.origin.Kept {
			t.Errorf("%+v", s.origin)
		}
	}
}
