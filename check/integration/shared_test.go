//go:build integration

// When servers start and stop: shared ones with the first and the last test, private ones with theirs.

package integration

import (
	"sync"
	"testing"
)

// shared is a server that is started when the first test asks for it and stopped after the last test.
type shared struct {
	start func() (*server, error)
	once  sync.Once
	run   *server
	err   error
}

// value is the running server.
func (s *shared) value() (*server, error) {
	s.once.Do(func() { s.run, s.err = s.start() })
	return s.run, s.err
}

// get is the running server for a test.
func (s *shared) get(t *testing.T) *server {
	t.Helper()
	run, err := s.value()
	if err != nil {
		t.Fatal(err)
	}
	logOnFailure(t, run)
	return run
}

// private starts a server for one test.
func private(t *testing.T, start func() (*server, error)) *server {
	t.Helper()
	run, err := start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(run.stop)
	logOnFailure(t, run)
	return run
}

func logOnFailure(t *testing.T, s *server) {
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the log of %s:\n%s", s.name, s.tail())
		}
	})
}
