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

// patience bounds what does not end by itself, however busy the machine is.
const patience = 2 * time.Minute

// A run is the plugin as a process of its own.
type run struct {
	args  []string
	env   []string // besides the least that a scheduler gives
	stdin *os.File // nil: nothing
}

// An outcome is how a run ended.
type outcome struct {
	said, stderr string
	code         int // -1: killed by a signal
	err          error
	measured.Account
}

// grace is how much longer than promised a run may take.
const grace = 500 * time.Millisecond

// within checks that a run took no longer than its budget and the grace. What it
// had to wait for a processor is not its fault.
func (o outcome) within(budget time.Duration) error {
	if o.Took > budget+grace+o.Waited {
		return fmt.Errorf("it took %v within a budget of %v, and waited %v for a processor", o.Took, budget, o.Waited)
	}
	return nil
}

// command is the process before its start.
func (r run) command(ctx context.Context) *exec.Cmd {
	dir, err := plugin()
	c := exec.CommandContext(ctx, filepath.Join(dir, "check_pop3x"), r.args...)
	c.Args[0] = "check_pop3x"
	c.Env = append([]string{"PATH=" + os.Getenv("PATH"), quickRace}, r.env...)
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
	file := filepath.Join(dir, "account")
	r.env = append(r.env, accountEnv+"="+file)
	c := r.command(ctx)
	c.Dir = dir
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	o.err = c.Run()
	o.said, o.stderr, o.code = stdout.String(), stderr.String(), exitCode(c, o.err)
	var err error
	if o.Account, err = measured.Read(file); err != nil {
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

// writeSecret writes a password file that only its owner can read.
func writeSecret(t testing.TB, name, secret string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// serve plays a dialogue. The test fails where the client leaves it.
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
