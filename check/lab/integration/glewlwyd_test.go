//go:build integration

// Glewlwyd, a server of access tokens. It is set up over its own interface, as an administrator's browser does it.

package integration

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"check_pop3x/check/lab/integration/debian"
)

// tokenServer is a sandbox with a token server in it.
type tokenServer struct {
	*sandbox
	URL   string
	Port  int
	admin *http.Client // with a session of the administrator
	key   *signingKey  // of its tokens
}

// oauthClient may have tokens by its own name and secret (RFC 6749, section 4.4).
type oauthClient struct{ id, secret string }

// The clients' names are the users', as Glewlwyd puts no other into a token that is for no user.
var (
	daemon  = oauthClient{alice.name, "secret-of-the-daemon"}
	special = oauthClient{bob.name, "a secret of + the & client / 100%"}
)

// notary is a client without a secret: it signs, with the key of the server itself, for the sake of simplicity.
const notary = "signer"

func startGlewlwyd() (*tokenServer, error) {
	box, err := newSandbox("glewlwyd")
	if err != nil {
		return nil, err
	}
	port := freePort()
	g := &tokenServer{sandbox: box, Port: port, URL: fmt.Sprintf("https://127.0.0.1:%d", port), key: newSigningKey()}
	if err := g.bringUp(); err != nil {
		defer g.Stop()
		return nil, fmt.Errorf("glewlwyd: %w; its log:\n%s", err, g.Tail())
	}
	return g, nil
}

func (g *tokenServer) bringUp() error {
	err := errors.Join(g.writeIdentity(nil), g.writeTemplate("glewlwyd.conf", g))
	if err == nil {
		err = g.run()
	}
	if err == nil {
		g.admin, err = newHTTPClient()
	}
	if err == nil {
		err = g.setUp()
	}
	return err
}

// run starts the program with an empty database.
func (g *tokenServer) run() error {
	const command = `sqlite3 glewlwyd.db </usr/share/dbconfig-common/data/glewlwyd/install/sqlite3
exec glewlwyd --config-file=glewlwyd.conf`
	if err := g.Start("glewlwyd", "/bin/sh", "-ec", command); err != nil {
		return err
	}
	return g.Await(func() bool { return accepts(fmt.Sprintf("127.0.0.1:%d", g.Port)) })
}

// setUp makes the plugin that gives tokens, their scope, a user and the clients.
func (g *tokenServer) setUp() error {
	return errors.Join(
		g.post("/api/auth/", object{"username": "admin", "password": "password"}), // as installed
		g.post("/api/mod/plugin/", object{
			"module": "oidc", "name": "oidc", "display_name": "tokens", "parameters": object{
				"iss": g.URL, "jwt-type": "rsa", "jwt-key-size": "256", "key": g.key.private, "cert": g.key.public,
				"access-token-duration": int(tokenLife.Seconds()), "allow-non-oidc": true, "auth-type-client-enabled": true,
				"auth-type-password-enabled": true, "auth-type-refresh-enabled": true, "refresh-token-one-use": "always",
				"auth-type-device-enabled": true, "device-authorization-expiration": 60, "device-authorization-interval": 1,
				"request-parameter-allow": true, "client-pubkey-parameter": "pubkey",
				"introspection-revocation-allowed": true, "introspection-revocation-allow-target-client": true,
			}}),
		g.post("/api/scope/", object{"name": tokenScope, "display_name": "mail"}),
		g.post("/api/user/", object{
			"username": alice.name, "password": alice.password, "name": "Alice", "email": "alice@pop3.test", "enabled": true,
			"scope": []string{tokenScope, "g_profile"},
		}),
		g.admit(daemon.id, object{"client_secret": daemon.secret, "token_endpoint_auth_method": withSecret}),
		g.admit(special.id, object{"client_secret": special.secret, "token_endpoint_auth_method": withSecret}),
		g.admit(notary, object{"pubkey": g.key.public, "token_endpoint_auth_method": []string{"private_key_jwt"}}),
	)
}

// withSecret are the ways to send a client's secret.
var withSecret = []string{"client_secret_basic", "client_secret_post"}

// admit makes a client with what it proves itself by.
func (g *tokenServer) admit(id string, proof object) error {
	client := object{
		"client_id": id, "name": id, "enabled": true, "confidential": true, "scope": []string{tokenScope},
		"authorization_type": []string{"client_credentials", "password", "refresh_token", "device_authorization"},
	}
	maps.Copy(client, proof)
	return g.post("/api/client/", client)
}

// endpoint is where the tokens are.
func (g *tokenServer) endpoint() string { return g.URL + "/api/oidc/token" }

// object is one of JSON.
type object map[string]any

// post sends an object as the administrator and wants it taken.
func (g *tokenServer) post(path string, body object) error {
	return g.send(g.admin, "POST", path, body)
}

func (g *tokenServer) send(session *http.Client, method, path string, body object) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequest(method, g.URL+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := session.Do(request)
	return taken(answer, err, nil)
}

// lend is what the user does in a browser: logs in, allows the client the scope, and enters the code (RFC 8628, section
// 3.3).
func (g *tokenServer) lend(user account, client, code string) error {
	session, err := newHTTPClient()
	if err != nil {
		return err
	}
	err = errors.Join(
		g.send(session, "POST", "/api/auth/", object{"username": user.name, "password": user.password}),
		g.send(session, "PUT", "/api/auth/grant/"+client+"/", object{"scope": tokenScope}),
	)
	if err != nil {
		return err
	}
	session.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // to a page
	answer, err := session.Get(g.URL + "/api/oidc/device?g_continue=true&code=" + url.QueryEscape(code))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if where := answer.Header.Get("Location"); !strings.Contains(where, "deviceComplete") {
		return fmt.Errorf("%s, to %q", answer.Status, where)
	}
	return nil
}

// revoke takes a token back (RFC 7009).
func (g *tokenServer) revoke(token string) error {
	answer, err := g.ask("/api/oidc/revoke", url.Values{"token": {token}})
	return taken(answer, err, nil)
}

// refreshToken is one that the user has allowed to the client.
func (g *tokenServer) refreshToken(user account) (string, error) {
	var given struct {
		Token string `json:"refresh_token"`
	}
	answer, err := g.ask("/api/oidc/token", url.Values{
		"grant_type": {"password"}, "username": {user.name}, "password": {user.password}, "scope": {tokenScope}})
	err = taken(answer, err, &given)
	return given.Token, err
}

// ask sends a form in the name of the client.
func (g *tokenServer) ask(path string, form url.Values) (*http.Response, error) {
	request, err := http.NewRequest("POST", g.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(daemon.id, daemon.secret)
	return g.admin.Do(request)
}

// taken wants a good answer, and reads what is in it.
func taken(answer *http.Response, err error, into any) error {
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", answer.Request.URL.Path, answer.Status, text)
	}
	if err != nil || into == nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// newHTTPClient trusts the authority of the tests and keeps cookies.
func newHTTPClient() (*http.Client, error) {
	roots := x509.NewCertPool()
	roots.AddCert(rootCA.root.cert)
	jar, err := cookiejar.New(nil)
	return &http.Client{
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}},
		Jar:       jar,
		Timeout:   debian.StartTimeout,
	}, err
}
