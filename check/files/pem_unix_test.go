//go:build unix && !aix && !solaris

package files

import (
	"path/filepath"
	"syscall"
	"testing"
)

// CheckRoots neither waits for a writer nor reads without end.
func TestCheckRootsWithoutEnd(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{fifo, "/dev/zero"} {
		wantError(t, CheckRoots(path), path+": not a regular file of at most 16 MiB")
	}
}
