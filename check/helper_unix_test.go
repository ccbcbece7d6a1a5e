//go:build unix

package check_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A family is a program that is asked for the password and does not answer, with
// its children. All of them hold a FIFO, whose end shows that none is left.
type family struct {
	fifo  string
	ready chan struct{} // closed where all are there, or never will be
	all   bool          // then
	gone  chan error
}

// members is what they do: each says that it is there. Some mind no signal but
// one, and hold the plugin's pipes.
const members = `
exec >&9
(trap "" TERM HUP INT; echo; exec sleep 1000) &
(sleep 1000 & echo) &
trap "" TERM HUP INT
echo
exec sleep 1000`

func newFamily(t *testing.T) *family {
	t.Helper()
	if _, err := exec.LookPath("sleep"); err != nil {
		t.Skip(err)
	}
	f := &family{fifo: filepath.Join(t.TempDir(), "fifo"), ready: make(chan struct{}), gone: make(chan error, 1)}
	if err := syscall.Mkfifo(f.fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	go f.watch(strings.Count(members, "echo"))
	return f
}

// watch reads the FIFO from the first word to the end.
func (f *family) watch(size int) {
	r, err := os.Open(f.fifo) // waits for the program
	if err == nil {
		defer r.Close()
		_, err = io.ReadFull(r, make([]byte, size))
	}
	f.all = err == nil
	close(f.ready)
	if err == nil {
		_, err = io.Copy(io.Discard, r)
	}
	f.gone <- err
}

// args are those of a run that asks the program.
func (f *family) args(script string) []string {
	return []string{"-H", "127.0.0.1", "-p", "1", "--tls", "-u", "alice", "--password-command", "/bin/sh -c 'exec 9>" + f.fifo + script + "'"}
}

// complete says, after the end of the plugin, whether all were there.
func (f *family) complete() bool {
	if w, err := os.OpenFile(f.fifo, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
		w.Close() // watch waits no longer for a program that was never run
	}
	<-f.ready
	return f.all
}

func (f *family) checkGone(t *testing.T) {
	t.Helper()
	select {
	case err := <-f.gone:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Error("a process is left")
	}
}

// TestSignalsWhileAProgramIsAsked ends the program and its children with the
// plugin, at once.
func TestSignalsWhileAProgramIsAsked(t *testing.T) {
	for _, signal := range impatience {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			interrupted(t, "password", func() (*process, outcome) {
				f := newFamily(t)
				p := start(t, run{args: f.args(members)})
				p.await(f.ready)
				o := p.end(signal)
				f.checkGone(t)
				return p, o
			})
		})
	}
}

// TestBudgetOfAProgram keeps to it, whatever the program does. All of the family
// has to be there by then, which takes longer on a busy machine.
func TestBudgetOfAProgram(t *testing.T) {
	t.Parallel()
	for budget := time.Second; ; budget *= 2 {
		f := newFamily(t)
		o := run{args: append(f.args(members), "-t", budget.String())}.play(t.TempDir())
		if !f.complete() && budget < patience/4 {
			continue
		}
		if want := fmt.Sprintf("password: no answer within %.0f s from /bin/sh [timeout]", budget.Seconds()); promises(o.said, 2) != nil || !strings.Contains(o.said, want) {
			t.Errorf("%v, said %s", promises(o.said, 2), o.said)
		}
		if err := o.within(budget); err != nil {
			t.Error(err)
		}
		f.checkGone(t)
		return
	}
}

// TestAKilledPlugin takes at least the program with it, where the system lends a
// hand.
func TestAKilledPlugin(t *testing.T) {
	if runtime.GOOS != "linux" && runtime.GOOS != "freebsd" {
		t.Skip("needs the signal of a parent's death")
	}
	t.Parallel()
	f := newFamily(t)
	p := start(t, run{args: f.args("; echo >&9; echo >&9; echo >&9; exec sleep 1000")})
	p.await(f.ready)
	if o := p.end(syscall.SIGKILL); o.code != -1 {
		t.Errorf("exit code %d", o.code)
	}
	f.checkGone(t)
}
