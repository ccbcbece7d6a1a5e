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

// A processTree is a program for --password-command that prints nothing, and
// its children. All of them keep a FIFO open, so that none is left when it
// ends.
type processTree struct {
	fifo    string
	settled chan struct{} // closed once all have started, or never will
	all     bool          // all have started
	ended   chan error
}

// treeScript starts them. Each writes a line when it has started. Some ignore
// all signals but SIGKILL and keep the plugin's pipes open.
const treeScript = `
exec >&9
(trap "" TERM HUP INT; echo; exec sleep 1000) &
(sleep 1000 & echo) &
trap "" TERM HUP INT
echo
exec sleep 1000`

func newProcessTree(t *testing.T) *processTree {
	t.Helper()
	if _, err := exec.LookPath("sleep"); err != nil {
		t.Skip(err)
	}
	f := &processTree{fifo: filepath.Join(t.TempDir(), "fifo"), settled: make(chan struct{}), ended: make(chan error, 1)}
	if err := syscall.Mkfifo(f.fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	go f.watch(strings.Count(treeScript, "echo"))
	return f
}

// watch reads the FIFO up to its end.
func (f *processTree) watch(size int) {
	r, err := os.Open(f.fifo) // waits for the program
	if err == nil {
		defer r.Close()
		_, err = io.ReadFull(r, make([]byte, size))
	}
	f.all = err == nil
	close(f.settled)
	if err == nil {
		_, err = io.Copy(io.Discard, r)
	}
	f.ended <- err
}

// args returns the arguments of a run that starts the program.
func (f *processTree) args(script string) []string {
	return []string{"-H", "127.0.0.1", "-p", "1", "--tls", "-u", "alice", "--password-command", "/bin/sh -c 'exec 9>" + f.fifo + script + "'"}
}

// allStarted reports, after the plugin has ended, whether all had started.
func (f *processTree) allStarted() bool {
	if w, err := os.OpenFile(f.fifo, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
		w.Close() // ends watch if the program was never started
	}
	<-f.settled
	return f.all
}

func (f *processTree) checkGone(t *testing.T) {
	t.Helper()
	select {
	case err := <-f.ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Error("a process is left")
	}
}

// A signal ends the program and its children at once, with the plugin.
func TestSignalsInPasswordCommand(t *testing.T) {
	for _, signal := range stopSignals {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			checkSignal(t, "password", func() (*process, outcome) {
				f := newProcessTree(t)
				p := start(t, run{args: f.args(treeScript)})
				p.await(f.settled)
				o := p.end(signal)
				f.checkGone(t)
				return p, o
			})
		})
	}
}

// The end of the budget ends the program and its children. All of them must
// have started by then, which takes longer on a busy machine.
func TestBudgetOfPasswordCommand(t *testing.T) {
	t.Parallel()
	for budget := time.Second; ; budget *= 2 {
		f := newProcessTree(t)
		o := run{args: append(f.args(treeScript), "-t", budget.String())}.play(t.TempDir())
		if !f.allStarted() && budget < patience/4 {
			continue
		}
		if want := fmt.Sprintf("password: no answer within %.0f s from /bin/sh; ", budget.Seconds()); checkLine(o.stdout, 2) != nil || !strings.Contains(o.stdout, want) {
			t.Errorf("%v, said %s", checkLine(o.stdout, 2), o.stdout)
		}
		if err := o.checkTime(budget); err != nil {
			t.Error(err)
		}
		f.checkGone(t)
		return
	}
}

// If the plugin is killed, the system ends the program.
func TestKilledPlugin(t *testing.T) {
	if runtime.GOOS != "linux" && runtime.GOOS != "freebsd" {
		t.Skip("needs the signal of a parent's death")
	}
	t.Parallel()
	f := newProcessTree(t)
	p := start(t, run{args: f.args("; echo >&9; echo >&9; echo >&9; exec sleep 1000")})
	p.await(f.settled)
	if o := p.end(syscall.SIGKILL); o.code != -1 {
		t.Errorf("exit code %d", o.code)
	}
	f.checkGone(t)
}
