package transport

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"io"
	"os"
	"testing"

	"check_pop3x/check/fault"
	"check_pop3x/check/testkit/pop3test"
)

// A scribbler returns signatures of zeros.
type scribbler struct{ key crypto.Signer }

func (s scribbler) Public() crypto.PublicKey { return s.key.Public() }

func (s scribbler) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return make([]byte, s.Public().(*rsa.PublicKey).Size()), nil
}

// shortLeaf is a certificate with a key that crypto/rsa does not accept.
func shortLeaf(t *testing.T) tls.Certificate {
	t.Helper()
	t.Setenv("GODEBUG", "rsa1024min=0")
	defer os.Unsetenv("GODEBUG")
	key, err := rsa.GenerateKey(rand.Reader, 768)
	if err != nil {
		t.Fatal(err)
	}
	return pop3test.SelfSigned(pop3test.Leaf{Names: []string{"mail.example.org"}, CommonName: "mail.example.org", Key: key})
}

// A key that TLS cannot be done with is named even if nothing is verified.
func TestUnusableKey(t *testing.T) {
	sent := shortLeaf(t)
	sent.PrivateKey = scribbler{sent.PrivateKey.(crypto.Signer)}
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		conn := peer(t, shake(&tls.Config{Certificates: []tls.Certificate{sent}, MaxVersion: version}))
		facts, err := conn.StartTLS(bounded(t), insecure())
		wantFault(t, err, fault.Certificate, `the certificate of "mail.example.org" has a weak RSA key of 768 bits`)
		if facts.Expiry() == nil {
			t.Error("no expiry")
		}
	}
}
