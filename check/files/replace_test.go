package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
	path := write(t, "old", 0o600)
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

// A secret is written where nobody but its owner can read it, or as it was.
func TestReplaceSecret(t *testing.T) {
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	path := filepath.Join(root.Name(), "secret")
	for _, c := range []struct {
		dir  Dir
		name string
	}{{root, "secret"}, {Anywhere{}, path}} {
		os.Remove(path)
		if err := os.WriteFile(tempName(path), []byte("half"), 0o644); err != nil { // of a process that was killed
			t.Fatal(err)
		}
		var old fs.FileInfo
		for _, mode := range []fs.FileMode{0o600, 0o640} {
			if err := ReplaceSecret(c.dir, c.name, "hunter2\n", old); err != nil {
				t.Fatal(err)
			}
			checkContent(t, path, "hunter2\n")
			checkOnly(t, path)
			if old, err = os.Stat(path); err != nil || old.Mode().Perm() != mode && os.PathSeparator == '/' {
				t.Errorf("%v, %v, want %v", old.Mode(), err, mode)
			}
			if err = os.Chmod(path, 0o640); err == nil {
				old, err = os.Stat(path)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}
