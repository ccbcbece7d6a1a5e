//go:build integration

// When servers start and stop: shared ones with the first and the last test, private ones with theirs.

package integration

import (
	"sync"
	"testing"
)

// program is a sandbox with something in it.
type program interface {
	comparable
	Tail() string
	Stop()
}

// lazy is a program that is started when the first test asks for it and stopped after the last test.
type lazy[P program] struct {
	start func() (P, error)
	once  sync.Once
	run   P
	err   error
}

type shared = lazy[*server]

// value is the running program.
func (l *lazy[P]) value() (P, error) {
	l.once.Do(func() { l.run, l.err = l.start() })
	return l.run, l.err
}

// get is the running program for a test.
func (l *lazy[P]) get(t *testing.T) P {
	t.Helper()
	run, err := l.value()
	if err != nil {
		t.Fatal(err)
	}
	logOnFailure(t, run)
	return run
}

// end stops the program if it was started.
func (l *lazy[P]) end() {
	if none := *new(P); l.run != none {
		l.run.Stop()
	}
}

// private starts a program for one test.
func private[P program](t *testing.T, start func() (P, error)) P {
	t.Helper()
	run, err := start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(run.Stop)
	logOnFailure(t, run)
	return run
}

func logOnFailure[P program](t *testing.T, run P) {
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the log of the server:\n%s", run.Tail())
		}
	})
}
