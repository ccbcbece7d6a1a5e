//go:build unix

package credential

import (
	"os"
	"syscall"
)

// newSession starts a program in a session of its own, whose processes can be
// ended together. The program has no terminal then: if it asks there it fails
// at once instead of being stopped until the time is up.
func newSession() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setsid: true}
	killWithParent(attr)
	return attr
}

// killGroup ends the program p and its group. It is called before p ends or
// right after, so no other group can have got that number.
func killGroup(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) }
