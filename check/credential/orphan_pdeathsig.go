//go:build linux || freebsd

package credential

import "syscall"

// killWithParent ends the program when a scheduler ends the plugin by SIGKILL.
func killWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }
