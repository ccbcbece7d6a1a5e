//go:build integration

// Passwords on connections without TLS: what the plugin does not send, and servers that want TLS first.

package integration

import (
	"slices"
	"strings"
	"testing"
)

// What an unencrypted password needs is not given here: -u alone, by hand.
func TestCleartextNotAllowed(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		heard := listen(t, s)
		for _, auth := range readable(s) {
			o := run(t, call{addr: heard.addr, args: []string{
				"-u", alice.name, "--password-file", passwordFile(t, alice), "--auth", auth}})
			o.want("UNKNOWN", `login: the password would be sent unencrypted; .* \[cleartext\]`)
			o.wantHint("--tls", "--starttls", "--allow-cleartext-login")
		}
		if login := slices.IndexFunc(heard.lines(), isLogin); login >= 0 {
			t.Errorf("a login was sent: %q", heard.lines()[login])
		}
	})
}

// readable are the ways to log in that show the password without TLS. Cyrus has APOP, which auto takes.
func readable(s *server) []string {
	if s.name == "cyrus" {
		return []string{"user", "plain"}
	}
	return []string{"auto", "user", "plain"}
}

// Where the server has a way that shows no password, it is taken: no password is on the wire, and none is needed there.
func TestAutoInClear(t *testing.T) {
	s := cyrus.usual.get(t)
	heard := listen(t, s)
	o := run(t, call{addr: heard.addr, how: inPlain, args: []string{"-u", alice.name, "--password-file", passwordFile(t, alice)}})
	wantAlice(o)
	lines := heard.lines()
	if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, "APOP alice ") }) || slices.ContainsFunc(lines, isLogin) {
		t.Errorf("heard %q", lines)
	}
}

func isLogin(line string) bool {
	return strings.HasPrefix(line, "USER") || strings.HasPrefix(line, "PASS") || strings.HasPrefix(line, "AUTH")
}

// A server that takes no password without TLS says so in words of its own, mostly with USER; the line says what to try,
// and that helps.
func TestTLSRequired(t *testing.T) {
	eachVariant(t, variant{requireTLS: true}, func(t *testing.T, s *server) {
		for _, auth := range readable(s) {
			t.Run(auth, func(t *testing.T) {
				t.Parallel()
				o := check(t, s, inPlain, alice, "--auth", auth)
				o.want("CRITICAL", `login: .+ \[tls-required\]`)
				o.wantHint("--starttls", "--tls")
				wantAlice(check(t, s, withSTLS, alice, "--auth", auth))
				wantAlice(check(t, s, withTLS, alice, "--auth", auth))
			})
		}
	})
}

// Without a login nothing is required.
func TestTLSRequiredWithoutLogin(t *testing.T) {
	eachVariant(t, variant{requireTLS: true}, func(t *testing.T, s *server) {
		check(t, s, inPlain, account{}).want("OK", greetings[s.name])
	})
}
