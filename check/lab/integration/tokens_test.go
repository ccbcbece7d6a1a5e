//go:build integration

// Access tokens that the tests sign themselves: JWT (RFC 7519) with RS256 (RFC 7518, section 3.3).

package integration

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"
)

// signingKey is a key for tokens, as PEM, too.
type signingKey struct {
	key             *rsa.PrivateKey
	private, public string
}

// What Dovecot demands of a token.
const (
	tokenIssuer   = "https://tokens.pop3.test"
	tokenAudience = "check_pop3x"
	tokenScope    = "pop3"
	tokenKey      = "first"
)

// tokenLife is how long a token is good.
const tokenLife = time.Hour

// tokenSigner is the key that Dovecot believes.
var tokenSigner = sync.OnceValue(newSigningKey)

func newSigningKey() *signingKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	private, failed := x509.MarshalPKCS8PrivateKey(key)
	public, broken := x509.MarshalPKIXPublicKey(key.Public())
	if err := errors.Join(err, failed, broken); err != nil {
		panic(err) // a new RSA key always has both
	}
	return &signingKey{key,
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})),
	}
}

// claims of a token that is good for the user, from the issuer and to the audience that Dovecot believes.
func claims(user string) object {
	now := time.Now()
	return object{
		"sub": user, "iss": tokenIssuer, "aud": tokenAudience, "scope": tokenScope,
		"iat": now.Add(-time.Minute).Unix(), "nbf": now.Add(-time.Minute).Unix(), "exp": now.Add(tokenLife).Unix(),
	}
}

// with is the claims, one of them changed.
func (o object) with(name string, value any) object {
	other := maps.Clone(o)
	other[name] = value
	return other
}

// sign makes a token of the claims.
func (k *signingKey) sign(t *testing.T, claims object) string {
	t.Helper()
	header := object{"typ": "JWT", "alg": "RS256", "kid": tokenKey}
	text := segment(header) + "." + segment(claims)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, k.key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func segment(o object) string {
	text, _ := json.Marshal(o) // strings and numbers
	return base64.RawURLEncoding.EncodeToString(text)
}

// payload is what a token claims.
func payload(t *testing.T, token string) (claimed object) {
	t.Helper()
	parts := strings.Split(token, ".")
	text, err := base64.RawURLEncoding.DecodeString(parts[min(1, len(parts)-1)])
	if err == nil {
		err = json.Unmarshal(text, &claimed)
	}
	if err != nil {
		t.Fatalf("%q: %v", token, err)
	}
	return claimed
}
