package trust

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"check_pop3x/check/fault"
)

// now is when all certificates of the tests are judged.
var now = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

// An entity is a certificate with its key.
type entity struct {
	cert *x509.Certificate
	key  crypto.Signer
}

var serial int64

func newKey(tb testing.TB) crypto.Signer {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

// sign makes a certificate. A nil issuer makes it self-signed; a nil key stands
// for a new one.
func sign(tb testing.TB, template *x509.Certificate, key crypto.Signer, issuer *entity) *entity {
	tb.Helper()
	serial++
	template.SerialNumber = big.NewInt(serial)
	if template.NotAfter.IsZero() {
		template.NotBefore, template.NotAfter = now.Add(-day), now.Add(365*day)
	}
	if key == nil {
		key = newKey(tb)
	}
	if issuer == nil {
		issuer = &entity{template, key}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer.cert, key.Public(), issuer.key)
	if err != nil {
		tb.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	return &entity{cert, key}
}

// authority is the template of a CA.
func authority(name string) *x509.Certificate {
	return &x509.Certificate{
		Subject:               pkix.Name{CommonName: name},
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
}

// server is the template of a leaf. Its first name is the common name, too.
func server(names ...string) *x509.Certificate {
	return &x509.Certificate{
		Subject:     pkix.Name{CommonName: names[0]},
		DNSNames:    names,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
}

func valid(c *x509.Certificate, from, to time.Duration) *x509.Certificate {
	c.NotBefore, c.NotAfter = now.Add(from), now.Add(to)
	return c
}

// options is the policy of most tests.
func options(roots string) Policy {
	return Policy{VerifyName: "mail.example.org", RootsFile: roots}
}

// shown judges what a server sent.
func shown(tb testing.TB, o Policy, sent tls.Certificate) (*Facts, error) {
	tb.Helper()
	state := tls.ConnectionState{OCSPResponse: sent.OCSPStaple}
	for _, der := range sent.Certificate {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			tb.Fatal(err)
		}
		state.PeerCertificates = append(state.PeerCertificates, c)
	}
	facts := o.Judge(tb.Context(), state, now)
	return facts, facts.Err
}

// chain is what a server with the leaf's key sends.
func chain(leaf *entity, above ...*entity) tls.Certificate {
	c := tls.Certificate{Certificate: [][]byte{leaf.cert.Raw}, PrivateKey: leaf.key}
	for _, e := range above {
		c.Certificate = append(c.Certificate, e.cert.Raw)
	}
	return c
}

func pemOf(entities ...*entity) []byte {
	var out []byte
	for _, e := range entities {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: e.cert.Raw})...)
	}
	return out
}

func writeFile(tb testing.TB, data []byte) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "roots.pem")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// wantFault checks the kind and the text of a fault.
func wantFault(tb testing.TB, err error, kind fault.Kind, text string) {
	tb.Helper()
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		tb.Fatalf("%v (%T) is no fault", err, err)
	}
	if f.Kind != kind || f.Text != text {
		tb.Errorf("got  %s: %s\nwant %s: %s", f.Kind, f.Text, kind, text)
	}
}
