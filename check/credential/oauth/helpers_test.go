package oauth

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/tls"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/testkit/pop3test"
)

// Secrets, which must not be shown.
const (
	clientSecret = "s3cret+/ word"
	oldRefresh   = "r3fresh-0ld"
)

// put creates a file that only its owner can read.
func put(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// serve starts a server that plays exchanges. The test fails if a request
// differs.
func serve(t *testing.T, exchanges string) string {
	t.Helper()
	server, err := pop3test.StartTokenServer(exchanges, pop3test.TokenServerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server.URL
}

// request returns a request to the server with that URL.
func request(t *testing.T, url string) Request {
	t.Helper()
	server, err := ParseServer(url)
	if err != nil {
		t.Fatal(err)
	}
	return Request{Server: server, ClientID: "app", StateDir: filepath.Join(t.TempDir(), "state")}
}

// fetch prepares the source and reads the token once.
func fetch(ctx context.Context, s *source) (string, error) {
	if err := s.prepare(ctx); err != nil {
		return "", err
	}
	return s.read(ctx)
}

// checkFault fails unless err has that kind and contains that text, and no
// secret.
func checkFault(t *testing.T, err error, kind fault.Kind, said string) {
	t.Helper()
	f := fault.Of(err)
	if f == nil || f.Kind != kind || !strings.Contains(f.Error(), said) {
		t.Errorf("got %v, want %s with %q", err, kind, said)
		return
	}
	for _, secret := range []string{clientSecret, oldRefresh, "%!"} {
		if strings.Contains(f.Error(), secret) {
			t.Errorf("%v shows %s", f, secret)
		}
	}
}

// A counter is a token server that counts its requests.
type counter struct {
	*httptest.Server
	mu     sync.Mutex
	asked  int
	answer func(n int, r *http.Request) (code int, body string)
}

func count(t *testing.T, answer func(n int, r *http.Request) (int, string)) *counter {
	t.Helper()
	c := &counter{answer: answer}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		c.asked++
		n := c.asked
		c.mu.Unlock()
		code, body := c.answer(n, r)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		w.Write([]byte(body))
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *counter) times() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked
}

// granted returns an answer with a token.
func granted(token string, more string) string {
	return `{"access_token":"` + token + `","token_type":"Bearer","expires_in":3600` + more + `}`
}

// quiet is the log of servers, which complain about clients.
var quiet = log.New(io.Discard, "", 0)

// publicKey returns the public key of keyPair.
func publicKey(t *testing.T) crypto.PublicKey {
	t.Helper()
	certificate, key := keyPair()
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		t.Fatal(err)
	}
	return pair.Leaf.PublicKey
}

// keyPair returns an RSA key and its certificate.
var keyPair = sync.OnceValues(func() (certificate, key []byte) {
	return pop3test.PEM(pop3test.SelfSigned(pop3test.Leaf{CommonName: "app", RSA: true}))
})

// verifyJWT verifies the signature of a JWT with the standard library, and
// returns its header and claims.
func verifyJWT(t *testing.T, token string, public crypto.PublicKey, verify func(key *rsa.PublicKey, sum [32]byte, signature []byte) error) (header, claims map[string]any) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("%q is no JWT", token)
	}
	if err := verify(public.(*rsa.PublicKey), sum256(parts[0]+"."+parts[1]), unbase64(t, parts[2])); err != nil {
		t.Errorf("the signature: %v", err)
	}
	if err := json.Unmarshal(unbase64(t, parts[0]), &header); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(unbase64(t, parts[1]), &claims); err != nil {
		t.Fatal(err)
	}
	return header, claims
}

// A clock shows a time that a test sets.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
