//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package credential

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"check_pop3x/check/fault"
)

// stale is a password that the server refuses.
const stale = "s3cret+/ word"

// A refuser is the refusals of one login, of which each run has its own.
type refuser struct {
	t   *testing.T
	dir string
	now time.Time
}

func newRefuser(t *testing.T) *refuser {
	return &refuser{t, filepath.Join(t.TempDir(), "state"), time.Unix(1_700_000_000, 0)}
}

func (r *refuser) begin() *Refusals { return NewRefusals(r.dir, 15*time.Minute, "mail", "alice") }

// run logs in with a secret unless that is held back, and returns what is known
// at the end.
func (r *refuser) run(secret string) Refused {
	r.t.Helper()
	run := r.begin()
	known, err := run.Recall(r.t.Context(), secret, r.now)
	if err == nil && !known.Held {
		known, err = run.Add(r.t.Context(), fault.New(fault.Auth, "no"), r.now)
	}
	if err != nil {
		r.t.Error(err)
	}
	return known
}

// want runs the login and compares what is known.
func (r *refuser) want(secret string, count int, held bool, next time.Duration) {
	r.t.Helper()
	known := r.run(secret)
	left := time.Duration(0)
	if !known.Next.IsZero() {
		left = known.Next.Sub(r.now)
	}
	if known.Count != count || known.Held != held || left != next {
		r.t.Errorf("refused %d times, held %v, next in %v; want %d, %v, %v", known.Count, known.Held, left, count, held, next)
	}
}

// entry returns the file of the only entry, or "".
func (r *refuser) entry() string {
	r.t.Helper()
	all, err := filepath.Glob(filepath.Join(r.dir, "login-*.json"))
	if err != nil || len(all) > 1 {
		r.t.Fatal(all, err)
	}
	return strings.Join(all, "")
}

// A login is tried three times, and then once in each pause.
func TestRefusals(t *testing.T) {
	r := newRefuser(t)
	r.want(stale, 1, false, 0)
	r.want(stale, 2, false, 0)
	r.want(stale, 3, false, 15*time.Minute)
	for count := 3; count < 5; count++ {
		for left := 15 * time.Minute; left > 0; left -= 5 * time.Minute {
			r.want(stale, count, true, left)
			r.now = r.now.Add(5 * time.Minute)
		}
		r.want(stale, count+1, false, 15*time.Minute)
	}
}

// Another secret is tried at once and counts by itself. What is known of the
// first one stays, so that two stale passwords are held back as well as one.
func TestRefusedSecrets(t *testing.T) {
	r := newRefuser(t)
	for n := range 3 {
		r.want(stale, n+1, false, []time.Duration{0, 0, 15 * time.Minute}[n])
		r.want("another", n+1, false, []time.Duration{0, 0, 15 * time.Minute}[n])
	}
	r.want(stale, 3, true, 15*time.Minute)
	r.want("another", 3, true, 15*time.Minute)
	r.want(stale+"x", 1, false, 0)
	r.want("", 1, false, 0)
	for n := range maxSecrets - 2 {
		r.now = r.now.Add(time.Second)
		r.want(fmt.Sprint("guess ", n), 1, false, 0)
	}
	r.want(stale, 1, false, 0) // the least recent one was dropped
}

// A login that succeeds leaves nothing behind.
func TestForgottenRefusals(t *testing.T) {
	r := newRefuser(t)
	for range 3 {
		r.run(stale)
	}
	run := r.begin()
	if known, err := run.Recall(t.Context(), "a new password", r.now); err != nil || known != (Refused{}) {
		t.Errorf("%+v, %v", known, err)
	}
	if err := run.Forget(t.Context()); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(r.dir); err != nil || len(left) > 0 {
		t.Errorf("%v are left, %v", left, err)
	}
	r.want(stale, 1, false, 0)
}

// Nothing is created to find out that nothing is known.
func TestNoRefusals(t *testing.T) {
	r := newRefuser(t)
	run := r.begin()
	if known, err := run.Recall(t.Context(), stale, r.now); err != nil || known != (Refused{}) {
		t.Errorf("%+v, %v", known, err)
	}
	if err := run.Forget(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(r.dir); err == nil {
		t.Error("the directory was created")
	}
}

// Other logins are others.
func TestRefusedLogins(t *testing.T) {
	r := newRefuser(t)
	for range 3 {
		r.run(stale)
	}
	for _, login := range [][]string{{"mail", "bob"}, {"mail2", "alice"}, {"mail", "alice", ""}, {"mailalice"}} {
		known, err := NewRefusals(r.dir, time.Hour, login...).Recall(t.Context(), stale, r.now)
		if err != nil || known != (Refused{}) {
			t.Errorf("%q: %+v, %v", login, known, err)
		}
	}
}

// When a pause is over, only one of the runs at that moment tries; if its login
// is not judged, the next try is after another pause.
func TestOneTryAfterPause(t *testing.T) {
	r := newRefuser(t)
	for range 3 {
		r.run(stale)
	}
	r.now = r.now.Add(15 * time.Minute)
	known, err := r.begin().Recall(t.Context(), stale, r.now)
	if err != nil || known.Held || known.Count != 3 || r.now.Sub(known.Last) != 15*time.Minute {
		t.Errorf("%+v, %v", known, err)
	}
	r.want(stale, 3, true, 15*time.Minute)
	r.now = r.now.Add(15 * time.Minute)
	r.want(stale, 4, false, 15*time.Minute)
}

// A clock that is set back makes no pause longer: the login is tried, and the
// pause counts from there. One that is set forward ends the pause.
func TestRefusalsAndClocks(t *testing.T) {
	for _, jump := range []time.Duration{-time.Second, -time.Hour, -20 * 365 * 24 * time.Hour, 20 * 365 * 24 * time.Hour} {
		r := newRefuser(t)
		for range 3 {
			r.run(stale)
		}
		r.now = r.now.Add(jump)
		r.want(stale, 4, false, 15*time.Minute)
		r.now = r.now.Add(10 * time.Minute)
		r.want(stale, 4, true, 5*time.Minute)
	}
}

// A person at a terminal is not held back, but counts.
func TestRefusalsAtTerminal(t *testing.T) {
	r := newRefuser(t)
	for range 3 {
		r.run(stale)
	}
	r.now = r.now.Add(5 * time.Minute)
	run := r.begin()
	run.AtTerminal = func() bool { return true }
	known, err := run.Recall(t.Context(), stale, r.now)
	if err != nil || known.Held || known.Count != 3 {
		t.Errorf("%+v, %v", known, err)
	}
	if known, err = run.Add(t.Context(), fault.New(fault.Auth, "no"), r.now); err != nil || known.Count != 4 {
		t.Errorf("%+v, %v", known, err)
	}
	r.want(stale, 4, true, 15*time.Minute)
}

// Of many runs at once each counts.
func TestRefusalsAtOnce(t *testing.T) {
	r := newRefuser(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			run := r.begin()
			run.secret = stale
			if _, err := run.Add(t.Context(), fault.New(fault.Auth, "no"), r.now); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	r.want(stale, 8, true, 15*time.Minute)
}

// What is kept is the user's alone, and neither has the secret nor a digest that
// is cheap to compute.
func TestRefusalFiles(t *testing.T) {
	r := newRefuser(t)
	r.run(stale)
	first, err := os.ReadFile(r.entry())
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(r.dir, func(path string, entry fs.DirEntry, err error) error {
		if info, _ := entry.Info(); info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v", path, info.Mode())
		}
		return err
	})
	if err != nil || strings.Contains(string(first), stale[:6]) || strings.Contains(r.entry(), "alice") {
		t.Errorf("%s: %s, %v", r.entry(), first, err)
	}
	if rounds < 100_000 {
		t.Errorf("%d rounds", rounds)
	}
	var e, other refusalEntry
	if err := json.Unmarshal(first, &e); err != nil {
		t.Fatal(err)
	}
	r = newRefuser(t)
	r.run(stale)
	second, err := os.ReadFile(r.entry())
	if err != nil || json.Unmarshal(second, &other) != nil {
		t.Fatal(err)
	}
	if len(e.Salt) < 16 || string(e.Salt) == string(other.Salt) || string(e.Secrets[0].Digest) == string(other.Secrets[0].Digest) {
		t.Errorf("the salt is not random: %s, %s", first, second)
	}
}

// An entry that this program has not written is none.
func TestBadRefusals(t *testing.T) {
	r := newRefuser(t)
	for range 3 {
		r.run(stale)
	}
	path := r.entry()
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	with := func(change func(*refusalEntry)) string {
		e := refusalEntry{}
		if err := json.Unmarshal(good, &e); err != nil {
			t.Fatal(err)
		}
		change(&e)
		text, _ := json.Marshal(e)
		return string(text)
	}
	for name, text := range map[string]string{
		"empty":           "",
		"garbage":         "\x00\xff{",
		"truncated":       string(good[:len(good)/2]),
		"huge":            string(good) + strings.Repeat(" ", 128<<10),
		"another version": with(func(e *refusalEntry) { e.Version++ }),
		"no salt":         with(func(e *refusalEntry) { e.Salt = nil }),
		"short digest":    with(func(e *refusalEntry) { e.Secrets[0].Digest = e.Secrets[0].Digest[1:] }),
		"count of 0":      with(func(e *refusalEntry) { e.Secrets[0].Count = 0 }),
		"null":            with(func(e *refusalEntry) { e.Secrets = append(e.Secrets, nil) }),
		"too many":        with(func(e *refusalEntry) { e.Secrets = make([]*refusedSecret, maxSecrets+1) }),
		"far future":      with(func(e *refusalEntry) { e.Secrets[0].Count, e.Secrets[0].Tried = 0, 1<<62 }),
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if known := r.run(stale); known.Count != 1 || known.Held {
			t.Errorf("%s: %+v", name, known)
		}
	}
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	r.want(stale, 3, true, 15*time.Minute)
	if err := os.WriteFile(path, []byte(with(func(e *refusalEntry) { e.Secrets[0].Tried = 1 << 62 })), 0o600); err != nil {
		t.Fatal(err)
	}
	r.want(stale, 4, false, 15*time.Minute)
}

// Without a private directory nothing is known, and the error says why.
func TestUnusableRefusals(t *testing.T) {
	r := newRefuser(t)
	if err := os.Mkdir(r.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	run := r.begin()
	if known, err := run.Recall(t.Context(), stale, r.now); err != nil || known != (Refused{}) {
		t.Errorf("%+v, %v", known, err)
	}
	if _, err := run.Add(t.Context(), fault.New(fault.Auth, "no"), r.now); err == nil || err.Error() != r.dir+": others can open it, type: chmod go= on it" {
		t.Errorf("%v", err)
	}
	run = r.begin()
	run.Verify = true
	if _, err := run.Recall(t.Context(), stale, r.now); err == nil || !strings.Contains(err.Error(), "others can open it") {
		t.Errorf("%v", err)
	}
	run = NewRefusals("/dev/null/state", time.Hour, "x")
	if _, err := run.Recall(t.Context(), stale, r.now); err == nil || err.Error() != "/dev/null/state: not a directory" {
		t.Errorf("%v", err)
	}
}
