//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package oauth

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func fifo(path string) error {
	if err := os.Remove(path); err != nil {
		return err
	}
	return syscall.Mkfifo(path, 0o600)
}

// A belonging is a file of some user's.
type belonging struct {
	fs.FileInfo
	uid  int
	mode fs.FileMode
}

func (b belonging) Sys() any           { return &syscall.Stat_t{Uid: uint32(b.uid)} }
func (b belonging) Mode() fs.FileMode  { return b.mode }
func (b belonging) ModTime() time.Time { return time.Time{} }

// What another user owns is not trusted, whatever its mode.
func TestOwner(t *testing.T) {
	me := os.Geteuid()
	for _, c := range []struct {
		file belonging
		good bool
	}{
		{belonging{uid: me, mode: 0o700}, true}, {belonging{uid: me, mode: 0o600}, true}, {belonging{uid: me, mode: 0}, true},
		{belonging{uid: me + 1, mode: 0o700}, false}, {belonging{uid: me + 1, mode: 0o600}, false},
		{belonging{uid: me, mode: 0o710}, false}, {belonging{uid: me, mode: 0o701}, false}, {belonging{uid: me, mode: 0o620}, false},
	} {
		if err := checkPrivate(c.file); (err == nil) != c.good {
			t.Errorf("%v of %d: %v", c.file.mode, c.file.uid, err)
		}
	}
}

// A directory that may not be written, and a file of somebody else, are found
// before anything is sent, by someone who is not root.
func TestNotOurs(t *testing.T) {
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

// tellReplaceable is the child's part: as nobody, where it may choose.
func tellReplaceable() {
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
