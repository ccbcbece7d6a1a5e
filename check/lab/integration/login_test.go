//go:build integration

// Every way to log in, at every server that has it.

package integration

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// login is one way, as the plugin is told it.
type login struct {
	auth  string // --auth; -v says it in capitals
	ways  []way  // where the server offers it
	by    proof
	words string // the server's for a proof that is wrong
	args  []string
}

// secured are the ways that keep a secret from others.
var secured = []way{withSTLS, withTLS}

// uniquely is what Cyrus binds to, which TLS 1.3 does not have.
var uniquely = []string{"--channel-binding", "tls-unique"}

// logins are those of each server that has all of them switched on.
var logins = map[string][]login{
	"dovecot": {
		{"user", ways, byPassword, "Authentication failed.", nil},
		{"apop", ways, byChallenge, "Authentication failed.", nil},
		{"plain", ways, byPassword, "Authentication failed.", nil},
		{"login", ways, byPassword, "Authentication failed.", nil},
		{"cram-md5", ways, byChallenge, "Authentication failed.", nil},
		{"scram-sha-1", ways, byChallenge, "Authentication failed.", nil},
		{"scram-sha-256", ways, byChallenge, "Authentication failed.", nil},
		{"external", secured, byCertificate, "Authentication failed.", nil},
		{"xoauth2", ways, byToken, "Authentication failed. (status 401, schemes bearer, scope …", nil},
		{"oauthbearer", ways, byToken, "Authentication failed. (status invalid_token)", nil},
	},
	"courier": {
		{"user", ways, byPassword, "Login failed.", nil},
		{"plain", ways, byPassword, "Authentication failed.", nil},
		{"login", ways, byPassword, "Authentication failed.", nil},
		{"cram-md5", ways, byChallenge, "Authentication failed.", nil},
		{"external", secured, byCertificate, "Authentication failed.", nil},
	},
	"cyrus": {
		{"user", ways, byPassword, "Invalid login", nil},
		{"apop", ways, byChallenge, "authenticating: authentication failure", nil},
		{"plain", ways, byPassword, "authenticating: authentication failure", nil},
		{"login", ways, byPassword, "authenticating: authentication failure", nil},
		{"cram-md5", ways, byChallenge, "authenticating: authentication failure", nil},
		{"scram-sha-1", ways, byChallenge, "authenticating: authentication failure", nil},
		{"scram-sha-256", ways, byChallenge, "authenticating: authentication failure", nil},
		{"scram-sha-1-plus", secured, byChallenge, "authenticating: authentication failure", uniquely},
		{"scram-sha-256-plus", secured, byChallenge, "authenticating: authentication failure", uniquely},
		{"ntlm", ways, byPassword, "authenticating: authentication failure", nil},
		{"external", secured, byCertificate, "authenticating: authentication failure", nil},
	},
	"nginx": {
		{"user", ways, byPassword, "Invalid login or password", nil},
		{"apop", ways, byChallenge, "Invalid login or password", nil},
		{"plain", ways, byPassword, "Invalid login or password", nil},
		{"login", ways, byPassword, "Invalid login or password", nil},
		{"cram-md5", ways, byChallenge, "Invalid login or password", nil},
		{"external", secured, byCertificate, "Invalid login or password", nil},
	},
}

// eachLogin runs a test with each way to log in of each server.
func eachLogin(t *testing.T, test func(*testing.T, *server, login)) {
	eachSoftware(t, func(t *testing.T, one *software) {
		s := one.versed.get(t)
		for _, l := range logins[one.name] {
			t.Run(l.auth, func(t *testing.T) {
				t.Parallel()
				test(t, s, l)
			})
		}
	})
}

// logIn runs the plugin with it.
func (l login) logIn(t *testing.T, s *server, how way, user account, args ...string) *outcome {
	t.Helper()
	args = append(append([]string{"--auth", l.auth}, l.args...), args...)
	return run(t, call{addr: s.port(how), how: how, user: user, by: l.by, args: args})
}

func TestLogin(t *testing.T) {
	eachLogin(t, func(t *testing.T, s *server, l login) {
		for _, how := range l.ways {
			o := l.logIn(t, s, how, alice, "-v")
			wantAlice(o)
			o.wantLogin(alice.name, l.auth)
		}
	})
}

// wantLogin wants -v to say who has logged in, and how.
func (o *outcome) wantLogin(user, auth string) {
	o.t.Helper()
	form := regexp.MustCompile(`^ +` + user + ` with ` + strings.ToUpper(auth) + `(,|$)`)
	if !slices.ContainsFunc(o.lines, form.MatchString) {
		o.t.Errorf("no line %s in:\n%s", form, strings.Join(o.lines, "\n"))
	}
}

// mallory is nobody whom a server knows.
var mallory = account{"mallory", "wrong horse", nil}

// Another's secret, certificate or token. It is tried once, with nothing else, and the dialogue keeps it back as well.
func TestWrongProof(t *testing.T) {
	eachLogin(t, func(t *testing.T, s *server, l login) {
		how := l.ways[0]
		heard := listen(t, s)
		o := run(t, call{addr: heard.addr, how: how, by: l.by.of(mallory), user: account{alice.name, mallory.password, nil},
			args: append([]string{"--auth", l.auth, "-vvv"}, l.args...)})
		o.want("CRITICAL", `login: alice was refused \(`+strings.ToUpper(l.auth)+`.*\[auth\]; the server said "`+regexp.QuoteMeta(l.words[:min(len(l.words), 50)]))
		o.wantPhases(without(o.phases(), "stat", "quit")...)
		if how == inPlain {
			o.wantKept(heard.proofs(t))
		}
	})
}
