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

// patience bounds the wait for what has to come.
const patience = 2 * time.Minute

// A living is a FIFO that the processes of a program hold, so that its end shows
// that none of them is left.
type living struct {
	path string
	read *os.File
}

func newLiving(t *testing.T) *living {
	t.Helper()
	needs(t, "sleep")
	l := &living{path: fifo(t, 0o600, "")}
	var err error
	if l.read, err = os.OpenFile(l.path, os.O_RDWR|syscall.O_NONBLOCK, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.read.Close() })
	if err := l.read.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return l
}

// await waits until the processes have said that they are there.
func (l *living) await(t *testing.T, processes int) {
	t.Helper()
	if _, err := io.ReadFull(l.read, make([]byte, processes)); err != nil {
		t.Error(err)
	}
}

// gone waits until there is none.
func (l *living) gone(t *testing.T) {
	t.Helper()
	r, err := os.OpenFile(l.path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	l.read.Close() // it could write, too
	if err := r.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		t.Errorf("a process is left: %v", err)
	}
}

// leaveBehind is what programs do that leave others behind: some who keep the
// pipes, one who does not, and one who has lost its parent.
const leaveBehind = `
	exec 9>"%s"
	echo x >&9
	(trap "" TERM HUP INT; printf y >&9; exec sleep 1000) &
	(exec >/dev/null 2>&1; printf y >&9; exec sleep 1000) &
	(sleep 1000 & printf y >&9) &
`

// The secret is there with the program's end, whoever keeps the pipe, and nobody
// is left.
func TestWhatIsLeftBehind(t *testing.T) {
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
			l, all := newLiving(t), fifo(t, 0o600, "")
			go func() {
				l.await(t, 5)
				if w, err := os.OpenFile(all, os.O_WRONLY, 0); err == nil { // waits for the reader
					w.Close()
				}
			}()
			got, err := shell(t, fmt.Sprintf(leaveBehind, l.path)+"read go <"+all+"\n"+ending).Read(t.Context())
			switch fails := strings.Contains(ending, "KILL") || strings.Contains(ending, "exit") || strings.Contains(ending, "while"); {
			case fails:
				checkRefused(t, err)
			case err != nil || got != "hunter2":
				t.Errorf("%q, %v", got, err)
			}
			l.gone(t)
		})
	}
}

// The budget ends a program and all that it started, whatever it does; it says
// who gave no answer.
func TestCommandsThatTakeTooLong(t *testing.T) {
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
			l := newLiving(t)
			cause := error(late)
			if ending == "signal" {
				ending, cause = "wait", signalled
			}
			h := newProgram([]string{"/bin/sh", "-c", fmt.Sprintf(leaveBehind, l.path) + ending})
			ctx, cancel := context.WithCancelCause(t.Context())
			go func() {
				l.await(t, 5)
				for strings.Contains(ending, "echo") && !strings.Contains(h.who(), "printed") && t.Context().Err() == nil {
					<-time.After(time.Millisecond) // what it printed is on its way
				}
				cancel(cause)
			}()
			got, err := h.read(ctx)
			if got != "" || err == nil || err.Error() != want || !errors.Is(err, cause) {
				t.Errorf("%s: %q, %v", ending, got, err)
			}
			l.gone(t)
		})
	}
}

// What has run into the end of the budget before it was started is not run.
func TestCommandThatIsTooLate(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	l := newLiving(t)
	if got, err := shell(t, "exec 9>"+l.path+"; exec sleep 1000").Read(ctx); got != "" || !errors.Is(err, context.Canceled) {
		t.Errorf("%q, %v", got, err)
	}
	l.gone(t)
}

// No zombie is left where time was up.
func TestEndedProgramsAreBuried(t *testing.T) {
	l := newLiving(t)
	h := newProgram([]string{"/bin/sh", "-c", "echo x >" + l.path + "; exec sleep 1000"})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		l.await(t, 2)
		cancel()
	}()
	h.read(ctx)
	for deadline := time.Now().Add(patience); ; <-time.After(time.Millisecond) {
		h.mu.Lock()
		process := h.process
		h.mu.Unlock()
		if process == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("nobody waits for the program")
		}
	}
}
