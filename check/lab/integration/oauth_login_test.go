//go:build integration

// --oauth-login: a person lends access at a terminal, and the checks go on alone.

package integration

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"check_pop3x/check/lab/integration/debian"
)

// codeForm is where the terminal shows the code.
var codeForm = regexp.MustCompile(`enter the code (\S+),`)

func TestDeviceLogin(t *testing.T) {
	t.Parallel()
	g := granted(t)
	file := filepath.Join(t.TempDir(), "refresh")
	args := append(g.by(t, call{}), "--oauth-login", "--oauth-device-url", g.server.URL+"/api/oidc/device_authorization",
		"--oauth-refresh-token-file", file)
	shown := atTerminal(t, args, func(line string) bool {
		code := codeForm.FindStringSubmatch(line)
		if code == nil {
			return false
		}
		if err := g.server.lend(alice, g.client.id, code[1]); err != nil {
			t.Error(err)
		}
		return true
	})
	t.Logf("the terminal shows:\n%s", shown)
	if token := content(t, file); token == "" || strings.Contains(shown, token) {
		t.Errorf("the token is %q", token)
	}
	wantAlice(g.check(t, "--oauth-refresh-token-file", file))
}

// atTerminal runs the plugin at a terminal and shows act each line until it has done its part. It returns all lines.
func atTerminal(t *testing.T, args []string, act func(line string) (done bool)) (shown string) {
	t.Helper()
	binary, err := plugin()
	if err != nil {
		t.Fatal(err)
	}
	person, terminal := openTerminal(t)
	cmd := exec.CommandContext(t.Context(), binary, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = terminal, terminal, terminal
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	terminal.Close() // so that the last line is the end
	if err := person.SetReadDeadline(time.Now().Add(debian.StartTimeout)); err != nil {
		t.Error(err)
	}
	done := false
	for lines := bufio.NewScanner(person); lines.Scan(); {
		shown += lines.Text() + "\n"
		done = done || act(lines.Text())
	}
	if !done {
		cmd.Process.Kill()
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v:\n%s", err, shown)
	}
	return shown
}

// openTerminal is a terminal and the person in front of it.
func openTerminal(t *testing.T) (person, terminal *os.File) {
	t.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	person = os.NewFile(uintptr(fd), "/dev/ptmx") // which has deadlines, as the file does not block
	t.Cleanup(func() { person.Close() })
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	return person, terminal
}
