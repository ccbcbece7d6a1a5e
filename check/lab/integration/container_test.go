//go:build integration

// The image that packaging/image.sh builds, in Debian's podman, as whoever starts it by hand and as Kubernetes.

package integration

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// containerUser is whom the image runs the plugin as.
const containerUser = 65532

// image builds the image, and returns its archive.
func image(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command("../../../packaging/image.sh", dir).CombinedOutput(); err != nil {
		t.Fatalf("image.sh: %v\n%s", err, out)
	}
	found, err := filepath.Glob(filepath.Join(dir, "*-image.tar"))
	if err != nil || len(found) != 1 {
		t.Fatalf("image.sh has made %q, %v", found, err)
	}
	return found[0]
}

// inContainer runs the plugin in a container that sees the volumes and no other files.
func inContainer(t *testing.T, archive, volumes string, c call) *outcome {
	t.Helper()
	box := keeper(t, "containers", func(b *sandbox) error { return b.copyIn("container.sh") },
		append([]string{"/bin/sh", "container.sh", archive, volumes}, c.args...)...)
	return box.noted(t, c, "said", "stderr", "code")
}

// volume is a directory with files for the user of the container, or for his group.
func volume(t *testing.T, owner int, mode os.FileMode, files map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	err := os.Chmod(dir, 0o755)
	for name, text := range files {
		path := filepath.Join(dir, name)
		err = errors.Join(err, os.WriteFile(path, []byte(text), mode), os.Chown(path, owner, containerUser))
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestContainer logs in, and is told of what fails, without a capability, a file to write or another user's rights.
func TestContainer(t *testing.T) {
	t.Parallel()
	archive := image(t)
	ask := func(roots, password string) *outcome {
		dir := volume(t, containerUser, 0o400, map[string]string{"roots.pem": rootCA.root.pem(), "password": password + "\n"})
		c := call{addr: dovecot.usual.get(t).port(withTLS), limit: defaultLimit, args: []string{"--tls", "--ca-file", roots,
			"-u", alice.name, "--password-file", "/files/password"}}
		c.args = c.arguments(t)
		return inContainer(t, archive, dir+":/files", c)
	}
	ask("/files/roots.pem", alice.password).want("OK", fmt.Sprintf("%d messages, %d octets ", aliceMessages, aliceOctets))
	ask("/files/roots.pem", "wrong").want("CRITICAL", `login: alice was refused .*\[auth\]`)
	// the authorities of the image are read, and are not the test's
	ask("/etc/ssl/certs/ca-certificates.crt", alice.password).want("CRITICAL", `tls: .*\[certificate\]`)

	cronJob(t, archive).want("OK", fmt.Sprintf("%d messages, %d octets ", aliceMessages, aliceOctets))
}

// cronJob runs what Kubernetes would, with the files of the ConfigMap and of the Secret as the kubelet lays them down.
func cronJob(t *testing.T, archive string) *outcome {
	t.Helper()
	manifest, err := os.ReadFile("../../../packaging/kubernetes/cronjob.yaml")
	if err != nil {
		t.Fatal(err)
	}
	args := regexp.MustCompile(`args: \["(.*)"\]`).FindStringSubmatch(string(manifest))
	_, config, found := strings.Cut(string(manifest), "  mail.ini: |\n")
	config, _, _ = strings.Cut(config, "\n---\n")
	s := dovecot.usual.get(t)
	config, replaced := strings.CutPrefix(strings.ReplaceAll(config, "    ", ""), "[check_pop3x]\nhostname = mail.example.org\n")
	if args == nil || !found || !replaced {
		t.Fatalf("this is not the manifest of the test:\n%s", manifest)
	}
	config = fmt.Sprintf("[check_pop3x]\nhostname = %s\nport = %d\nca-file = /etc/check_pop3x/roots.pem\n%s", s.host, s.ports.TLS,
		strings.Replace(config, "user = probe", "user = "+alice.name, 1))
	configMap := volume(t, 0, 0o644, map[string]string{"mail.ini": config, "roots.pem": rootCA.root.pem()})
	secret := volume(t, 0, 0o440, map[string]string{"password": alice.password + "\n"})
	return inContainer(t, archive, configMap+":/etc/check_pop3x "+secret+":/run/secrets/check_pop3x",
		call{addr: s.port(withTLS), limit: defaultLimit, args: args[1:]})
}
