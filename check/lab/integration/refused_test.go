//go:build integration

// Logins that the server refuses: its own words are shown, and the kind says why.

package integration

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// refusals are the servers' words for a wrong password, by the mechanism. A code that the kind says as well is left out.
var refusals = map[string]map[string]string{
	"dovecot": {"USER": "Authentication failed.", "PLAIN": "Authentication failed."},
	"courier": {"USER": "Login failed.", "PLAIN": "Authentication failed."},
	"cyrus":   {"USER": "Invalid login", "PLAIN": "authenticating: authentication failure"},
	"nginx":   {"USER": "Invalid login or password", "PLAIN": "Invalid login or password"},
}

// A server must not tell a wrong password from an unknown user; nor does the line.
func TestRefusedLogin(t *testing.T) {
	wrong := account{alice.name, "wrong horse", nil}
	unknown := account{"nobody-here", alice.password, nil}
	eachServer(t, func(t *testing.T, s *server) {
		for mechanism, words := range refusals[s.name] {
			for _, user := range []account{wrong, unknown} {
				t.Run(mechanism+"-"+user.name, func(t *testing.T) {
					t.Parallel()
					o := check(t, s, withTLS, user, "--auth", strings.ToLower(mechanism))
					o.want("CRITICAL", `login: `+user.name+` was refused \(`+mechanism+`.*\[auth\]; the server said "`+regexp.QuoteMeta(words)+`"`)
					o.wantPhases("connect", "tls", "greeting", "capa", "login")
				})
			}
		}
	})
}

// Response codes tell refusals apart. The kind says what a known one says, an unknown one stays in the quote.
func TestResponseCodes(t *testing.T) {
	t.Parallel()
	s := nginx.usual.get(t)
	for user, wanted := range map[string]struct{ state, words, kind string }{
		"closed":   {"CRITICAL", "[X-MAINTENANCE] back at noon", "temporary"},
		"hasty":    {"WARNING", "once in five minutes", "login-delay"},
		"detached": {"CRITICAL", "the directory is down", "temporary"},
		"deleted":  {"CRITICAL", "the mailbox is gone", "permanent"},
		"reading":  {"WARNING", "by your telephone", "in-use"},
	} {
		o := check(t, s, withTLS, account{user, "whatever it is", nil})
		o.want(wanted.state, `login: .*`+user+`.* \[`+wanted.kind+`\]; the server said "`+regexp.QuoteMeta(wanted.words)+`"`)
	}
}

// The state is the user's to choose.
func TestRefusedLoginAsWarning(t *testing.T) {
	t.Parallel()
	wrong := account{bob.name, "wrong staple", nil}
	o := check(t, dovecot.usual.get(t), withSTLS, wrong, "--state", "auth=warning")
	o.want("WARNING", `login: bob was refused \(PLAIN.*\[auth\]; the server said "Authentication failed\."`)
}

// Dovecot delays every login of an address that gave wrong passwords, right ones as well.
func TestPenalty(t *testing.T) {
	t.Parallel()
	s := private(t, func() (*server, error) { return startDovecot(dovecotConfig{Penalty: true}) })
	for _, guess := range []string{"wrong horse", "dead horse"} {
		o := run(t, call{addr: s.port(withTLS), how: withTLS, user: account{"alice", guess, nil}, limit: penalty})
		o.want("CRITICAL", `login: .*; the server said "Authentication failed\."`)
	}
	o := run(t, call{addr: s.port(withTLS), how: withTLS, user: bob, limit: 15 * time.Second, args: args("--phase-timeout", "login=2s")})
	o.want("CRITICAL", `login: no answer within 2 s.* \[timeout\]`)
	o.wantHint("-t ")
	o = run(t, call{addr: s.port(withTLS), how: withTLS, user: bob, limit: penalty})
	o.want("OK", mailbox(0, 0))
}

// penalty is longer than Dovecot ever lets a login wait.
const penalty = 2 * defaultLimit

// +OK to the password is not yet a mailbox: Dovecot then says unasked that it cannot open it. nginx passes it on.
func TestBrokenMailbox(t *testing.T) {
	t.Parallel()
	for _, one := range []*software{dovecot, nginx} {
		for _, how := range ways {
			t.Run(one.name+"-"+string(how), func(t *testing.T) {
				t.Parallel()
				o := check(t, one.usual.get(t), how, broken)
				o.want("CRITICAL", `stat: .* \[temporary\]; the server said "Internal error occurred\.[^"]*"`)
			})
		}
	}
}

// Courier has no code for it, and ends the line with a bare LF.
func TestMissingMaildir(t *testing.T) {
	t.Parallel()
	s := private(t, func() (*server, error) { return startCourier(courierConfig{}) })
	if err := os.RemoveAll(filepath.Join(s.Dir, "mail", bob.name, "Maildir")); err != nil {
		t.Fatal(err)
	}
	for _, how := range ways {
		o := check(t, s, how, bob)
		o.want("CRITICAL", `login: .*bob.*; the server said "chdir Maildir failed"`)
	}
}

// A proxy whose backend is down greets all the same: only a login tells.
func TestDeadBackend(t *testing.T) {
	t.Parallel()
	s := nginx.usual.get(t)
	check(t, s, withTLS, account{}).want("OK", greetings["nginx"])
	o := check(t, s, withTLS, stranded)
	o.want("CRITICAL", `login: .*stranded.*; the server said "internal server error"`)
}
