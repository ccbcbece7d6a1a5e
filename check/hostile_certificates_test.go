package check_test

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"check_pop3x/check/testkit/pop3test"
)

// A password is not printed if it is in a certificate: in a name, the subject
// or the issuer, verified or not.
func TestSecretInCertificate(t *testing.T) {
	secret := "correct-horse-7-battery"
	file := writeSecret(t, "pw", secret)
	for place, certificate := range certificatesWith(secret) {
		for _, trust := range []string{"--insecure", "--sni=localhost"} {
			t.Run(place+" "+trust, func(t *testing.T) {
				t.Parallel()
				o := runAgainst(t, certificate, "-u", "alice", "--password-file", file, trust, "-vvv", "-D", "1000")
				if err := checkHidden(o.stdout, secret); err != nil {
					t.Errorf("%v\n%s", err, o.stdout)
				}
				if err := checkLines(o.stdout, o.code); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// certificatesWith returns certificates that contain the secret.
func certificatesWith(secret string) map[string]tls.Certificate {
	root := pop3test.NewAuthority("pop3test root")
	reversed := encodings(secret)[1]
	return map[string]tls.Certificate{
		"name":        root.Issue(pop3test.Leaf{Names: []string{secret + ".example.org"}}),
		"second name": root.Issue(pop3test.Leaf{Names: []string{"example.org", reversed + ".example.org"}}),
		"subject":     root.Issue(pop3test.Leaf{CommonName: secret, Names: pop3test.Localhost}),
		"issuer":      pop3test.NewAuthority(secret).Issue(pop3test.Leaf{Names: pop3test.Localhost}),
		"expired":     root.Issue(pop3test.Leaf{CommonName: secret, Validity: pop3test.Expired()}),
		"self-signed": pop3test.SelfSigned(pop3test.Leaf{CommonName: "x | " + secret, Names: pop3test.Localhost}),
		"missing":     root.Intermediate(secret).Issue(pop3test.Leaf{Names: pop3test.Localhost, OmitChain: true}),
	}
}

// runAgainst runs the plugin against a server with a certificate.
func runAgainst(t *testing.T, certificate tls.Certificate, args ...string) outcome {
	t.Helper()
	d, err := pop3test.Parse("tls\nS: +OK ready\nC: CAPA\nS: -ERR\nC: USER alice\nS: +OK\nC~ PASS .*\nS: -ERR no\nC?: QUIT\n")
	if err != nil {
		t.Fatal(err)
	}
	player, err := d.Start(pop3test.Options{TLS: pop3test.ServerTLS(certificate)})
	if err != nil {
		t.Fatal(err)
	}
	defer player.Close()
	return run{args: append([]string{"-H", "127.0.0.1", "-p", strconv.Itoa(player.Port()), "--tls"}, args...)}.play(t.TempDir())
}

// Of many names one is shown, in one line.
func TestManyNames(t *testing.T) {
	var names []string
	for i := range 3000 {
		names = append(names, "name-"+strconv.Itoa(i)+".example.org")
	}
	root := pop3test.NewAuthority("pop3test root")
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, root.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	certificate := root.Issue(pop3test.Leaf{Names: names})
	o := runAgainst(t, certificate, "--ca-file", ca)
	if !matches(`^POP3 CRITICAL - tls: the certificate is for name-0\.example\.org and 2999 more, not for 127\.0\.0\.1; .* \[certificate\]`, o.stdout) {
		t.Error(o.stdout)
	}
	checkFlood(t, o, "", false)
	checkFlood(t, runAgainst(t, certificate, "--ca-file", ca, "-vvv"), "", true)
}
