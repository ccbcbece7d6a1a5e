//go:build integration && homes

package packaging

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"check_pop3x/check/lab/integration/debian"
)

// TestHomeArm64 runs what the package for arm64 has on this processor, by qemu.
func TestHomeArm64(t *testing.T) {
	root := t.TempDir()
	if err := dpkgIn(root, "--force-architecture", "-i", one.only(t, "*_arm64.deb")); err != nil {
		t.Fatal(err)
	}
	mail := startMail(t)
	write(t, filepath.Join(root, "password"), secret)
	if err := os.Chmod(filepath.Join(root, "password"), 0o600); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(root, "ca.pem"), mail.roots)
	qemu := filepath.Join(debian.Cache(), "arm64/usr/bin/qemu-aarch64-static")
	for _, c := range []struct{ args, want string }{
		{"--version", "check_pop3x "},
		{"-H 127.0.0.1 -p 1", "POP3 CRITICAL - connect: connection refused"},
		{"-H ADDRESS --tls --sni " + mailNames[0] + " --ca-file ca.pem -u " + probe + " --password-file password", "POP3 OK - 5 messages, 2560 octets in "},
	} {
		args := strings.Fields(strings.ReplaceAll(c.args, "ADDRESS", mail.address))
		cmd := exec.Command(qemu, append([]string{root + debPlugin}, args...)...)
		cmd.Dir = root
		said, _ := cmd.CombinedOutput()
		if !strings.HasPrefix(string(said), c.want) {
			t.Errorf("%s: %s", c.args, said)
		}
	}
}
