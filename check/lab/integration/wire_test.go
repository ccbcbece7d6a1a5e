//go:build integration

// What goes over the wire: a relay stands between the plugin and a server and hears the lines of a session without TLS.

package integration

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"check_pop3x/check/testkit/pop3test"
)

// wiretap is a relay that keeps what the client says, and what it is told.
type wiretap struct {
	addr string
	mu   sync.Mutex
	said []string
	told []string
}

// listen relays to the plain port of the server.
func listen(t *testing.T, s *server) *wiretap {
	t.Helper()
	w := &wiretap{}
	w.addr = relay(t, s, func(direction pop3test.Direction, line string) {
		w.mu.Lock()
		defer w.mu.Unlock()
		if direction == pop3test.ToServer {
			w.said = append(w.said, line)
		} else {
			w.told = append(w.told, line)
		}
	})
	return w
}

// relay starts a relay to the plain port of the server; each line is shown before it goes on.
func relay(t *testing.T, s *server, show func(pop3test.Direction, string)) (addr string) {
	t.Helper()
	r, err := pop3test.NewRelay("127.0.0.1:0", s.port(inPlain), 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	r.OnLine(show)
	return r.Addr().String()
}

// lines is what the client has said so far.
func (w *wiretap) lines() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.said)
}

// wantCommands compares commands by their first words. UTF8, which Courier offers, is left out.
func (w *wiretap) wantCommands(t *testing.T, commands ...string) {
	t.Helper()
	said := without(w.lines(), "UTF8")
	same := slices.EqualFunc(said, commands, func(line, command string) bool {
		return line == command || strings.HasPrefix(line, command+" ")
	})
	if !same {
		t.Errorf("wanted the commands %q, the client said %q", commands, said)
	}
}

// Servers count wrong commands before the login, or wait over each: nothing is sent but what is needed.
func TestCommands(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		call     call
		commands []string
	}{
		"greeting": {call{}, []string{"CAPA", "QUIT"}},
		"user":     {call{user: alice, args: []string{"--auth", "user"}}, []string{"CAPA", "USER", "PASS", "STAT", "QUIT"}},
		"plain":    {call{user: alice, args: []string{"--auth", "plain"}}, []string{"CAPA", "AUTH PLAIN", "STAT", "QUIT"}},
	} {
		t.Run(name, func(t *testing.T) {
			eachServer(t, func(t *testing.T, s *server) {
				heard := listen(t, s)
				tapped := c.call
				tapped.addr, tapped.how = heard.addr, inPlain
				run(t, tapped).want("OK", "")
				heard.wantCommands(t, c.commands...)
			})
		})
	}
}

// Before STLS there is one CAPA, and nothing else can be read on the wire.
func TestCommandsBeforeSTLS(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		heard := listen(t, s)
		run(t, call{addr: heard.addr, how: withSTLS, user: alice}).want("OK", mailbox(aliceMessages, aliceOctets))
		said := heard.lines()
		if len(said) < 2 || said[0] != "CAPA" || said[1] != "STLS" || slices.ContainsFunc(said[2:], isCommand) {
			t.Errorf("the client said %q", said)
		}
	})
}

// isCommand reports whether a line is POP3, and not a part of TLS that happens to hold a line's end.
func isCommand(line string) bool {
	for _, command := range []string{"CAPA", "STLS", "USER", "PASS", "AUTH", "STAT", "NOOP", "QUIT"} {
		if strings.HasPrefix(line, command) {
			return true
		}
	}
	return false
}
