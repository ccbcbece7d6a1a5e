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

// A reset has ten lines from DELE on, in both directions: five commands and
// their answers, the last of which are QUIT and its answer.
const (
	resetLines = 10
	quitLine   = 8
)

// If the plugin is ended at any line between DELE and the answer to QUIT, by
// SIGTERM or SIGKILL, no message is deleted (RFC 1939, section 6).
func TestNothingIsDeleted(t *testing.T) {
	password := writeSecret(t, "pw", "secret")
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM} {
		for at := range resetLines {
			t.Run(fmt.Sprintf("%v/%d", signal, at), func(t *testing.T) {
				t.Parallel()
				s := newResetTest(t, password)
				said, code := s.signalAt(at, signal)
				if signal == syscall.SIGTERM && at < quitLine && (code != 3 || checkLine(said, code) != nil) {
					t.Errorf("exit code %d, said %q, %v", code, said, checkLine(said, code))
				}
				if s.has("QUIT") && at < quitLine {
					t.Errorf("QUIT was sent: %q", s.seen)
				}
				s.checkMailbox()
			})
		}
	}
}

// A resetTest is a mailbox behind a relay that sees each line before it
// forwards it.
type resetTest struct {
	t        *testing.T
	password string
	port     int // of the server
	relay    *pop3test.Relay

	mu   sync.Mutex
	seen []string // from DELE on
}

func newResetTest(t *testing.T, password string) *resetTest {
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
	s := &resetTest{t: t, password: password, relay: relay}
	s.port, _ = strconv.Atoi(port)
	return s
}

func (s *resetTest) command(port int, args ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	s.t.Cleanup(cancel)
	return run{args: append([]string{"-H", "127.0.0.1", "-p", strconv.Itoa(port), "-u", "alice", "--password-file", s.password,
		"--allow-cleartext-login", "-t", "20s"}, args...)}.command(ctx)
}

// signalAt runs the reset and sends the signal when the relay sees that line,
// counted from DELE. The line is forwarded when the plugin has ended.
func (s *resetTest) signalAt(at int, signal syscall.Signal) (said string, code int) {
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

// note records the lines from DELE on and returns how many there are.
func (s *resetTest) note(line string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.seen) > 0 || strings.HasPrefix(line, "DELE ") {
		s.seen = append(s.seen, line)
	}
	return len(s.seen)
}

func (s *resetTest) has(line string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.seen {
		if l == line {
			return true
		}
	}
	return false
}

// checkMailbox checks that no message is missing. It repeats until the first
// session has ended: until then the mailbox is in use.
func (s *resetTest) checkMailbox() {
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
