//go:build integration

// Something happens to the mailbox, or to the plugin, at a certain line of a session.

package integration

import (
	"bufio"
	"cmp"
	"io"
	"net"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"check_pop3x/check/lab/integration/debian"
	"check_pop3x/check/testkit/pop3test"
)

// meanwhile relays to the plain port of the server. Commands go on one at a time, also those that came together; before
// the first that begins so, the server has answered STAT, and do is called.
func meanwhile(t *testing.T, s *server, command string, do func()) (addr string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	done := false
	all.Go(func() {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		defer client.Close()
		g := &gate{client: client, command: command, do: func() { do(); done = true }, answered: make(chan struct{})}
		if err := g.relay(s.port(inPlain)); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		listener.Close()
		all.Wait()
		if !done {
			t.Errorf("no %s was sent after an answer to STAT", command)
		}
	})
	return listener.Addr().String()
}

// gate is one connection of it.
type gate struct {
	client   net.Conn
	command  string
	do       func()
	answered chan struct{} // closed by the answer to STAT
}

func (g *gate) relay(target string) error {
	server, err := net.Dial("tcp", target)
	if err != nil {
		return err
	}
	deadline := time.Now().Add(debian.StartTimeout)
	server.SetDeadline(deadline)
	g.client.SetDeadline(deadline)
	var back sync.WaitGroup
	back.Go(func() { g.back(server) })
	g.forth(server)
	server.Close()
	back.Wait()
	return nil
}

// sizeForm is the answer to STAT, and to no other command that the plugin sends before LIST.
var sizeForm = regexp.MustCompile(`^\+OK \d+ \d+\r\n$`)

// back hands on what the server says.
func (g *gate) back(server net.Conn) {
	var once sync.Once
	for in := bufio.NewReader(server); ; {
		line, err := in.ReadString('\n')
		if sizeForm.MatchString(line) {
			once.Do(func() { close(g.answered) })
		}
		io.WriteString(g.client, line)
		if err != nil {
			g.client.Close()
			return
		}
	}
}

// forth hands on what the client says.
func (g *gate) forth(server net.Conn) {
	var once sync.Once
	for in := bufio.NewReader(g.client); ; {
		line, err := in.ReadString('\n')
		if strings.HasPrefix(line, g.command) {
			once.Do(func() {
				select {
				case <-g.answered:
					g.do()
				case <-time.After(debian.StartTimeout):
				}
			})
		}
		if io.WriteString(server, line); err != nil {
			return
		}
	}
}

// killedAt runs the plugin through a relay and kills it before the line of that number goes on, in whatever direction,
// counted from DELE on as 0. It returns those lines. The relay listens at the address of the call, if there is one.
func killedAt(t *testing.T, s *server, c call, point int) (lines []string) {
	t.Helper()
	r, err := pop3test.NewRelay(cmp.Or(c.addr, "127.0.0.1:0"), s.port(inPlain), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	c.addr, c.how, c.limit = r.Addr().String(), inPlain, defaultLimit
	lines = killedBehind(t, r, c, "DELE", point)
	awaitIdle(t, s)
	return lines
}

// killedBehind kills the plugin before the line of that number goes through the relay, counted from a command on as 0.
func killedBehind(t *testing.T, r *pop3test.Relay, c call, command string, point int) (lines []string) {
	t.Helper()
	binary, err := plugin()
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var cmd *exec.Cmd
	dead := make(chan struct{})
	r.OnLine(func(direction pop3test.Direction, line string) {
		mu.Lock()
		defer mu.Unlock()
		if len(lines) == 0 && (direction == pop3test.ToClient || !strings.HasPrefix(line, command)) || len(lines) > point {
			return
		}
		lines = append(lines, line)
		if len(lines) > point {
			cmd.Process.Kill()
			<-dead
		}
	})
	mu.Lock()
	cmd = exec.CommandContext(t.Context(), binary, c.arguments(t)...)
	err = cmd.Start()
	mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	close(dead)
	if status, _ := cmd.ProcessState.Sys().(syscall.WaitStatus); status.Signal() != syscall.SIGKILL {
		t.Errorf("the plugin was not killed, but ended with %v", cmd.ProcessState)
	}
	mu.Lock()
	defer mu.Unlock()
	return lines
}

// awaitIdle waits until the server has noticed that nobody is connected to its plain port.
func awaitIdle(t *testing.T, s *server) {
	t.Helper()
	for deadline := time.Now().Add(debian.StartTimeout); len(s.serving(s.ports.Plain)) > 0; <-time.After(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the server goes on with a session whose client is dead")
		}
	}
}
