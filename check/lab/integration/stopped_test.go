//go:build integration

// Servers that stop in the middle of a session: silent ones (SIGSTOP) time out in the phase that waits, dead ones
// (SIGKILL) are closed there.

package integration

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// moments are the commands before which something happens to the server, and the phase that this breaks.
var moments = []struct {
	before, phase string
	how           way
	auth          string
	dead          string // kind of fault when the server hangs up there
}{
	{"CAPA", "capa", inPlain, "auto", "closed"},
	{"STLS", "stls", withSTLS, "auto", "closed"},
	{"USER", "login", inPlain, "user", "tls-required"}, // some say so without a word
	{"PASS", "login", inPlain, "user", "closed"},
	{"AUTH", "login", inPlain, "plain", "closed"},
	{"STAT", "stat", inPlain, "auto", "closed"},
}

// patience is the budget where a server keeps silent, and what the line then says of what was sent. No machine is so busy that it takes
// half of that to come to the point.
const (
	patience = 10 * time.Second
	silence  = `no answer within 10 s, though the host acknowledges what was sent; .* \[timeout\]`
)

func TestSilentServer(t *testing.T) {
	eachVariant(t, variant{}, func(t *testing.T, s *server) {
		for _, m := range moments {
			t.Run(m.phase+"-"+m.before, func(t *testing.T) {
				addr := interrupt(t, s, m.before, syscall.SIGSTOP)
				o := run(t, call{addr: addr, how: m.how, user: alice, limit: patience, args: []string{"--auth", m.auth}})
				o.want("CRITICAL", m.phase+": "+silence)
				o.wantLastPhase(m.phase)
			})
		}
	})
}

// A phase may have a budget of its own, shorter than the whole.
func TestSilentServerByPhase(t *testing.T) {
	eachVariant(t, variant{}, func(t *testing.T, s *server) {
		addr := interrupt(t, s, "STAT", syscall.SIGSTOP)
		o := run(t, call{addr: addr, user: alice, how: inPlain, args: []string{"--phase-timeout", "stat=3s"}})
		o.want("CRITICAL", `stat: no answer within 3 s.* \[timeout\]`)
		if o.took > defaultLimit/2 {
			t.Errorf("took %v", o.took)
		}
	})
}

func TestDeadServer(t *testing.T) {
	eachVariant(t, variant{}, func(t *testing.T, s *server) {
		for _, m := range moments {
			t.Run(m.phase+"-"+m.before, func(t *testing.T) {
				addr := interrupt(t, s, m.before, syscall.SIGKILL)
				o := run(t, call{addr: addr, how: m.how, user: alice, args: []string{"--auth", m.auth}})
				o.want("CRITICAL", m.phase+`: (the server closed the connection|the connection (was reset|ended)) .*; .*\[`+m.dead+`\]`)
				o.wantLastPhase(m.phase)
			})
		}
	})
}

// refusalLogged is what the servers log as soon as they have judged a password; the answer follows seconds later.
var refusalLogged = map[string]string{
	"dovecot": "unknown user",
	"courier": "LOGIN FAILED",
	"cyrus":   "badlogin",
	"nginx":   "client login failed",
}

// Under TLS it is the same: an end without the close alert is the server's hanging up.
func TestInterruptedUnderTLS(t *testing.T) {
	t.Parallel()
	for sent, words := range map[syscall.Signal]string{
		syscall.SIGSTOP: silence,
		syscall.SIGKILL: `.*\[closed\]`,
	} {
		t.Run(sent.String(), func(t *testing.T) {
			eachVariant(t, variant{}, func(t *testing.T, s *server) {
				interruptOnLog(t, s, refusalLogged[s.name], sent)
				unknown := account{"nobody-here", "nothing to say", nil}
				o := run(t, call{addr: s.port(withTLS), how: withTLS, user: unknown, limit: patience})
				o.want("CRITICAL", "login: "+words)
				o.wantLastPhase("login")
			})
		})
	}
}

// After STAT the answer is known: what happens to QUIT changes nothing.
func TestGoneBeforeQuit(t *testing.T) {
	eachVariant(t, variant{}, func(t *testing.T, s *server) {
		for _, sent := range []syscall.Signal{syscall.SIGSTOP, syscall.SIGKILL} {
			t.Run(sent.String(), func(t *testing.T) {
				addr := interrupt(t, s, "QUIT", sent)
				o := run(t, call{addr: addr, user: alice, how: inPlain})
				o.want("OK", mailbox(aliceMessages, aliceOctets))
				if o.took > patience {
					t.Errorf("took %v", o.took)
				}
			})
		}
	})
}

// All processes stand still: the kernel still accepts connections.
func TestFrozenServer(t *testing.T) {
	eachVariant(t, variant{}, func(t *testing.T, s *server) {
		s.freeze(t)
		o := run(t, call{addr: s.port(inPlain), limit: patience})
		o.want("CRITICAL", `greeting: no answer within 10 s, nor to the start of TLS; restart the server if it hangs, .* \[timeout\]`)
		o = run(t, call{addr: s.port(withTLS), how: withTLS, limit: patience})
		o.want("CRITICAL", `tls: no answer within 10 s, nor a greeting without TLS; restart the server if it hangs, .* \[timeout\]`)
		o = run(t, call{addr: s.port(withTLS), how: withTLS, limit: patience, args: []string{"-t", "10:unknown"}})
		o.want("UNKNOWN", `tls: no answer within 10 s.* \[timeout\]`)
		signal(t, s.Processes(), syscall.SIGCONT)
		wantAlice(check(t, s, withTLS, alice))
	})
}

// The server is gone altogether: only then is the connection refused.
func TestStoppedServer(t *testing.T) {
	t.Parallel()
	s, err := startDovecot(dovecotConfig{})
	if err != nil {
		t.Fatal(err)
	}
	s.Stop()
	o := run(t, call{addr: s.port(inPlain)})
	o.want("CRITICAL", `connect: .*\[refused\]`)
	o = run(t, call{addr: s.port(inPlain), args: []string{"-r", "warning"}})
	o.want("WARNING", `connect: .*\[refused\]`)
}

// wantLastPhase wants a time for the phase that failed, and none for one after it.
func (o *outcome) wantLastPhase(name string) {
	o.t.Helper()
	last := slices.IndexFunc(o.perf, func(m metric) bool { return m.label == "time_"+name })
	later := slices.IndexFunc(o.perf[last+1:], func(m metric) bool { return strings.HasPrefix(m.label, "time_") })
	if last < 0 || later >= 0 {
		o.t.Errorf("%s is not the last phase in %s", name, fmt.Sprint(o.perf))
	}
}
