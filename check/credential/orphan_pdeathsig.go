//go:build linux || freebsd

package credential

import "syscall"

// dieWithUs ends the program also where a scheduler ends the plugin by SIGKILL.
func dieWithUs(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }
