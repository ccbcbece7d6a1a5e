//go:build unix && !aix && !solaris

package trust

import (
	"path/filepath"
	"syscall"
	"testing"

	"check_pop3x/check/fault"
)

// Neither waits for a writer, nor reads without end.
func TestCheckRootsFileWithoutEnd(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{fifo, "/dev/zero"} {
		wantFault(t, CheckRootsFile(path), fault.Usage, path+": not a regular file of at most 16 MiB")
	}
}
