//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package oauth

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"check_pop3x/check/fault"
)

func fifo(path string) error {
	if err := os.Remove(path); err != nil {
		return err
	}
	return syscall.Mkfifo(path, 0o600)
}

// An ordinary user is told about a directory that cannot be written, and about
// a file of another user, before anything is sent.
func TestReplaceableFiles(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/refresh", []byte(oldRefresh), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) }) // so that it can be removed
	out, err := child(t.Context(), "replaceable", "", dir).CombinedOutput()
	if err != nil {
		t.Fatal(err, string(out))
	}
	for _, want := range []string{
		"refresh: --oauth-refresh-token-file: " + dir + "/refresh belongs to another user, who could not read the token that replaces it, type: chown 65534 " + dir + "/refresh [usage]\n",
		"other: --oauth-refresh-token-file: a new refresh token could not be written: no file can be written in " + dir + ": permission denied [usage]\n",
	} {
		if os.Geteuid() != 0 && strings.HasPrefix(want, "refresh") {
			continue // it is ours, and cannot be given away
		}
		if !strings.Contains(string(out), want) {
			t.Errorf("%s\nlacks %s", out, want)
		}
	}
}

// printReplaceable is what the child does, as nobody if it is root.
func printReplaceable() {
	dir := os.Getenv(dirEnv)
	if os.Geteuid() == 0 {
		if err := syscall.Setuid(65534); err != nil {
			fmt.Println(err)
		}
	} else if err := os.Chmod(dir, 0o500); err != nil {
		fmt.Println(err)
	}
	for _, name := range []string{"refresh", "other"} {
		fmt.Printf("%s: %v\n", name, replaceable(filepath.Join(dir, name)))
	}
}

// A process that may read the refresh token cannot stop those that replace it, by
// a lock on the file.
func TestLockOfAReader(t *testing.T) {
	r, now := withRefreshToken(t, rotating(t))
	reader, err := os.Open(r.RefreshFile)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if err := syscall.Flock(int(reader.Fd()), syscall.LOCK_EX); err != nil {
		t.Skip(err)
	}
	if _, token, err := run(t, r, now); err != nil || token != "t0ken-1" {
		t.Error(token, err)
	}
	lock := filepath.Join(filepath.Dir(r.RefreshFile), ".refresh.lock")
	if info, err := os.Stat(lock); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
	now.pass(time.Hour)
	if err := os.Chmod(lock, 0o644); err != nil {
		t.Fatal(err)
	}
	_, _, err = run(t, r, now)
	checkFault(t, err, fault.Usage, lock+": others can open it")
}

// A refresh token is not written to a file that others can read, or that another
// user owns, and nobody is shown a code.
func TestLoginToALooseFile(t *testing.T) {
	for said, spoil := range map[string]func(path string) error{
		"can be read by everyone":             func(path string) error { return os.Chmod(path, 0o644) },
		"can be written by group or others":   func(path string) error { return os.Chmod(path, 0o620) },
		" belongs to another user, who could": func(path string) error { return os.Chown(path, 65534, 65534) },
	} {
		server := numbered(t)
		r := request(t, server.URL+"/token")
		r.DeviceURL = server.URL + "/device"
		r.RefreshFile = put(t, "refresh", "")
		if err := spoil(r.RefreshFile); err != nil {
			continue // only root can give a file away
		}
		err := r.Login(t.Context(), time.Minute, func(text string) { t.Errorf("told %s", text) })
		checkFault(t, err, fault.Usage, said)
		if n := server.times(); n != 0 {
			t.Errorf("%s: asked %d times", said, n)
		}
	}
}
