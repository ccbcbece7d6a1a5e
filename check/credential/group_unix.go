//go:build unix

package credential

import (
	"os"
	"syscall"
)

// detached gives a program a session of its own, and with it a group of processes
// that can be ended as one. It has no terminal then: what asks there fails at
// once, and is not stopped until the time is up.
func detached() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setsid: true}
	dieWithUs(attr)
	return attr
}

// endGroup ends the program p and its group. While one of them lives no other
// group can have that number; it is called before p has ended, or right after.
func endGroup(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) }
