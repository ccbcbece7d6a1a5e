//go:build integration

// Other ways to an access token than a client's secret.

package integration

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"strings"
	"testing"
)

// A refresh token is good once; the one that comes in its place is kept for the next run (RFC 6749, section 6).
func TestRefreshToken(t *testing.T) {
	t.Parallel()
	g := granted(t)
	first, err := g.server.refreshToken(alice)
	if err != nil {
		t.Fatal(err)
	}
	file := secretFile(t, "refresh", first+"\n")
	for range 2 {
		before := content(t, file)
		wantAlice(g.check(t, "--oauth-refresh-token-file", file))
		if content(t, file) == before {
			t.Error("the refresh token was not replaced")
		}
		g.dir = t.TempDir() // another machine, as it were
	}
	wantAlice(g.check(t, "--oauth-refresh-token-file", file))
	g.dir = t.TempDir()
	o := g.check(t, "--oauth-refresh-token-file", secretFile(t, "used", first+"\n"))
	o.want("UNKNOWN", `token: .* \[token\]`)
	o.wantKept([]string{first})
}

func content(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// A client that signs what it asks for (RFC 7523, section 2.2).
func TestSignedRequest(t *testing.T) {
	t.Parallel()
	g := granted(t)
	by := func(t *testing.T, _ call) []string {
		return []string{
			"--oauth", g.server.endpoint(), "--oauth-ca-file", rootCA.file, "--oauth-client-id", notary, "--oauth-scope", tokenScope,
			"--oauth-key-file", secretFile(t, "key", g.server.key.private), "--oauth-cert-file", secretFile(t, "cert", g.server.key.certificate(t)),
			"--state-dir", g.dir,
		}
	}
	there := call{addr: g.mail.port(withTLS), how: withTLS, user: alice, by: by}
	run(t, there).want("CRITICAL", "login: ") // the token is for another user
	if claimed := payload(t, g.token(t))["client_id"]; claimed != notary {
		t.Errorf("the token is for %v", claimed)
	}
	stranger := newSigningKey()
	there.args = []string{"--oauth-key-file", secretFile(t, "key", stranger.private), "--oauth-cert-file", secretFile(t, "cert", stranger.certificate(t))}
	run(t, there).want("UNKNOWN", `token: .* \[token\]`)
}

// certificate is one for the key, by itself.
func (k *signingKey) certificate(t *testing.T) string {
	t.Helper()
	template := caTemplate("a key that signs")
	template.SerialNumber = big.NewInt(1)
	der, err := x509.CreateCertificate(rand.Reader, template, template, k.key.Public(), k.key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}
