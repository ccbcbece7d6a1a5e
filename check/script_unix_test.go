//go:build unix

package check_test

import (
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

// fifo creates a FIFO that only its owner can use: fifo FILE.
func fifo(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(syscall.Mkfifo(ts.MkAbs(args[0]), 0o600))
}
