//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package oauth

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
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
