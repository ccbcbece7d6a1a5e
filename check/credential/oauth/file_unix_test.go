//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package oauth

import (
	"io/fs"
	"os"
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
		if err := private(c.file); (err == nil) != c.good {
			t.Errorf("%v of %d: %v", c.file.mode, c.file.uid, err)
		}
	}
}
