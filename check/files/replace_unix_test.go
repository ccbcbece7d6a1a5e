//go:build unix

package files

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// What Replaceable finds to be wrong, and that it leaves no trace.
func TestReplaceable(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(path("file"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("file", path("link")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(path("fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"file":      "",
		"new":       "",
		".":         dir + " is a directory, name a file in it",
		"link":      path("link") + " is a symbolic link, which would be replaced: name the file that it leads to",
		"fifo":      path("fifo") + " is not a regular file and would be replaced: name another",
		"missing/x": "no file can be written in " + path("missing") + ": no such file or directory",
		"file/x":    "no file can be written in " + path("file") + ": not a directory",
	} {
		checkError(t, Replaceable(path(name)), want)
	}
	checkError(t, Replaceable(path("new")+"/"), path("new/")+"/ is a directory, name a file in it")
	if after, err := os.Stat(dir); err != nil || after.ModTime() != before.ModTime() {
		t.Errorf("the directory was changed: %v", err)
	}
}

// An ordinary user is told that nothing can be written in a directory.
func TestReplaceableReadOnly(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) }) // so that it can be removed
	checkError(t, Replaceable(filepath.Join(dir, "x")), "no file can be written in "+dir+": permission denied")
}

// Opening a FIFO that nobody writes to would block.
func TestOpenRegularFIFO(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := OpenRegular(path, 1)
	checkError(t, err, "not a regular file of at most 1 MiB")
}

// A file keeps its owner, which only root can give away.
func TestReplaceSecretKeepsItsOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	path := newFile(t, "old", 0o640)
	if err := os.Chown(path, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	if err := ReplaceSecret(path, "new"); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if stat := info.Sys().(*syscall.Stat_t); stat.Uid != 65534 || stat.Gid != 65534 || info.Mode().Perm() != 0o640 {
		t.Errorf("owned by %d:%d, %v", stat.Uid, stat.Gid, info.Mode())
	}
}
