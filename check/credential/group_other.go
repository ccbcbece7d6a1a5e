//go:build !unix

package credential

import (
	"os"
	"syscall"
)

// detached is for systems with groups of processes.
func detached() *syscall.SysProcAttr { return nil }

// endGroup ends the program p. What it started is not known here.
func endGroup(p *os.Process) { _ = p.Kill() }
