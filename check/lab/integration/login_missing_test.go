//go:build integration

// Ways to log in that a server does not have, or not as it should.

package integration

import (
	"slices"
	"strings"
	"testing"
)

// What is not offered is not tried, and the line says what is.
func TestNotOffered(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		software *software
		auth     string
	}{
		{courier, "apop"}, {courier, "scram-sha-256"}, {nginx, "scram-sha-1"}, {dovecot, "scram-sha-1-plus"}, {cyrus, "xoauth2"},
	} {
		t.Run(c.software.name+"-"+c.auth, func(t *testing.T) {
			t.Parallel()
			s := c.software.versed.get(t)
			by := proof(byPassword)
			if c.auth == "xoauth2" {
				by = byToken
			}
			o := run(t, call{addr: s.port(withTLS), how: withTLS, user: alice, by: by, args: []string{"--auth", c.auth, "-vvv"}})
			o.want("CRITICAL", `login: the server does not offer `+strings.ToUpper(c.auth)+`.* \[mechanism\]`)
			o.wantHint("PLAIN")
			if slices.ContainsFunc(o.lines, func(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), "C: AUTH") }) {
				t.Errorf("a login was tried:\n%s", strings.Join(o.lines, "\n"))
			}
		})
	}
}

// Too few iterations make a password easy to guess for whoever listens (RFC 7677, section 4).
func TestFewIterations(t *testing.T) {
	t.Parallel()
	s := private(t, func() (*server, error) {
		return startCyrus(cyrusConfig{Versed: true, Extra: "sasl_scram_iteration_counter: 1000\n"})
	})
	few := []string{"--auth", "scram-sha-256"}
	o := check(t, s, withTLS, alice, few...)
	o.want("CRITICAL", `login: .*1,?000 .* \[mechanism\]`)
	o.wantHint("--scram-min-iterations")
	wantAlice(check(t, s, withTLS, alice, append(few, "--scram-min-iterations", "1000")...))
}
