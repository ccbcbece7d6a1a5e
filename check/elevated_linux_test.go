package check_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// TestElevated refuses to run from a file that gives rights to its caller.
func TestElevated(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can make such files")
	}
	dir, err := plugin()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(filepath.Join(dir, "check_pop3x"))
	if err != nil {
		t.Fatal(err)
	}
	const nobody = 65534
	for name, c := range map[string]struct {
		prepare func(file string) error
		caller  uint32
		refused bool
	}{
		"ordinary":             {func(file string) error { return nil }, nobody, false},
		"ordinary, by root":    {func(file string) error { return nil }, 0, false},
		"setuid":               {func(file string) error { return os.Chmod(file, 0o755|os.ModeSetuid) }, nobody, true},
		"setgid":               {func(file string) error { return os.Chmod(file, 0o755|os.ModeSetgid) }, nobody, true},
		"with cap_net_raw":     {withCapability, nobody, true},
		"setuid root, by root": {func(file string) error { return os.Chmod(file, 0o755|os.ModeSetuid) }, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			place := t.TempDir()
			for _, dir := range []string{place, filepath.Dir(place)} { // TempDir is for its owner
				if err := os.Chmod(dir, 0o755); err != nil {
					t.Fatal(err)
				}
			}
			file := filepath.Join(place, "check_pop3x")
			if err := os.WriteFile(file, program, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := c.prepare(file); err != nil {
				t.Skip(err)
			}
			cmd := exec.Command(file, "-H", "127.0.0.98", "-p", "1", "-r", "ok")
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: c.caller, Gid: c.caller}}
			said, _ := cmd.Output()
			const refusal = "POP3 UNKNOWN - the program file has rights of its own (setuid, setgid or capabilities), which everyone who starts it would have; type: chmod ug-s FILE, setcap -r FILE [usage]\n"
			if refused := string(said) == refusal; refused != c.refused {
				t.Errorf("code %d: %s", cmd.ProcessState.ExitCode(), said)
			}
		})
	}
}

// withCapability gives a file cap_net_raw, effective (vfs_cap_data, version 2, in
// linux/capability.h).
func withCapability(file string) error {
	return syscall.Setxattr(file, "security.capability", []byte{1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0)
}
