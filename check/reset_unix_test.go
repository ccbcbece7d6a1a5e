//go:build unix

package check_test

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"check_pop3x/check/testkit/pop3test"
)

// resetLines are the lines of a reset from DELE on, in both directions: five
// commands and their answers, the last of which are QUIT's.
const (
	resetLines = 10
	quitLine   = 8
)

// TestNothingIsEverDeleted ends the plugin at each line between DELE and the
// answer to QUIT, while that line is on its way, by a signal that it can see and
// by one that it cannot. The mailbox must be as it was (RFC 1939, section 6).
func TestNothingIsEverDeleted(t *testing.T) {
	password := writeSecret(t, "pw", "secret")
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM} {
		for at := range resetLines {
			t.Run(fmt.Sprintf("%v/%d", signal, at), func(t *testing.T) {
				t.Parallel()
				s := newResetStory(t, password)
				said, code := s.endAt(at, signal)
				if signal == syscall.SIGTERM && at < quitLine && (code != 3 || promises(said, code) != nil) {
					t.Errorf("exit code %d, said %q, %v", code, said, promises(said, code))
				}
				if s.has("QUIT") && at < quitLine {
					t.Errorf("QUIT was sent: %q", s.seen)
				}
				s.untouched()
			})
		}
	}
}

// A resetStory is a mailbox behind a relay that sees each line before it goes on.
type resetStory struct {
	t        *testing.T
	password string
	port     int // of the server itself
	relay    *pop3test.Relay

	mu   sync.Mutex
	seen []string // from DELE on
}

func newResetStory(t *testing.T, password string) *resetStory {
	t.Helper()
	server, err := pop3test.NewServer(pop3test.Config{
		Users:      []pop3test.User{{Name: "alice", Password: "secret", Mailbox: pop3test.Mailbox{Messages: 5}}},
		Pipelining: true, Exclusive: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	addr, err := server.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	relay, err := pop3test.NewRelay("127.0.0.1:0", addr.String(), 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(relay.Close)
	_, port, _ := strings.Cut(addr.String(), ":")
	s := &resetStory{t: t, password: password, relay: relay}
	s.port, _ = strconv.Atoi(port)
	return s
}

func (s *resetStory) command(port int, args ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	s.t.Cleanup(cancel)
	return run{args: append([]string{"-H", "127.0.0.1", "-p", strconv.Itoa(port), "-u", "alice", "--password-file", s.password,
		"--allow-cleartext-login", "-t", "20s"}, args...)}.command(ctx)
}

// endAt runs the reset and sends the signal when the relay sees that line from
// DELE on; the line goes on only when the plugin has ended.
func (s *resetStory) endAt(at int, signal syscall.Signal) (said string, code int) {
	var stdout bytes.Buffer
	c := s.command(s.relay.Port(), "--steps", "reset")
	c.Stdout = &stdout
	started, ended := make(chan struct{}), make(chan struct{})
	s.relay.OnLine(func(_ pop3test.Direction, line string) {
		if s.note(line) == at+1 {
			<-started
			_ = c.Process.Signal(signal)
			<-ended
		}
	})
	if err := c.Start(); err != nil {
		s.t.Fatal(err)
	}
	close(started)
	err := c.Wait()
	close(ended)
	return stdout.String(), exitCode(c, err)
}

// note counts the lines from DELE on.
func (s *resetStory) note(line string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.seen) > 0 || strings.HasPrefix(line, "DELE ") {
		s.seen = append(s.seen, line)
	}
	return len(s.seen)
}

func (s *resetStory) has(line string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.seen {
		if l == line {
			return true
		}
	}
	return false
}

// untouched looks into the mailbox once the first session has ended: until then
// the mailbox is in use.
func (s *resetStory) untouched() {
	s.t.Helper()
	for {
		c := s.command(s.port, "--messages-critical", "5:5", "--state", "in-use=unknown")
		said, err := c.Output()
		if code := exitCode(c, err); code != 3 {
			if code != 0 || !strings.Contains(string(said), " 5 messages") {
				s.t.Errorf("the mailbox is not as it was: %s", said)
			}
			return
		}
		if !strings.Contains(string(said), "[in-use]") {
			s.t.Fatalf("%s", said)
		}
	}
}
