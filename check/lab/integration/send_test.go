//go:build integration

// The mail that a run sends: Postfix takes it, and Dovecot, which judges its logins, has it in the mailbox.

package integration

import (
	"path/filepath"
	"testing"
)

// A submitter is a Dovecot, a Postfix in front of it, and their user.
type submitter struct {
	t    *testing.T
	mail *server
	smtp *postfix
	user account
	dir  string // --state-dir
}

func newSubmitter(t *testing.T) *submitter {
	user, sasl := account{"reports", "in time", nil}, freePort()
	s := private(t, func() (*server, error) {
		return startDovecot(dovecotConfig{accounts: []account{user}, Extra: saslAt(sasl)})
	})
	p := private(t, func() (*postfix, error) { return startSubmission(s, user, postfixConfig{SASL: sasl}) })
	return &submitter{t, s, p, user, filepath.Join(t.TempDir(), "state")}
}

// send runs a check that sends, over TLS, with more options.
func (b *submitter) send(via string, args ...string) *outcome {
	b.t.Helper()
	return check(b.t, b.mail, withTLS, b.user, append([]string{"--send-via", via, "--send-to", "reports@pop3.test", "--state-dir", b.dir, "--send-every", "0", "-vvv"}, args...)...)
}

func TestSendByPostfix(t *testing.T) {
	b := newSubmitter(t)
	for i, way := range []struct {
		via  string
		args []string
		line string
	}{
		{b.smtp.submission, nil, `^  reports with PLAIN, .*password`},
		{b.smtp.submissions, []string{"--send-tls"}, `^  reports with PLAIN, .*password`},
		{b.smtp.addr, []string{"--send-clear"}, `^  from reports@pop3\.test to reports@pop3\.test`},
	} {
		o := b.send(way.via, way.args...)
		o.want("OK", `\d+ messages?, `)
		o.wantLineLike(way.line)
		o.wantLineLike(`^  accepted: "2\.0\.0 Ok: queued as \w+"`)
		if err := b.smtp.Await(func() bool { return len(b.smtp.mails()) > i }); err != nil {
			t.Fatalf("the mail by %s did not arrive: %v", way.via, err)
		}
	}
}

func TestSendIsRefusedByPostfix(t *testing.T) {
	b := newSubmitter(t)
	wrong := secretFile(t, "wrong", "wrong password\n")
	for name, c := range map[string]struct {
		via         string
		args        []string
		state, line string
	}{
		"wrong password": {b.smtp.submission, []string{"--send-password-file", wrong}, "CRITICAL",
			`send: the submission server refused reports \(PLAIN, .*\); check its password, and that SMTP is allowed \[send\]; the submission server said "535 5\.7\.8 .*; \d+ messages?, `},
		"relay denied": {b.smtp.submission, []string{"--send-clear", "--send-to", "bob@example.net"}, "CRITICAL",
			`send: the submission server refused the recipient; let it relay for this host or user, or correct --send-to \[send\]; the submission server said "[45]54 [45]\.7\.1 <bob@example\.net>: Relay access denied"; `},
		"unknown user": {b.smtp.submission, []string{"--send-to", "nobody@pop3.test"}, "CRITICAL",
			`send: the submission server refused the recipient; correct --send-to, or have the mailbox created \[send\]; the submission server said "550 5\.1\.1 `},
		"greylisting": {b.smtp.submission, []string{"--send-to", "grey@pop3.test"}, "WARNING",
			`send: the submission server refused the recipient for now; the next run tries again; .* \[deferred\]; the submission server said "450 4\.2\.0 <grey@pop3\.test>: Recipient address rejected: `},
		"no STARTTLS": {b.smtp.addr, nil, "CRITICAL", `send: the submission server does not offer STARTTLS; `},
		"no TLS":      {b.smtp.submission, []string{"--send-tls"}, "CRITICAL", `send: the submission server speaks SMTP, not TLS; leave out --send-tls, which is for port 465 \[send\]; `},
		"silence":     {b.smtp.submissions, []string{"--phase-timeout", "send=1s"}, "CRITICAL", `send: no answer within 1 s from 127\.0\.0\.1:\d+, without a greeting; check the port of --send-via: 465 wants --send-tls`},
		"nobody":      {"127.0.0.1:1", nil, "CRITICAL", `send: connection refused by 127\.0\.0\.1:1; see whether it runs, and check the port of --send-via`},
	} {
		t.Run(name, func(t *testing.T) {
			b := *b
			b.t = t
			b.send(c.via, c.args...).want(c.state, c.line)
		})
	}
}
