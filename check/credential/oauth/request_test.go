package oauth

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"check_pop3x/check/fault"
)

func sum256(text string) [32]byte { return sha256.Sum256([]byte(text)) }

func unbase64(t *testing.T, text string) []byte {
	t.Helper()
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Each grant, as sent.
func TestRequests(t *testing.T) {
	const ok = "S: 200 application/json\nS: " + `{"access_token":"t0ken","token_type":"bearer","expires_in":3600}` + "\n"
	for name, c := range map[string]struct {
		exchanges string
		change    func(*Request)
	}{
		"client credentials, the secret in the header": {`C: POST /token
C: Authorization: Basic YXBwOnMzY3JldCUyQiUyRit3b3Jk
C: Content-Type: application/x-www-form-urlencoded
C: 
C: grant_type=client_credentials
` + ok, func(r *Request) {}},
		"in the body, with a scope": {`C: POST /token
C: Authorization: 
C: 
C: client_id=app&client_secret=s3cret%2B%2F+word&grant_type=client_credentials&scope=a+b%2F.default
` + ok, func(r *Request) { r.InBody, r.AppScope = true, "a b/.default" }},
		"a scope of one's own": {`C: POST /token
C: 
C: grant_type=client_credentials&scope=pop
` + ok, func(r *Request) { r.AppScope, r.Scope = "usual", "pop" }},
		"refresh token, public client": {`C: POST /token
C: Authorization: 
C: 
C: client_id=app&grant_type=refresh_token&refresh_token=r3fresh-0ld
` + ok, func(r *Request) {
			r.SecretFile, r.AppScope, r.RefreshFile = "", "usual", put(t, "refresh", oldRefresh+"\n")
		}},
		"refresh token, with a secret and a scope": {`C: POST /token
C: Authorization: Basic YXBwOnMzY3JldCUyQiUyRit3b3Jk
C: 
C: grant_type=refresh_token&refresh_token=r3fresh-0ld&scope=pop
` + ok, func(r *Request) { r.Scope, r.RefreshFile = "pop", put(t, "refresh", oldRefresh+"\r\n") }},
		"a server that takes the secret in the body only": {`C: POST /token
C: Authorization: Basic YXBwOnMzY3JldCUyQiUyRit3b3Jk
C: 
C: grant_type=client_credentials
S: 400 application/json
S: {"error":"invalid_client"}
C: POST /token
C: Authorization: 
C: 
C: client_id=app&client_secret=s3cret%2B%2F+word&grant_type=client_credentials
` + ok, func(r *Request) {}},
		"a server that says 403 to a secret in the header, and no more": {`C: POST /token
C: Authorization: Basic YXBwOnMzY3JldCUyQiUyRit3b3Jk
C: 
C: grant_type=client_credentials
S: 403 text/plain
C: POST /token
C: Authorization: 
C: 
C: client_id=app&client_secret=s3cret%2B%2F+word&grant_type=client_credentials
` + ok, func(r *Request) {}},
		"an answer as a form": {`C: POST /token
C: 
C: grant_type=client_credentials
S: 200 application/x-www-form-urlencoded
S: access_token=t0ken&token_type=bearer&expires_in=3600
`, func(r *Request) {}},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(t, serve(t, c.exchanges)+"/token")
			r.SecretFile = put(t, "secret", clientSecret+"\n")
			c.change(&r)
			if token, err := fetch(t.Context(), r.source()); err != nil || token != "t0ken" {
				t.Error(token, err)
			}
		})
	}
}

// Assertions for Microsoft and for other servers (RFC 7523, section 3; RFC
// 7515, sections 4.1.7 and 4.1.8).
func TestClientAssertion(t *testing.T) {
	certificate, key := keyPair()
	for name, algorithm := range map[string]jose.SignatureAlgorithm{"PS256": jose.PS256, "RS256": jose.RS256} {
		var form url.Values
		server := count(t, func(_ int, r *http.Request) (int, string) {
			r.ParseForm()
			form = r.PostForm
			return 200, granted("t0ken", "")
		})
		r := request(t, server.URL+"/token")
		r.Algorithm, r.InBody, r.AppScope = algorithm, true, "https://outlook.office365.com/.default"
		r.CertFile, r.KeyFile = put(t, "cert", string(certificate)), put(t, "key", string(key))
		s := r.source()
		if token, err := fetch(t.Context(), s); err != nil || token != "t0ken" {
			t.Fatal(token, err)
		}
		pair, _ := tls.X509KeyPair(certificate, key)
		header, claims := verifyJWT(t, form.Get("client_assertion"), pair.Leaf.PublicKey, verifiers[name])
		sum, old := sha256.Sum256(pair.Certificate[0]), sha1.Sum(pair.Certificate[0])
		want := map[string]any{"alg": name, "typ": "JWT", "x5t#S256": base64.RawURLEncoding.EncodeToString(sum[:])}
		if name == "RS256" {
			want["x5t"] = base64.RawURLEncoding.EncodeToString(old[:])
		}
		compare(t, "header", header, want)
		checkTimes(t, claims, skew, clientLife)
		if id, _ := claims["jti"].(string); len(id) != 32 {
			t.Errorf("jti %v", claims["jti"])
		}
		delete(claims, "jti")
		compare(t, "claims", claims, map[string]any{"iss": "app", "sub": "app", "aud": server.URL + "/token"})
		form.Del("client_assertion")
		if got := form.Encode(); got != "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_id=app&grant_type=client_credentials&scope=https%3A%2F%2Foutlook.office365.com%2F.default" {
			t.Error(got)
		}
	}
}

var verifiers = map[string]func(*rsa.PublicKey, [32]byte, []byte) error{
	"RS256": func(key *rsa.PublicKey, sum [32]byte, signature []byte) error {
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature)
	},
	"PS256": func(key *rsa.PublicKey, sum [32]byte, signature []byte) error {
		return rsa.VerifyPSS(key, crypto.SHA256, sum[:], signature, &rsa.PSSOptions{SaltLength: 32})
	},
}

// checkTimes checks the times in claims and removes them.
func checkTimes(t *testing.T, claims map[string]any, before, life time.Duration) {
	t.Helper()
	issued, _ := claims["iat"].(float64)
	expires, _ := claims["exp"].(float64)
	if off := time.Since(time.Unix(int64(issued), 0)) - before; off < -2*time.Second || off > time.Minute {
		t.Errorf("issued %v ago", off+before)
	}
	if claims["nbf"] != issued || time.Duration(expires-issued)*time.Second != life {
		t.Errorf("%v", claims)
	}
	delete(claims, "iat")
	delete(claims, "nbf")
	delete(claims, "exp")
}

func compare(t *testing.T, what string, got, want any) {
	t.Helper()
	a, _ := json.Marshal(got)
	b, _ := json.Marshal(want)
	if string(a) != string(b) {
		t.Errorf("%s: got %s, want %s", what, a, b)
	}
}

// account creates the key file of a service account, with a key and an
// endpoint.
func account(t *testing.T, key []byte, endpoint string) string {
	t.Helper()
	text, err := json.Marshal(map[string]string{
		"type": "service_account", "project_id": "p", "private_key_id": "k1", "private_key": string(key),
		"client_email": "probe@p.iam.gserviceaccount.com", "client_id": "1", "token_uri": endpoint,
	})
	if err != nil {
		t.Fatal(err)
	}
	return put(t, "account.json", string(text))
}

// A service account asks on behalf of a user (RFC 7523, section 2.1), with the
// scope among the claims, as Google wants it.
func TestServiceAccount(t *testing.T) {
	_, key := keyPair()
	var form url.Values
	server := count(t, func(_ int, r *http.Request) (int, string) {
		r.ParseForm()
		form = r.PostForm
		return 200, granted("t0ken", "")
	})
	google, err := ParseServer("google")
	if err != nil {
		t.Fatal(err)
	}
	r := Request{Server: google, User: "alice@example.org", KeyFile: account(t, key, server.URL+"/token"), StateDir: filepath.Join(t.TempDir(), "s")}
	if token, err := fetch(t.Context(), r.source()); err != nil || token != "t0ken" {
		t.Fatal(token, err)
	}
	pair, _ := x509.ParsePKCS8PrivateKey(decodePEM(key))
	header, claims := verifyJWT(t, form.Get("assertion"), pair.(*rsa.PrivateKey).Public(), verifiers["RS256"])
	compare(t, "header", header, map[string]any{"alg": "RS256", "kid": "k1", "typ": "JWT"})
	checkTimes(t, claims, skew, grantLife)
	delete(claims, "jti")
	compare(t, "claims", claims, map[string]any{
		"iss": "probe@p.iam.gserviceaccount.com", "sub": "alice@example.org", "aud": server.URL + "/token", "scope": "https://mail.google.com/",
	})
	form.Del("assertion")
	if got := form.Encode(); got != "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer" {
		t.Error(got)
	}
}

func TestParseServer(t *testing.T) {
	for typed, want := range map[string]string{
		"microsoft:example.onmicrosoft.com":              "https://login.microsoftonline.com/example.onmicrosoft.com/oauth2/v2.0/token",
		"Microsoft:0f5a3c1e-0000-4000-8000-00000000000a": "https://login.microsoftonline.com/0f5a3c1e-0000-4000-8000-00000000000a/oauth2/v2.0/token",
		"microsoft:organizations":                        "https://login.microsoftonline.com/organizations/oauth2/v2.0/token",
		"google":                                         "https://oauth2.googleapis.com/token",
		"https://login.example.org/token?x=1":            "https://login.example.org/token?x=1",
		"https://login.example.org:8443/token":           "https://login.example.org:8443/token",
		"http://127.0.0.1:1/token":                       "http://127.0.0.1:1/token",
		"http://[::1]:1/token":                           "http://[::1]:1/token",
		"http://localhost/token":                         "http://localhost/token",
	} {
		if s, err := ParseServer(typed); err != nil || s.TokenURL != want {
			t.Errorf("%s: %+v, %v", typed, s, err)
		}
	}
	for typed, said := range map[string]string{
		"":                        "is not a token server",
		"yahoo":                   "is not a token server",
		"microsoft":               "is not a tenant",
		"microsoft:":              "is not a tenant",
		"microsoft:example":       "is not a tenant",
		"microsoft:../x":          "is not a tenant",
		"microsoft:example.org/x": "is not a tenant",
		"microsoft:example.org\n": "is not a tenant",
		"microsoft:" + strings.Repeat("a.", 200) + "org": "is not a tenant",
		"http://login.example.org/token":                 "unencrypted, type https://login.example.org/token",
		"ftp://login.example.org/token":                  "not the URL of an endpoint",
		"https://":                                       "not the URL of an endpoint",
		"https://app:" + oldRefresh + "@x/":              "must not contain a name or password",
		"https://login.example.org/#x":                   "no fragment",
		"https://%zz/":                                   "not the URL of an endpoint",
	} {
		_, err := ParseServer(typed)
		checkFault(t, err, fault.Usage, said)
	}
}

// Redirections are not followed.
func TestRedirections(t *testing.T) {
	elsewhere := count(t, func(int, *http.Request) (int, string) { return 200, granted("t0ken", "") })
	for _, code := range []string{"301", "302", "303", "307", "308"} {
		r := request(t, serve(t, "C: POST /token\nC: \nC: grant_type=client_credentials\nS: "+code+" to:"+elsewhere.URL+"/token\n")+"/token")
		r.SecretFile = put(t, "secret", clientSecret)
		_, err := fetch(t.Context(), r.source())
		checkFault(t, err, fault.Token, "answered "+code+", a redirection, which is not followed")
	}
	if n := elsewhere.times(); n != 0 {
		t.Errorf("%d requests went elsewhere", n)
	}
}

func decodePEM(text []byte) []byte {
	block, _ := pem.Decode(text)
	return block.Bytes
}

// By the name localhost no other machine is reached, whatever DNS says of it.
func TestLocalhost(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:80": true, "127.9.9.9:80": true, "[::1]:80": true, "[::ffff:127.0.0.1]:80": true,
		"192.0.2.1:80": false, "[2001:db8::1]:80": false, "[::]:80": false, "0.0.0.0:80": false,
	} {
		if err := onLoopback("tcp", address, nil); (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
	server := numbered(t)
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	r := request(t, "http://LocalHost:"+port+"/token")
	r.SecretFile = put(t, "secret", clientSecret)
	if token, err := fetch(t.Context(), r.source()); err != nil || token != "t0ken-1" {
		t.Error(token, err)
	}
}
