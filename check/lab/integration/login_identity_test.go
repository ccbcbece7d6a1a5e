//go:build integration

// Whose mailbox is opened: a user's own, or another's whom the server allows it to; with a certificate, the one that the
// server finds in it.

package integration

import (
	"strings"
	"testing"
)

// The steward's secret opens alice's mailbox.
func TestAuthzid(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		software *software
		auth     string
		by       proof
	}{
		{dovecot, "plain", byPassword},
		{dovecot, "external", byCertificate},
		{cyrus, "plain", byPassword},
		{cyrus, "external", byCertificate},
	} {
		t.Run(c.software.name+"-"+c.auth, func(t *testing.T) {
			t.Parallel()
			s := c.software.versed.get(t)
			for _, how := range secured {
				there := call{addr: s.port(how), how: how, user: steward, by: c.by, args: []string{"--auth", c.auth, "--authzid", alice.name}}
				wantAlice(run(t, there))
				there.user = bob
				run(t, there).want("CRITICAL", `login: .*\[auth\]; the server said ".+"`)
			}
		})
	}
}

// A token that is good for alice, in the name of another (RFC 7628, section 3.1).
func TestAuthzidOfToken(t *testing.T) {
	t.Parallel()
	s := dovecot.versed.get(t)
	by := proof(byToken).of(alice)
	there := call{addr: s.port(withTLS), how: withTLS, user: steward, by: by, args: []string{"--auth", "oauthbearer", "--authzid", alice.name}}
	wantAlice(run(t, there))
	there.args = []string{"--auth", "oauthbearer"}
	run(t, there).want("CRITICAL", `login: .* \[auth\]`)
}

// Without a name the server takes the one in the certificate.
func TestExternalWithoutName(t *testing.T) {
	eachSoftware(t, func(t *testing.T, one *software) {
		s := one.versed.get(t)
		for _, how := range secured {
			args := append(byCertificate(t, call{user: alice}), "--auth", "external", "-v")
			o := run(t, call{addr: s.port(how), how: how, args: args})
			wantAlice(o)
			o.wantDialogue("with EXTERNAL")
		}
	})
}

// strangers are the servers' words to a certificate of an authority that they do not know. Dovecot forgets it, the others
// break off, which reaches the client after its part of the handshake.
var strangers = map[string]string{
	"dovecot": `login: alice was refused \(EXTERNAL.*\[auth\]; the server said "Authentication failed\."`,
	"courier": `(stls|greeting): (the server closed the connection|the connection was reset) .*; it may not accept the client certificate: .* \[closed\]`,
	"cyrus":   `(stls|greeting): .*client certificate.* \[tls\]`,
	"nginx":   `(stls|greeting): .*; it may not accept the client certificate: .* \[[a-z]+\]; the server said "SSL certificate error"`,
}

func TestForeignCertificate(t *testing.T) {
	other, err := newAuthority(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	id, err := other.issueClient(alice.name)
	if err != nil {
		t.Fatal(err)
	}
	eachSoftware(t, func(t *testing.T, one *software) {
		s := one.versed.get(t)
		for _, how := range secured {
			o := run(t, call{addr: s.port(how), how: how, user: alice, by: thisCertificate(id), args: []string{"--auth", "external"}})
			o.want("CRITICAL", strangers[one.name])
		}
	})
}

// Characters beyond ASCII in each mechanism that has a password.
func TestForeignPassword(t *testing.T) {
	eachLogin(t, func(t *testing.T, s *server, l login) {
		if l.auth == "external" || strings.Contains(l.auth, "oauth") {
			return
		}
		o := l.logIn(t, s, withTLS, foreign)
		if s.name == "cyrus" && l.auth == "ntlm" { // Cyrus SASL takes each octet of the password for a character
			o.want("CRITICAL", `login: foreign was refused \(NTLM, `)
			return
		}
		o.want("OK", mailbox(0, 0))
	})
}

// A server that wants a certificate from everybody, besides the password.
func TestRequiredCertificate(t *testing.T) {
	t.Parallel()
	s := private(t, func() (*server, error) {
		return startDovecot(dovecotConfig{versed: true, Extra: "auth_ssl_require_client_cert = yes\n"})
	})
	both := func(t *testing.T, c call) []string {
		return append(byPassword(t, c), byCertificate(t, c)...)
	}
	for _, how := range secured {
		wantAlice(run(t, call{addr: s.port(how), how: how, user: alice, by: both}))
		check(t, s, how, alice).want("CRITICAL", `login: alice was refused \(PLAIN.*\[auth\]; the server said "Client didn't present valid SSL certificate"`)
	}
}
