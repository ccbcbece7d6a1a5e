//go:build integration

// Access tokens from a real token server: Glewlwyd gives one, Dovecot asks it whether the token is good.

package integration

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"check_pop3x/check/testkit/pop3test"
)

// grant is a Dovecot that believes the token server, and a way to both for one test.
type grant struct {
	mail   *server
	server *tokenServer
	relay  *pop3test.Relay // to the token server; it counts
	dir    string          // where the plugin keeps tokens
	client oauthClient
}

// tokens is the token server, and asker the Dovecot that asks it.
var tokens = &lazy[*tokenServer]{start: startGlewlwyd}

var asker = &shared{start: func() (*server, error) {
	g, err := tokens.value()
	if err != nil {
		return nil, err
	}
	return startDovecot(dovecotConfig{versed: true, tokens: g})
}}

func granted(t *testing.T) *grant {
	t.Helper()
	server := tokens.get(t)
	r, err := pop3test.NewRelay("127.0.0.1:0", fmt.Sprintf("127.0.0.1:%d", server.Port), 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return &grant{asker.get(t), server, r, filepath.Join(t.TempDir(), "state"), daemon}
}

// by is the options for client credentials.
func (g *grant) by(t *testing.T, _ call) []string {
	t.Helper()
	return []string{
		"--oauth", fmt.Sprintf("https://%s/api/oidc/token", g.relay.Addr()), "--oauth-ca-file", rootCA.file,
		"--oauth-client-id", g.client.id, "--oauth-client-secret-file", secretFile(t, "client", g.client.secret+"\n"),
		"--oauth-scope", tokenScope, "--state-dir", g.dir,
	}
}

func (g *grant) check(t *testing.T, args ...string) *outcome {
	t.Helper()
	return run(t, call{addr: g.mail.port(withTLS), how: withTLS, user: alice, by: g.by, args: append(args, "-v")})
}

// wantRequests wants the token server to have been asked so often.
func (g *grant) wantRequests(t *testing.T, wanted int64) {
	t.Helper()
	if asked := g.relay.Connections(); asked != wanted {
		t.Errorf("the token server was asked %d times, not %d", asked, wanted)
	}
}

// One token for both mechanisms, and for the runs after the first.
func TestTokenServer(t *testing.T) {
	t.Parallel()
	g := granted(t)
	for auth, used := range map[string]string{"auto": "oauthbearer", "xoauth2": "xoauth2", "oauthbearer": "oauthbearer"} {
		o := g.check(t, "--auth", auth)
		wantAlice(o)
		o.wantLogin(alice.name, used)
		g.wantNoToken(t, o)
	}
	g.wantRequests(t, 1)
}

// A secret of any characters: the header wants them encoded (RFC 6749, section 2.3.1), but Glewlwyd takes it as it stands.
func TestSpecialClientSecret(t *testing.T) {
	t.Parallel()
	g := granted(t)
	g.client = special
	o := g.check(t)
	o.want("CRITICAL", "login: ") // the token is for another user
	if claimed := payload(t, g.token(t))["client_id"]; claimed != special.id {
		t.Errorf("the token is for %v", claimed)
	}
}

// The dialogue has it neither.
func TestTokenInTranscript(t *testing.T) {
	t.Parallel()
	g := granted(t)
	for _, auth := range []string{"xoauth2", "oauthbearer"} {
		o := g.check(t, "--auth", auth, "-vvv")
		wantAlice(o)
		o.wantDialogue("C: AUTH "+strings.ToUpper(auth), "S: +OK Logged in.", "C: STAT")
		g.wantNoToken(t, o)
	}
}

// wantNoToken looks for the token, its signature and the client's secret.
func (g *grant) wantNoToken(t *testing.T, o *outcome) {
	t.Helper()
	token := g.token(t)
	o.wantKept([]string{token, token[strings.LastIndex(token, ".")+1:], g.client.secret})
}

// token is the one that the plugin keeps.
func (g *grant) token(t *testing.T) string {
	t.Helper()
	token, is := g.kept(t)["token"].(string)
	if !is {
		t.Fatal("no token is kept")
	}
	return token
}

// kept is the entry that the plugin keeps; without one it is nil.
func (g *grant) kept(t *testing.T) (entry object) {
	t.Helper()
	if text, err := os.ReadFile(g.entry(t)); err == nil {
		if err := json.Unmarshal(text, &entry); err != nil {
			t.Fatal(err)
		}
	}
	return entry
}

// entry is the file of it, "" without.
func (g *grant) entry(t *testing.T) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(g.dir, "token-*.json"))
	if err != nil || len(names) > 1 {
		t.Fatalf("%q, %v", names, err)
	}
	return strings.Join(names, "")
}

// As many checks at once as a scheduler starts after a restart.
func TestTokenForMany(t *testing.T) {
	t.Parallel()
	g := granted(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { wantAlice(g.check(t)) })
	}
	all.Wait()
	g.wantRequests(t, 1)
}

// A token that was taken back: the server's refusal is final for the run. A token that is not new any more is forgotten.
func TestRevokedToken(t *testing.T) {
	t.Parallel()
	g := granted(t)
	wantAlice(g.check(t))
	if err := g.server.revoke(g.token(t)); err != nil {
		t.Fatal(err)
	}
	const refusal = `login: alice was refused \(OAUTHBEARER.*\[auth\]; the server said "Authentication failed\. .*"`
	g.check(t).want("CRITICAL", refusal)
	if g.kept(t) == nil {
		t.Error("a new token was forgotten")
	}
	g.age(t, 6*time.Minute)
	g.check(t).want("CRITICAL", refusal)
	if g.kept(t) != nil {
		t.Error("an old token is still there")
	}
	g.wantRequests(t, 1)
	wantAlice(g.check(t))
	g.wantRequests(t, 2)
}

// age makes what is kept as old as that.
func (g *grant) age(t *testing.T, by time.Duration) {
	t.Helper()
	text, err := json.Marshal(g.kept(t).with("written", time.Now().Add(-by).Unix()))
	if err == nil {
		err = os.WriteFile(g.entry(t), text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Glewlwyd says no more than 403 to a wrong secret. It is not asked again for a while.
func TestWrongClientSecret(t *testing.T) {
	t.Parallel()
	g := granted(t)
	g.client.secret = "not the & one"
	for range 2 {
		o := g.check(t)
		o.want("UNKNOWN", `token: .* answered 403 Forbidden; check --oauth-client-id.* \[token\]`)
		o.wantPhases("connect", "tls", "greeting", "capa", "token")
		o.wantKept([]string{g.client.secret})
	}
	asked := g.relay.Connections()
	g.check(t)
	g.wantRequests(t, asked)
}

func TestWrongScope(t *testing.T) {
	t.Parallel()
	o := granted(t).check(t, "--oauth-scope", "elsewhere")
	o.want("UNKNOWN", `token: the token server refused the request; .* \[token\]; .* said "scope_invalid`)
}

// The token server's certificate is verified like any other, by an authority of its own.
func TestTokenServerCertificate(t *testing.T) {
	t.Parallel()
	other, err := newAuthority(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	o := granted(t).check(t, "--oauth-ca-file", other.file)
	o.want("UNKNOWN", `token: .*certificate.* \[token\]`)
}

// A token server that is gone, and one that hangs: the mailbox was not tried.
func TestNoTokenServer(t *testing.T) {
	t.Parallel()
	g := granted(t)
	g.relay.Close()
	g.check(t).want("UNKNOWN", `token: https://.* refused the connection.*; look at that server and the way to it, .* \[token\]`)

	hung := private(t, startGlewlwyd)
	hung.freeze(t)
	o := run(t, call{addr: g.mail.port(withTLS), how: withTLS, user: alice, by: g.by,
		args: []string{"--oauth", hung.endpoint(), "--phase-timeout", "token=2s"}})
	o.want("UNKNOWN", `token: no answer within 2 s .*\[token\]`)
}

// What Dovecot finds wrong with a token that it verifies itself.
func TestUnacceptableToken(t *testing.T) {
	t.Parallel()
	s := dovecot.versed.get(t)
	good, stranger := claims(alice.name), newSigningKey()
	for name, token := range map[string]string{
		"expired":  tokenSigner().sign(t, good.with("exp", time.Now().Add(-time.Minute).Unix())),
		"early":    tokenSigner().sign(t, good.with("nbf", time.Now().Add(time.Hour).Unix())),
		"user":     tokenSigner().sign(t, claims(bob.name)),
		"audience": tokenSigner().sign(t, good.with("aud", "another")),
		"issuer":   tokenSigner().sign(t, good.with("iss", "https://elsewhere.test")),
		"scope":    tokenSigner().sign(t, good.with("scope", "calendar")),
		"key":      stranger.sign(t, good),
		"no JWT":   "opaque",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for auth, words := range map[string]string{"xoauth2": "status 401, schemes bearer, scope …", "oauthbearer": `status invalid_token\)`} {
				o := run(t, call{addr: s.port(withTLS), how: withTLS, user: alice, by: thisToken(token), args: []string{"--auth", auth, "-vvv"}})
				o.want("CRITICAL", `login: alice was refused \(`+strings.ToUpper(auth)+`.*\[auth\]; the server said "Authentication failed\. \(`+words+`"`)
				o.wantKept([]string{token})
			}
		})
	}
}
