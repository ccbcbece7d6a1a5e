package check_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"check_pop3x/check/testkit/measured"
	"check_pop3x/check/testkit/pop3test"
)

// patience limits what does not end by itself, also on a busy machine.
const patience = 2 * time.Minute

// A run is the plugin as a process of its own.
type run struct {
	args  []string
	env   []string // in addition to PATH and XDG_CACHE_HOME
	stdin *os.File // nil: empty
}

// An outcome is how a run ended.
type outcome struct {
	stdout, stderr string
	code           int // -1: killed by a signal
	err            error
	measured.Usage
}

// grace is how much longer than promised a run may take.
const grace = 500 * time.Millisecond

// checkTime returns an error if a run took longer than its budget and the
// grace. The time that it waited for a processor does not count.
func (o outcome) checkTime(budget time.Duration) error {
	if o.Elapsed > budget+grace+o.QueueTime {
		return fmt.Errorf("took %v of a budget of %v, and waited %v for a processor", o.Elapsed, budget, o.QueueTime)
	}
	return nil
}

// command returns a process that is not started yet.
func (r run) command(ctx context.Context) *exec.Cmd {
	dir, err := plugin()
	c := exec.CommandContext(ctx, filepath.Join(dir, "check_pop3x"), r.args...)
	c.Args[0] = "check_pop3x"
	c.Env = append([]string{"PATH=" + os.Getenv("PATH"), "XDG_CACHE_HOME=" + filepath.Join(dir, "cache"), quickRace}, r.env...)
	if err != nil {
		c.Err = err
	}
	if r.stdin != nil {
		c.Stdin = r.stdin
	}
	return c
}

// play runs the plugin to its end.
func (r run) play(dir string) (o outcome) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	file := filepath.Join(dir, "usage")
	r.env = append(r.env, usageEnv+"="+file)
	c := r.command(ctx)
	c.Dir = dir
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	o.err = c.Run()
	o.stdout, o.stderr, o.code = stdout.String(), stderr.String(), exitCode(c, o.err)
	var err error
	if o.Usage, err = measured.ReadFile(file); err != nil {
		o.err = errors.Join(o.err, err)
	}
	return o
}

// exitCode returns -1 if the program was not run to its end.
func exitCode(c *exec.Cmd, err error) int {
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		return -1
	}
	return c.ProcessState.ExitCode()
}

// writeSecret creates a password file that only its owner can read.
func writeSecret(t testing.TB, name, secret string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// serve starts a server that plays a dialogue.
func serve(t testing.TB, text string, o pop3test.Options) *pop3test.Player {
	t.Helper()
	d, err := pop3test.Parse(text)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	player, err := d.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(player.Close)
	return player
}
