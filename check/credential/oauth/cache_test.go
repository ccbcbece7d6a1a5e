//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package oauth

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"check_pop3x/check/fault"
)

// run is one run of the program with that request, at that time.
func run(t *testing.T, r Request, now *clock) (*source, string, error) {
	t.Helper()
	s := r.source()
	s.now = now.read
	token, err := fetch(t.Context(), s)
	return s, token, err
}

// numbered gives out t0ken-1, t0ken-2, ... for an hour each.
func numbered(t *testing.T) *counter {
	return count(t, func(n int, _ *http.Request) (int, string) { return 200, granted(fmt.Sprint("t0ken-", n), "") })
}

// kept is a request with a secret to that server, and a clock.
func kept(t *testing.T, server *counter) (Request, *clock) {
	r := request(t, server.URL+"/token")
	r.SecretFile = put(t, "secret", clientSecret)
	return r, &clock{now: time.Now()}
}

// A token is used until five minutes before its end, by each run that asks for
// the same.
func TestTokenIsKept(t *testing.T) {
	server := numbered(t)
	r, now := kept(t, server)
	for _, c := range []struct {
		pass time.Duration
		want string
	}{
		{0, "t0ken-1"}, {time.Second, "t0ken-1"}, {54 * time.Minute, "t0ken-1"}, {58 * time.Second, "t0ken-1"},
		{2 * time.Second, "t0ken-2"}, {time.Minute, "t0ken-2"},
	} {
		now.pass(c.pass)
		if _, token, err := run(t, r, now); err != nil || token != c.want {
			t.Errorf("%v later: %s, %v, want %s", c.pass, token, err, c.want)
		}
	}
	s, _, _ := run(t, r, now)
	if o := s.origin; !o.Kept || o.Age < 59*time.Second || o.Age > 62*time.Second || o.Left < 50*time.Minute || o.Place == "" || o.Unkept != "" {
		t.Errorf("%+v", o)
	}
	if n := server.times(); n != 2 {
		t.Errorf("asked %d times", n)
	}
}

// How long a token is used that lives so long.
func TestLife(t *testing.T) {
	for lives, want := range map[time.Duration]time.Duration{
		time.Hour: 55 * time.Minute, 90 * time.Minute: 85 * time.Minute, 10 * time.Minute: 9 * time.Minute, time.Minute: 54 * time.Second,
		time.Second: 0, 0: 0, -time.Hour: 0, 30 * 24 * time.Hour: 24*time.Hour - 5*time.Minute,
	} {
		if got := life(&oauth2.Token{Expiry: time.Now().Add(lives)}); got != want {
			t.Errorf("%v: %v, want %v", lives, got, want)
		}
	}
	if got := life(&oauth2.Token{}); got != 5*time.Minute {
		t.Errorf("without an end: %v", got)
	}
}

// What is asked for otherwise, or with another credential, is another token.
func TestEachRequestHasItsOwnToken(t *testing.T) {
	server := numbered(t)
	r, now := kept(t, server)
	_, first, err := run(t, r, now)
	if err != nil {
		t.Fatal(err)
	}
	certificate, key := keyPair()
	for name, change := range map[string]func(*Request){
		"client":   func(r *Request) { r.ClientID = "other" },
		"scope":    func(r *Request) { r.Scope = "other" },
		"secret":   func(r *Request) { r.SecretFile = put(t, "secret", "0ther secret") },
		"endpoint": func(r *Request) { r.TokenURL += "?x=1" },
		"key": func(r *Request) {
			r.SecretFile, r.CertFile, r.KeyFile = "", put(t, "c", string(certificate)), put(t, "k", string(key))
		},
		"user": func(r *Request) {
			*r = Request{Server: ofGoogle, User: "bob", KeyFile: account(t, key, server.URL), StateDir: r.StateDir}
		},
		"other user": func(r *Request) {
			*r = Request{Server: ofGoogle, User: "carol", KeyFile: account(t, key, server.URL), StateDir: r.StateDir}
		},
		"refresh token": func(r *Request) { r.RefreshFile = put(t, "r", oldRefresh) },
	} {
		other := r
		change(&other)
		_, token, err := run(t, other, now)
		if err != nil || token == first {
			t.Errorf("%s: %s, %v", name, token, err)
		}
	}
	if _, again, _ := run(t, r, now); again != first {
		t.Error("the first one was lost")
	}
	r.SecretFile = put(t, "elsewhere", clientSecret+"\nmore\n")
	if _, again, _ := run(t, r, now); again != first {
		t.Error("the same secret in another file is another request")
	}
}

// What a run leaves behind: a directory and files that only the user can read,
// without the secret.
func TestWhatIsKept(t *testing.T) {
	r, now := kept(t, numbered(t))
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

// only is the file of the only entry.
func only(t *testing.T, dir string) string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	return all[0]
}

// An entry that is not as this program writes it is replaced.
func TestBadEntries(t *testing.T) {
	server := numbered(t)
	r, now := kept(t, server)
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
		"huge and valid":    func() error { return os.WriteFile(path, append(good, strings.Repeat(" ", maxEntry)...), 0o600) },
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

// relink puts a link at path to a target, which may be there with a content.
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

// Without a directory of the user's own it works without a cache, and says why.
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
		"open to others":    {"others may open it, type: chmod go=", func(dir string) error { return os.Mkdir(dir, 0o711) }},
	} {
		server := numbered(t)
		r, now := kept(t, server)
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
			s.refused(t.Context())
		}
		if entries, _ := os.ReadDir(r.StateDir + ".real"); len(entries) > 0 {
			t.Errorf("%s: %v was written", name, entries)
		}
	}
}

// A refused token is deleted once it is older than five minutes; a younger one,
// and one that another run has got meanwhile, stay.
func TestRefusedTokens(t *testing.T) {
	for _, c := range []struct {
		age  time.Duration
		want string
	}{
		{0, "t0ken-1"}, {4*time.Minute + 59*time.Second, "t0ken-1"}, {5*time.Minute + 2*time.Second, "t0ken-2"}, {50 * time.Minute, "t0ken-2"},
	} {
		r, now := kept(t, numbered(t))
		if _, _, err := run(t, r, now); err != nil {
			t.Fatal(err)
		}
		now.pass(c.age)
		s, _, err := run(t, r, now)
		if err != nil {
			t.Fatal(err)
		}
		s.refused(t.Context())
		if _, token, err := run(t, r, now); err != nil || token != c.want {
			t.Errorf("refused after %v: %s, %v, want %s", c.age, token, err, c.want)
		}
		s.refused(t.Context()) // too late: the entry is another one
		if _, token, _ := run(t, r, now); token != c.want {
			t.Errorf("refused after %v: %s was deleted", c.age, c.want)
		}
	}
}

// A failure is repeated for a minute, in its own words.
func TestFailuresAreRemembered(t *testing.T) {
	server := count(t, func(n int, _ *http.Request) (int, string) {
		if n <= 2 {
			return 400, fmt.Sprintf(`{"error":"unauthorized_client","error_description":"no %d"}`, n)
		}
		return 200, granted("t0ken", "")
	})
	r, now := kept(t, server)
	for _, c := range []struct {
		pass time.Duration
		said string
	}{
		{0, `"unauthorized_client: no 1" from 127.0.0.1:`}, {10 * time.Second, `"unauthorized_client: no 1" from 127.0.0.1:`},
		{48 * time.Second, `no 1`}, {3 * time.Second, `no 2`}, {time.Second, `no 2`},
	} {
		now.pass(c.pass)
		_, _, err := run(t, r, now)
		checkFault(t, err, fault.Token, c.said)
		if repeated := strings.Contains(err.Error(), "(remembered from "); repeated != (c.pass > 0 && c.pass != 3*time.Second) {
			t.Errorf("%v later: %v", c.pass, err)
		}
	}
	now.pass(61 * time.Second)
	if _, token, err := run(t, r, now); err != nil || token != "t0ken" {
		t.Error(token, err)
	}
	if n := server.times(); n != 3 {
		t.Errorf("asked %d times", n)
	}
}

// What is left of a run that was killed is no obstacle.
func TestLeftovers(t *testing.T) {
	r, now := kept(t, numbered(t))
	if _, _, err := run(t, r, now); err != nil {
		t.Fatal(err)
	}
	path := only(t, r.StateDir)
	for _, leave := range []func() error{
		func() error { return os.WriteFile(path+".new", []byte("half"), 0o600) },
		func() error { return os.Symlink("/nowhere", path+".new") },
		func() error { return os.MkdirAll(path+".new/x", 0o700) },
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

// Where tokens are kept by default.
func TestStateDir(t *testing.T) {
	for want, env := range map[string][2]string{
		"/var/lib/icinga/check_pop3x":                     {"/var/lib/icinga:/var/lib/other", "/home/x/.cache"},
		"/home/x/.cache/check_pop3x":                      {"", "/home/x/.cache"},
		"/c/check_pop3x":                                  {"relative", "/c"},
		fmt.Sprint("/var/tmp/check_pop3x-", os.Geteuid()): {"", "relative"},
	} {
		got := StateDir(func(name string) string {
			return map[string]string{"STATE_DIRECTORY": env[0], "XDG_CACHE_HOME": env[1]}[name]
		})
		if got != want {
			t.Errorf("%v: %s, want %s", env, got, want)
		}
	}
}
