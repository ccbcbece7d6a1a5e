//go:build unix

package check_test

import (
	"sync"
	"sync/atomic"
	"testing"
)

// TestNotifyChangesAtOnce: of runs at the same time one prints what they all see.
func TestNotifyChangesAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var all sync.WaitGroup
	var printed atomic.Int32
	for range 8 {
		all.Go(func() {
			o := run{args: []string{"-H", "127.0.0.98", "-p", "1", "--notify-changes", "--state-dir", dir + "/state"}}.play(t.TempDir())
			if o.code != 2 || o.stderr != "" {
				t.Errorf("exit code %d, %v, %s", o.code, o.err, o.stderr)
			}
			if o.stdout != "" {
				printed.Add(1)
			}
		})
	}
	all.Wait()
	if n := printed.Load(); n != 1 {
		t.Errorf("%d runs printed, want 1", n)
	}
}
