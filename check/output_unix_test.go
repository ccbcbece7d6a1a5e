//go:build unix

package check_test

import (
	"bytes"
	"context"
	"errors"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"check_pop3x/check"
	"check_pop3x/check/testkit/measured"
)

// lostOutputs are ways to lose stdout. The exit code is 3, as nobody can know
// what happened, and never that of a signal.
var lostOutputs = map[string]func(*testing.T, *exec.Cmd){
	"full":         toFull,
	"closed pipe":  toClosedPipe,
	"read-only":    toReadOnly,
	"closed again": func(_ *testing.T, c *exec.Cmd) { closeFiles(c, ">&-", "") },
}

func TestLostOutput(t *testing.T) {
	for name, lose := range lostOutputs {
		for _, args := range [][]string{{"-H", "127.0.0.98", "-p", "1"}, {"-H", "127.0.0.98", "-p", "1", "-r", "ok"}, {"--help"}, {"--nonsense"}} {
			t.Run(name+" "+strings.Join(args, " "), func(t *testing.T) {
				ctx, cancel := context.WithTimeout(context.Background(), patience)
				defer cancel()
				c := run{args: args}.command(ctx)
				var stderr bytes.Buffer
				c.Stderr = &stderr
				lose(t, c)
				err := c.Run()
				code := exitCode(c, err)
				if name == "closed again" { // Go opens /dev/null instead, which accepts everything
					if code < 0 || code > 3 {
						t.Errorf("%v", err)
					}
				} else if code != 3 {
					t.Errorf("exit code %d (%v), want 3", code, err)
				}
				if stderr.Len() > 0 {
					t.Errorf("stderr: %s", &stderr)
				}
			})
		}
	}
}

func toFull(t *testing.T, c *exec.Cmd) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { full.Close() })
	c.Stdout = full
}

func toClosedPipe(t *testing.T, c *exec.Cmd) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	t.Cleanup(func() { w.Close() })
	c.Stdout = w
}

func toReadOnly(t *testing.T, c *exec.Cmd) {
	file, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	c.Stdout = file
}

// A run ends on time if nobody reads its output, however short that is.
func TestFullPipe(t *testing.T) {
	const budget = 300 * time.Millisecond
	for name, args := range map[string][]string{
		"a line":   {"-H", "127.0.0.98", "-p", "1", "-t", budget.String()},
		"document": {"-H", "127.0.0.98", "-p", "1", "-t", budget.String(), "--format", "json"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "usage")
			c := run{args: args, env: []string{usageEnv + "=" + file}}.command(t.Context())
			c.Stdout = fullPipe(t)
			if code := exitCode(c, c.Run()); code != 3 {
				t.Errorf("exit code %d, want 3", code)
			}
			usage, err := measured.ReadFile(file)
			if err = errors.Join(err, outcome{Usage: usage}.checkTime(budget)); err != nil {
				t.Error(err)
			}
		})
	}
}

// fullPipe returns the end of a pipe that takes nothing more.
func fullPipe(t *testing.T) *os.File {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	fd := int(w.Fd()) // blocking from here on
	if err := syscall.SetNonblock(fd, true); err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = syscall.Write(fd, make([]byte, 1))
	}
	if err := syscall.SetNonblock(fd, false); err != nil {
		t.Fatal(err)
	}
	return w
}

// closeFiles lets a shell close descriptors before the plugin starts.
func closeFiles(c *exec.Cmd, redirections ...string) {
	script := `exec "$0" "$@" ` + strings.Join(redirections, " ")
	c.Args = append([]string{"sh", "-c", script, c.Path}, c.Args[1:]...)
	c.Path = "/bin/sh"
}

// The plugin also ends if all three descriptors are closed.
func TestNoOpenFiles(t *testing.T) {
	c := run{args: []string{"-H", "127.0.0.98", "-p", "1"}}.command(t.Context())
	closeFiles(c, "<&-", ">&-", "2>&-")
	if code := exitCode(c, c.Run()); code < 0 || code > 3 {
		t.Errorf("exit code %d", code)
	}
}

// With few descriptors a run says so, and is UNKNOWN: it cannot tell whether the
// server works. With fewer still no program could be started.
func TestFewFiles(t *testing.T) {
	for limit := 4; limit < 12; limit++ {
		c := run{args: []string{"-H", "127.0.0.98", "-p", "1"}}.command(t.Context())
		c.Args = append([]string{"sh", "-c", `ulimit -n "$0" && exec "$@"`, strconv.Itoa(limit), c.Path}, c.Args[1:]...)
		c.Path = "/bin/sh"
		said, err := c.Output()
		code := exitCode(c, err)
		if err := checkLine(string(said), code); err != nil {
			t.Errorf("%d: %v", limit, err)
		}
		if refused := matches(`^POP3 CRITICAL - connect: connection refused`, string(said)); !refused && (code != 3 || !matches(`files may be open`, string(said))) {
			t.Errorf("%d: %s", limit, said)
		}
	}
}

// A panic is UNKNOWN, in one line. It is provoked by no arguments at all, not
// even the program's name.
func TestPanic(t *testing.T) {
	stdin, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	defer signal.Reset(syscall.SIGPIPE) // Main ignores it, and child processes inherit that
	var stdout bytes.Buffer
	code := check.Start(func(time.Duration) context.Context { return t.Context() }, "v0.0.0-test", nil, stdin, &stdout)
	if code != 3 || !strings.HasPrefix(stdout.String(), "POP3 UNKNOWN - ") || !strings.Contains(stdout.String(), "[internal]") {
		t.Errorf("exit code %d, said %s", code, &stdout)
	}
	if err := checkLine(stdout.String(), code); err != nil {
		t.Error(err)
	}
}

// What libraries log does not get to stderr, such as net/http's remarks on
// servers.
func TestSilentLibraries(t *testing.T) {
	defer log.SetOutput(log.Writer())
	var logged, stdout strings.Builder
	log.SetOutput(&logged)
	check.Start(func(time.Duration) context.Context { return t.Context() }, "v0.0.0-test", []string{"check_pop3x", "--version"}, os.Stdin, &stdout)
	if log.Print("Unsolicited response"); logged.Len() > 0 {
		t.Errorf("logged %q", logged.String())
	}
}
