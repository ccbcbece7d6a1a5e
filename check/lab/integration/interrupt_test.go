//go:build integration

// Something happens to the server in the middle of a session.

package integration

import (
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"check_pop3x/check/testkit/pop3test"
)

// interrupt relays to the plain port; when the client says the command, the processes that serve the session get the
// signal before the command goes on. Stopped ones are killed when the test ends.
func interrupt(t *testing.T, s *server, before string, sent syscall.Signal) (addr string) {
	t.Helper()
	var once sync.Once
	hit := &casualties{}
	hit.bury(t)
	return relay(t, s, func(direction pop3test.Direction, line string) {
		if direction == pop3test.ToServer && strings.HasPrefix(line, before) {
			once.Do(func() { hit.signal(t, s.serving(s.ports.Plain), sent) })
		}
	})
}

// interruptOnLog does the same to sessions on the TLS port, once the server has logged the word.
func interruptOnLog(t *testing.T, s *server, word string, sent syscall.Signal) {
	t.Helper()
	hit := &casualties{}
	hit.bury(t)
	var watch sync.WaitGroup
	watch.Go(func() {
		for !strings.Contains(s.Logged(), word) {
			select {
			case <-t.Context().Done(): // the test is over
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
		hit.signal(t, s.serving(s.ports.TLS), sent)
	})
	t.Cleanup(watch.Wait)
}

// casualties are the processes that got a signal.
type casualties struct {
	mu   sync.Mutex
	pids []int
}

func (c *casualties) signal(t *testing.T, pids []int, sent syscall.Signal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pids = pids
	signal(t, pids, sent)
}

// bury kills those that have only been stopped, when the test ends.
func (c *casualties) bury(t *testing.T) {
	t.Cleanup(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if len(c.pids) == 0 {
			t.Error("nothing has happened to the server")
		}
		for _, pid := range c.pids {
			syscall.Kill(pid, syscall.SIGKILL)
		}
	})
}
