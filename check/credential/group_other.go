//go:build !unix

package credential

import (
	"os"
	"syscall"
)

// newSession returns nil: this system has no groups of processes.
func newSession() *syscall.SysProcAttr { return nil }

// killGroup ends the program p alone.
func killGroup(p *os.Process) { _ = p.Kill() }
