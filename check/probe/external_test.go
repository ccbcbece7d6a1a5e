package probe

import (
	"context"
	"crypto/tls"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/resolve"
	"check_pop3x/check/testkit/pop3test"
	"check_pop3x/check/transport"
	"check_pop3x/check/trust"
)

const asksCAPA = `tls
S: +OK ready
C: CAPA
S: +OK
S: SASL PLAIN EXTERNAL
S: .
`

const statAndQuit = `C: STAT
S: +OK 5 18067
C: QUIT
S: +OK
`

// play runs a check with a client certificate against a server that asks for one.
func play(t *testing.T, dialogue string, change func(*Plan)) *report.Report {
	t.Helper()
	d, err := pop3test.Parse(dialogue)
	if err != nil {
		t.Fatal(err)
	}
	root := pop3test.NewAuthority("pop3test root")
	config := pop3test.ServerTLS(root.Issue(pop3test.Leaf{Names: pop3test.Localhost}))
	config.ClientAuth = tls.RequireAnyClientCert
	player, err := d.Start(pop3test.Options{TLS: config})
	if err != nil {
		t.Fatal(err)
	}
	client := root.Issue(pop3test.Leaf{Names: []string{"alice.example.org"}})
	plan := Plan{
		Target:  report.Target{Host: "127.0.0.1", Port: uint16(player.Port()), Security: report.TLSFirst},
		Family:  resolve.Any,
		TLS:     transport.TLS{Policy: trust.Policy{Insecure: true}, Client: &client},
		Started: time.Now(), Budget: 10 * time.Second, LoginPlan: LoginPlan{Auth: AuthAuto},
	}
	change(&plan)
	r := Run(context.Background(), &plan)
	if err := player.Finish(); err != nil {
		t.Error(err)
	}
	return r
}

// A certificate logs in with the typed name or without one, to the typed mailbox or
// the certificate's own.
func TestExternal(t *testing.T) {
	for name, s := range map[string]struct {
		change  func(*Plan)
		command string
	}{
		"by itself, with a name":     {func(p *Plan) { p.User = "alice" }, "AUTH EXTERNAL YWxpY2U="},
		"named, without a name":      {func(p *Plan) { p.Auth = AuthExternal }, "AUTH EXTERNAL ="},
		"for another mailbox":        {func(p *Plan) { p.Auth, p.Authzid = AuthExternal, "bob" }, "AUTH EXTERNAL Ym9i"},
		"by itself, another mailbox": {func(p *Plan) { p.User, p.Authzid = "alice", "bob" }, "AUTH EXTERNAL Ym9i"},
		"a password comes first": {func(p *Plan) {
			p.User, p.Secret = "alice", credential.Text("test", "secret")
		}, "AUTH PLAIN AGFsaWNlAHNlY3JldA=="},
	} {
		r := play(t, asksCAPA+"C: "+s.command+"\nS: +OK\n"+statAndQuit, s.change)
		if !r.Complete || r.Mailbox == nil || r.Login == nil || !strings.Contains(s.command, r.Login.Mechanism) {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// Without a name there is no login unless EXTERNAL is asked for.
func TestACertificateAloneIsNoLogin(t *testing.T) {
	r := play(t, asksCAPA+"C: QUIT\nS: +OK\n", func(*Plan) {})
	if !r.Complete || r.Login != nil {
		t.Errorf("%+v", r)
	}
}

// A certificate is refused like a password.
func TestExternalRefused(t *testing.T) {
	r := play(t, asksCAPA+"C: AUTH EXTERNAL =\nS: -ERR [AUTH] Authentication failed.\nC: QUIT\n", func(p *Plan) { p.Auth = AuthExternal })
	if len(r.Findings) != 1 || r.Findings[0].Fault.Kind != fault.Auth || r.Findings[0].Fault.Said != "Authentication failed." || r.Login.Source != "" {
		t.Errorf("%+v", r.Findings)
	}
}

// TLS 1.3 has no tls-unique, so that there is no login with it.
func TestNothingToBindTo(t *testing.T) {
	r := play(t, strings.Replace(asksCAPA, "EXTERNAL", "SCRAM-SHA-1-PLUS", 1)+"C: QUIT\n", func(p *Plan) {
		p.User, p.Secret = "alice", credential.Text("test", "secret")
		p.Auth, p.Binding = "scram-sha-1-plus", transport.TLSUnique
	})
	if len(r.Findings) != 1 || r.Findings[0].Fault.Kind != fault.Mechanism || r.Findings[0].Fault.Text != "this TLS session has no tls-unique to bind the login to" {
		t.Errorf("%+v", r.Findings)
	}
}
