package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Who reads while the file is replaced finds one text or the other, never none
// or a part of one.
func TestReadersSeeWholeFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pop3.prom")
	texts := []string{strings.Repeat("a", 1<<16), strings.Repeat("b", 1<<10)}
	if err := Replace(path, texts[0]); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		var err error
		for i := range 50 {
			err = errors.Join(err, Replace(path, texts[i%2]))
		}
		done <- err
	}()
	for {
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
			checkOnly(t, path)
			return
		default:
			if got, err := os.ReadFile(path); err != nil || string(got) != texts[0] && string(got) != texts[1] {
				t.Fatalf("%d octets, %v", len(got), err)
			}
		}
	}
}

// checkOnly fails unless path is the only file of its directory.
func checkOnly(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 || entries[0].Name() != filepath.Base(path) {
		t.Errorf("%v, %v", entries, err)
	}
}

// What another process left behind, or still writes, is not touched.
func TestReplaceWhileTheNameIsTaken(t *testing.T) {
	path := newFile(t, "old", 0o600)
	if err := os.WriteFile(tempName(path), []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Replace(path, "new"); err != nil {
		t.Fatal(err)
	}
	checkContent(t, path, "new")
	checkContent(t, tempName(path), "theirs")
}

func checkContent(t *testing.T, path, want string) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%s: %q, %v, want %q", path, got, err, want)
	}
}

// A file that cannot be renamed is not left behind.
func TestFailedReplace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "taken")
	if err := os.MkdirAll(filepath.Join(path, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Replace(path, "new"); err == nil || strings.Contains(Reason(err).Error(), dir) {
		t.Errorf("%v", err)
	}
	checkOnly(t, path)
	if err := Replace(filepath.Join(dir, "missing", "x"), "new"); err == nil || Reason(err).Error() != "no such file or directory" {
		t.Errorf("%v", err)
	}
}

// A secret keeps its mode. A new one can be read by its owner alone.
func TestReplaceSecret(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(tempName(path), []byte("half"), 0o644); err != nil { // of a process that was killed
		t.Fatal(err)
	}
	for _, mode := range []fs.FileMode{0o600, 0o640} {
		if err := ReplaceSecret(path, "hunter2\n"); err != nil {
			t.Fatal(err)
		}
		checkContent(t, path, "hunter2\n")
		checkOnly(t, path)
		checkMode(t, path, mode)
		if err := os.Chmod(path, 0o640); err != nil {
			t.Fatal(err)
		}
	}
}

// A file of a cache can always be read by its owner alone.
func TestReplaceCached(t *testing.T) {
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	path := filepath.Join(root.Name(), "entry")
	for _, name := range []string{path, tempName(path)} {
		if err := os.WriteFile(name, []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := ReplaceCached(root, "entry", "new"); err != nil {
		t.Fatal(err)
	}
	checkContent(t, path, "new")
	checkOnly(t, path)
	checkMode(t, path, 0o600)
}

func checkMode(t *testing.T, path string, want fs.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != want {
		t.Errorf("%v, %v, want %v", info, err, want)
	}
}

// What a process left that was killed is removed, unless it may still be alive.
func TestLeftover(t *testing.T) {
	path := filepath.Join(t.TempDir(), "status.json")
	for _, c := range []struct {
		age  time.Duration
		left int
	}{{maxReplacing / 2, 2}, {2 * maxReplacing, 1}} {
		if err := os.WriteFile(tempName(path), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(tempName(path), time.Time{}, time.Now().Add(-c.age)); err != nil {
			t.Fatal(err)
		}
		if err := Replace(path, "new"); err != nil {
			t.Fatal(err)
		}
		if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != c.left {
			t.Errorf("%v: %v, %v", c.age, entries, err)
		}
	}
}
