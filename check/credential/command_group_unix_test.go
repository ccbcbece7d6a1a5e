//go:build unix

package credential

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"check_pop3x/check/fault"
)

// patience limits the wait for an event that has to come.
const patience = 2 * time.Minute

// A census is a FIFO that all processes of a program keep open for writing, so
// that none of them is left when it ends.
type census struct {
	path string
	read *os.File
}

func newCensus(t *testing.T) *census {
	t.Helper()
	needs(t, "sleep")
	c := &census{path: fifo(t, 0o600, "")}
	var err error
	if c.read, err = os.OpenFile(c.path, os.O_RDWR|syscall.O_NONBLOCK, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.read.Close() })
	if err := c.read.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return c
}

// await waits until so many processes have written an octet.
func (c *census) await(t *testing.T, processes int) {
	t.Helper()
	if _, err := io.ReadFull(c.read, make([]byte, processes)); err != nil {
		t.Error(err)
	}
}

// awaitEnd waits until no process is left.
func (c *census) awaitEnd(t *testing.T) {
	t.Helper()
	r, err := os.OpenFile(c.path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	c.read.Close() // it could write as well
	if err := r.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		t.Errorf("a process is left: %v", err)
	}
}

// leaveBehind starts processes and leaves them behind: some keep the pipes
// open, one does not, and one has lost its parent.
const leaveBehind = `
	exec 9>"%s"
	echo x >&9
	(trap "" TERM HUP INT; printf y >&9; exec sleep 1000) &
	(exec >/dev/null 2>&1; printf y >&9; exec sleep 1000) &
	(sleep 1000 & printf y >&9) &
`

// The secret is read when the program ends, even if others keep the pipe open,
// and no process is left.
func TestLeftBehind(t *testing.T) {
	for name, ending := range map[string]string{
		"a line, then the end":    "echo hunter2",
		"no line end":             "printf hunter2",
		"more lines than wanted":  "echo hunter2; echo hunter3",
		"the line of a child":     "(printf hunter2)",
		"a pipe that was closed":  "echo hunter2; exec >&-",
		"an end by a signal":      "echo hunter2; kill -KILL $$",
		"an exit code":            "echo hunter2; exit 3",
		"far too much":            "while echo y; do :; done",
		"far too much of a child": "while echo y; do :; done & wait",
	} {
		t.Run(name, func(t *testing.T) {
			c, all := newCensus(t), fifo(t, 0o600, "")
			go func() {
				c.await(t, 5)
				if w, err := os.OpenFile(all, os.O_WRONLY, 0); err == nil { // waits for the reader
					w.Close()
				}
			}()
			got, err := shell(t, fmt.Sprintf(leaveBehind, c.path)+"read go <"+all+"\n"+ending).Read(t.Context())
			switch fails := strings.Contains(ending, "KILL") || strings.Contains(ending, "exit") || strings.Contains(ending, "while"); {
			case fails:
				checkRefused(t, err)
			case err != nil || got != "hunter2":
				t.Errorf("%q, %v", got, err)
			}
			c.awaitEnd(t)
		})
	}
}

// The end of the context ends a program and everything that it started. A
// timeout names the program.
func TestSlowCommands(t *testing.T) {
	late := &fault.Error{Kind: fault.Timeout, Within: 3 * time.Second}
	signalled := fault.New(fault.Interrupted, "terminated signal received")
	for ending, want := range map[string]string{
		"wait":                                "no answer within 3s from /bin/sh [timeout]",
		"trap '' TERM INT HUP; exec sleep 99": "no answer within 3s from /bin/sh [timeout]",
		"kill -STOP $$":                       "no answer within 3s from /bin/sh [timeout]",
		"exec >&- 2>&-; wait":                 "no answer within 3s from /bin/sh [timeout]",
		"echo hunter2; wait":                  "no answer within 3s from /bin/sh, which has printed something but still runs [timeout]",
		"signal":                              "terminated signal received [interrupted]",
	} {
		t.Run("", func(t *testing.T) {
			c := newCensus(t)
			cause := error(late)
			if ending == "signal" {
				ending, cause = "wait", signalled
			}
			p := newProgram([]string{"/bin/sh", "-c", fmt.Sprintf(leaveBehind, c.path) + ending})
			ctx, cancel := context.WithCancelCause(t.Context())
			go func() {
				c.await(t, 5)
				for strings.Contains(ending, "echo") && !strings.Contains(p.who(), "printed") && t.Context().Err() == nil {
					<-time.After(time.Millisecond) // its output is on the way
				}
				cancel(cause)
			}()
			got, err := p.read(ctx)
			if got != "" || err == nil || err.Error() != want || !errors.Is(err, cause) {
				t.Errorf("%s: %q, %v", ending, got, err)
			}
			c.awaitEnd(t)
		})
	}
}

// A program that is started after the end of the context is ended at once.
func TestLateCommand(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := newCensus(t)
	if got, err := shell(t, "exec 9>"+c.path+"; exec sleep 1000").Read(ctx); got != "" || !errors.Is(err, context.Canceled) {
		t.Errorf("%q, %v", got, err)
	}
	c.awaitEnd(t)
}

// A program that was ended is waited for, so that no zombie is left.
func TestEndedProgramIsReaped(t *testing.T) {
	c := newCensus(t)
	p := newProgram([]string{"/bin/sh", "-c", "echo x >" + c.path + "; exec sleep 1000"})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		c.await(t, 2)
		cancel()
	}()
	p.read(ctx)
	for deadline := time.Now().Add(patience); ; <-time.After(time.Millisecond) {
		p.mu.Lock()
		process := p.process
		p.mu.Unlock()
		if process == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the program is not waited for")
		}
	}
}
