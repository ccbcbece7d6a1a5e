package check_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"check_pop3x/check/pop3test"
)

// patience bounds a run of the plugin that does not end by itself.
const patience = 30 * time.Second

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
	took         time.Duration
	peak         int // the most memory that it had, in KiB; 0: not known
	err          error
}

// command is the process before its start.
func (r run) command(ctx context.Context) *exec.Cmd {
	c := exec.CommandContext(ctx, "check_pop3x", r.args...)
	c.Env = append([]string{"PATH=" + os.Getenv("PATH"), quickRace}, r.env...)
	if r.stdin != nil {
		c.Stdin = r.stdin
	}
	return c
}

// play runs the plugin to its end.
func (r run) play(dir string) (o outcome) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	peak := filepath.Join(dir, "peak")
	r.env = append(r.env, peakEnv+"="+peak)
	c := r.command(ctx)
	c.Dir = dir
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	start := time.Now()
	o.err = c.Run()
	o.took = time.Since(start)
	o.said, o.stderr, o.code = stdout.String(), stderr.String(), exitCode(c, o.err)
	if text, err := os.ReadFile(peak); err == nil {
		o.peak, _ = strconv.Atoi(string(text))
	}
	return o
}

// inTime plays a run that must not take longer than most. A machine that is too
// busy for that has a second chance.
func (r run) inTime(t *testing.T, most time.Duration) outcome {
	t.Helper()
	o := r.play(t.TempDir())
	if o.took > most {
		o = r.play(t.TempDir())
	}
	if o.took > most {
		t.Errorf("it took %v, longer than %v", o.took, most)
	}
	return o
}

// exitCode is -1 where there is none.
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
