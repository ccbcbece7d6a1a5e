//go:build integration

// stunnel in front of Dovecot: old versions of TLS, and client certificates that it demands in the handshake.

package integration

import (
	"errors"
	"fmt"
	"testing"

	"check_pop3x/check/testkit/pop3test"
)

func stunnelCases(t *testing.T) []*tlsCase {
	t.Helper()
	const (
		tls10, tls11, tls12 = "sslVersionMin = TLSv1\nsslVersionMax = TLSv1\nsecurityLevel = 0\n", "sslVersionMax = TLSv1.1\nsecurityLevel = 0\n", "sslVersionMax = TLSv1.2\n"
		other               = `CRITICAL - {phase}: the server speaks only versions older than TLS 1.2 (alert protocol_version); upgrade the server, or allow an older version with --tls-min [tls]`
		demand              = "requireCert = yes\nverifyChain = yes\nCAfile = authority.pem\n"
	)
	const rsa = `WARNING - {phase}: the server's best cipher suite is TLS_RSA_WITH_AES_256_GCM_SHA384, which clients are giving up; enable ECDHE with AES-GCM there [tls-legacy]`
	const dhe = `CRITICAL - {phase}: the server and this check cannot agree on encryption (alert handshake_failure); enable ECDHE with AES-GCM there, DHE or 3DES is not enough [tls]`
	known, unknown := clientFiles(t)
	return []*tlsCase{
		{name: "TLS 1.0", conf: tls10, line: other},
		{name: "TLS 1.0, allowed", conf: tls10, args: args("--tls-min=1.0"), line: ready, days: "60"},
		{name: "TLS 1.1", conf: tls11, line: other},
		{name: "TLS 1.1, allowed", conf: tls11, args: args("--tls-min=1.1", "-v"), line: ready, also: "TLS 1.1, ", days: "60"},
		{name: "TLS 1.2", conf: tls12, args: args("-v"), line: ready, also: "TLS 1.2, ", days: "60"},
		{name: "TLS 1.3", args: args("-v"), line: ready, also: "TLS 1.3, ", days: "60"},
		{name: "all that is asked for", conf: tls12 + "ciphers = ECDHE+AESGCM\n", args: args("--tls-warn-without=fs,aead"), line: ready, days: "60"},
		{name: "no post-quantum key exchange", conf: "curves = X25519\n", args: args("--tls-warn-without=pq,fs,aead"), days: "60",
			line: `WARNING - {phase}: the handshake has no post-quantum key exchange; enable X25519MLKEM768 there (OpenSSL 3.5) [tls-policy]`},
		{name: "CBC only", conf: tls12 + "ciphers = ECDHE-RSA-AES128-SHA\n", args: args("--tls-warn-without=aead"), days: "60",
			line: `WARNING - {phase}: the handshake has no AEAD cipher; prefer AES-GCM or ChaCha20-Poly1305 there [tls-policy]`},
		{name: "RSA key exchange only", conf: tls12 + "ciphers = AES256-GCM-SHA384\n", line: rsa, days: "60"},
		{name: "DHE only", conf: tls12 + "ciphers = DHE-RSA-AES256-GCM-SHA384\n", line: dhe, differs: both("it has DHE")},
		{name: "no client certificate", conf: demand, days: "60",
			line: `CRITICAL - {after}: the server wants a client certificate (alert certificate_required); give it one with --client-cert FILE [tls]`},
		{name: "no client certificate, TLS 1.2", conf: demand + tls12, days: "60",
			line: `CRITICAL - {phase}: the server wants a client certificate (alert handshake_failure); give it one with --client-cert FILE [tls]`},
		{name: "an unknown client certificate", conf: demand, args: args("--client-cert=" + unknown), days: "60",
			line: `CRITICAL - {after}: the server refuses the client certificate of "alice" (alert unknown_ca); have the server trust its issuer, or use another one [tls]`},
		{name: "an unknown client certificate, TLS 1.2", conf: demand + tls12, args: args("--client-cert=" + unknown), days: "60",
			line: `CRITICAL - {phase}: the server refuses the client certificate of "alice" (alert unknown_ca); have the server trust its issuer, or use another one [tls]`},
		{name: "a client certificate", conf: demand, args: args("--client-cert=" + known), line: ready, days: "60"},
		{name: "a client certificate, TLS 1.2", conf: demand + tls12, args: args("--client-cert=" + known), line: ready, days: "60"},
	}
}

// clientFiles are certificates of a client with their keys, of an authority that the server knows, and of another.
func clientFiles(t *testing.T) (known, unknown string) {
	t.Helper()
	r, err := ours()
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, authority := range []*pop3test.Authority{r.issuer, r.stranger} {
		chain, key := pop3test.PEM(authority.Issue(pop3test.Leaf{CommonName: alice.name}))
		paths = append(paths, secretFile(t, "client.pem", string(chain)+string(key)))
	}
	return paths[0], paths[1]
}

// startStunnel starts one with two services for each case: STLS on the plain port, where it speaks POP3 itself, and TLS.
func startStunnel(cases []*tlsCase) (*server, error) {
	backend, err := dovecot.usual.value()
	if err != nil {
		return nil, err
	}
	return launch("stunnel", place(cases, "127.0.20")[0], func(s *server) error {
		r, err := ours()
		err = errors.Join(err, serve(cases, s))
		config := "foreground = yes\npid =\nsyslog = no\n"
		for _, c := range cases {
			for port, more := range map[int]string{s.ports.TLS: "", s.ports.Plain: "protocol = pop3\n"} {
				config += fmt.Sprintf("[%s:%d]\naccept = %[1]s:%d\nconnect = %s\ncert = %s\nkey = %s\n%s%s",
					c.host, port, backend.port(inPlain), c.file(".pem"), c.file(".key"), c.conf, more)
			}
		}
		return errors.Join(err, s.Write("authority.pem", string(r.root.PEM()), 0o644), s.Write("stunnel.conf", config, 0o644))
	}, "sh", "-c", `exec stunnel4 "$PWD/stunnel.conf"`)
}
