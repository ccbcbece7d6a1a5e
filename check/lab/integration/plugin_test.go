//go:build integration

// Runs the plugin as a monitoring system does.

package integration

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// call is one run of the plugin: whom it asks, how, and as whom.
type call struct {
	addr  string        // host:port
	how   way           // --starttls or --tls, with --ca-file
	user  account       // without a name no login is tried
	by    proof         // what the user logs in with, by default the password
	limit time.Duration // -t, by default more than any run needs
	args  []string      // more options, which may repeat those above
	uid   uint32        // of the user who runs it, by default root
	where []string      // the program that runs it elsewhere, with its arguments
}

// outcome is what a run printed and how it ended.
type outcome struct {
	t     *testing.T
	call  call
	given []string // the command line
	lines []string
	code  int
	took  time.Duration
	lost  time.Duration // of it, while the machine stood still
	perf  []metric
}

// defaultLimit is for runs whose time is not to run out, on a machine and a disk that are busy: with twenty thousand
// messages STAT alone may take seconds.
const defaultLimit = time.Minute

// check calls the plugin for the server, and judges what must hold for every run.
func check(t *testing.T, s *server, how way, user account, args ...string) *outcome {
	t.Helper()
	return run(t, call{addr: s.port(how), how: how, user: user, args: args})
}

// run calls the plugin and judges what must hold for every run.
func run(t *testing.T, c call) *outcome {
	t.Helper()
	if c.limit == 0 {
		c.limit = defaultLimit
	}
	binary, err := plugin()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), c.limit+5*time.Second)
	defer cancel()
	given := c.arguments(t)
	command := slices.Concat(c.where, []string{binary}, given)
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "XDG_CACHE_HOME=" + t.TempDir()} // no run remembers another
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if c.uid != 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: c.uid, Gid: c.uid}}
	}
	start := time.Now()
	err = cmd.Run()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		t.Fatal(err)
	}
	o := &outcome{t: t, call: c, given: given, code: cmd.ProcessState.ExitCode(), took: time.Since(start)}
	o.lost = machine.since(start)
	o.judge(stdout.String(), stderr.String())
	return o
}

// arguments are the command line without the name of the program.
func (c call) arguments(t *testing.T) []string {
	t.Helper()
	host, port, err := net.SplitHostPort(c.addr)
	if err != nil && !strings.HasPrefix(c.addr, "unix:") {
		t.Fatal(err)
	}
	args := []string{"-H", host, "-p", port}
	if path, found := strings.CutPrefix(c.addr, "unix:"); found {
		args = []string{"-H", "localhost", "--unix-socket", path}
	}
	args = append(args, "-t", strconv.FormatFloat(c.limit.Seconds(), 'f', -1, 64))
	switch c.how {
	case withSTLS:
		args = append(args, "--starttls", "--ca-file", rootCA.file)
	case withTLS:
		args = append(args, "--tls", "--ca-file", rootCA.file)
	}
	if c.user.name != "" {
		args = append(args, "-u", c.user.name)
		if c.by == nil {
			c.by = byPassword
		}
		args = append(args, c.by(t, c)...)
	}
	return append(args, c.args...)
}

func passwordFile(t *testing.T, user account) string {
	t.Helper()
	return secretFile(t, "password", user.password+"\n")
}

// secretFile writes what only its owner may read.
func secretFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// plugin builds the binary when the first test wants it.
var plugin = sync.OnceValues(func() (string, error) {
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", err
	}
	binary := filepath.Join(workDir, "check_pop3x")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Dir = strings.TrimSpace(string(root))
	if text, err := build.CombinedOutput(); err != nil {
		return "", errors.New("the plugin does not build:\n" + string(text))
	}
	return binary, nil
})
