//go:build integration

// TLS where it is not expected, and the other way round; certificates that must not be accepted.

package integration

import (
	"regexp"
	"testing"
	"time"
)

// A TLS port stays silent until the client speaks TLS.
func TestPlainToTLSPort(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		o := run(t, call{addr: s.port(withTLS), how: inPlain, limit: 2 * time.Second})
		o.want("CRITICAL", `greeting: .*\[(timeout|greeting)\]`)
		o.wantHint("--tls")
		o.wantPhases("connect", "greeting")
	})
}

func TestTLSToPlainPort(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		o := run(t, call{addr: s.port(inPlain), how: withTLS})
		o.want("CRITICAL", `tls: .*\[tls\]`)
		o.wantHint("--starttls")
		o.wantPhases("connect", "tls")
	})
}

// protections are the ways that have a certificate, as options without --ca-file, and the phase that judges it.
var protections = []struct {
	how           way
	option, phase string
}{
	{withSTLS, "--starttls", "stls"},
	{withTLS, "--tls", "tls"},
}

// The authority is a private one: without --ca-file nobody knows it.
func TestUnknownAuthority(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		for _, p := range protections {
			o := run(t, call{addr: s.port(p.how), args: []string{p.option}})
			o.want("CRITICAL", p.phase+`: .*\[certificate\]`)
			o.wantHint("--ca-file")
			o = run(t, call{addr: s.port(p.how), args: []string{p.option, "--insecure"}})
			o.want("OK", greetings[s.name])
		}
	})
}

func TestWrongName(t *testing.T) {
	const name = "mail.example.test"
	eachVariant(t, variant{identity: issued(t, name)}, func(t *testing.T, s *server) {
		for _, p := range protections {
			o := check(t, s, p.how, alice)
			o.want("CRITICAL", p.phase+`: .*`+regexp.QuoteMeta(name)+`.* \[certificate\]`)
			o.wantHint("-H and --sni")
			wantAlice(check(t, s, p.how, alice, "--sni", name))
		}
	})
}

// The intermediate is the server's to send: a root alone does not lead to the server's certificate.
func TestMissingIntermediate(t *testing.T) {
	lonely := issued(t, "localhost", "127.0.0.1")
	lonely.chain = lonely.leaf
	eachVariant(t, variant{identity: lonely}, func(t *testing.T, s *server) {
		for _, p := range protections {
			o := check(t, s, p.how, account{})
			o.want("CRITICAL", p.phase+`: .*\[certificate\]`)
			o.wantHint("the full chain")
		}
	})
}

func issued(t *testing.T, names ...string) *identity {
	t.Helper()
	id, err := rootCA.issue(names...)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// A server that has TLS on neither port: STLS is not offered, and the line says what else to do.
func TestNoSTLS(t *testing.T) {
	t.Parallel()
	s := private(t, func() (*server, error) { return startDovecot(dovecotConfig{SSL: "no"}) })
	o := run(t, call{addr: s.port(inPlain), how: withSTLS, user: alice})
	o.want("CRITICAL", `stls: the server does not offer STLS; .* \[stls\]`)
	o.wantHint("--tls", "enable STLS")
	wantAlice(check(t, s, inPlain, alice))
}
