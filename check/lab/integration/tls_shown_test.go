//go:build integration

// Certificates of all kinds, as servers show them.

package integration

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"check_pop3x/check/testkit/pop3test"
)

// mailHost is the name that the certificates are for and that all clients ask for.
const mailHost = "pop3.test"

// A realm is the authorities of the certificates.
type realm struct {
	root, issuer      *pop3test.Authority
	strange, stranger *pop3test.Authority // which nobody knows
	file              string              // the root
}

// ours is the realm of all tests.
var ours = sync.OnceValues(func() (*realm, error) {
	r := &realm{root: pop3test.NewAuthority("Test Root CA"), strange: pop3test.NewAuthority("Unknown CA"), file: filepath.Join(workDir, "test-root.pem")}
	r.issuer, r.stranger = r.root.Intermediate("Test Issuing CA"), r.strange.Intermediate("Unknown Issuing CA")
	return r, os.WriteFile(r.file, r.root.PEM(), 0o644)
})

// leaf is a certificate for mailHost, and what the case changes of it.
func leaf(change ...func(*pop3test.Leaf)) pop3test.Leaf {
	l := pop3test.Leaf{CommonName: mailHost, Names: []string{mailHost}, RSA: true, Validity: until(60 * day)}
	for _, c := range change {
		c(&l)
	}
	return l
}

// until is a validity that ends so much later, or earlier, and half an hour, for the tests to take their time.
func until(d time.Duration) pop3test.Validity {
	return pop3test.Validity{NotBefore: time.Now().Add(-90 * day), NotAfter: time.Now().Add(d + 30*time.Minute)}
}

// shows is what the issuing authority makes of a leaf.
func shows(change ...func(*pop3test.Leaf)) func(*realm) tls.Certificate {
	return func(r *realm) tls.Certificate { return r.issuer.Issue(leaf(change...)) }
}

// Changes of a leaf.

func onCurve(l *pop3test.Leaf) { l.RSA = false }
func lonely(l *pop3test.Leaf)  { l.OmitChain = true }

// public says where the issuer's certificate is, as public authorities do.
func public(l *pop3test.Leaf) {
	l.Change = func(c *x509.Certificate) { c.IssuingCertificateURL = []string{"http://ca.example.org/issuing.cer"} }
}

func edwards(l *pop3test.Leaf) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	l.Key = key
}

func short(l *pop3test.Leaf) {
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		panic(err)
	}
	l.Key = key
}

func bySHA1(l *pop3test.Leaf) {
	l.Change = func(c *x509.Certificate) { c.SignatureAlgorithm = x509.ECDSAWithSHA1 }
}

func named(all ...string) func(*pop3test.Leaf) {
	return func(l *pop3test.Leaf) { l.Names = all }
}

func ends(d time.Duration) func(*pop3test.Leaf) {
	return func(l *pop3test.Leaf) { l.Validity = until(d) }
}

func begins(d time.Duration) func(*pop3test.Leaf) {
	return func(l *pop3test.Leaf) { l.NotBefore = time.Now().Add(d + 30*time.Minute) }
}

// disordered sends the upper of two intermediates first.
func disordered(r *realm) tls.Certificate {
	c := r.issuer.Intermediate("Test Lower CA").Issue(leaf())
	slices.Reverse(c.Certificate[1:])
	return c
}

// superfluous sends another certificate of the root besides, which has expired.
func superfluous(r *realm) tls.Certificate {
	c := r.issuer.Issue(leaf())
	c.Certificate = append(c.Certificate, r.stranger.CrossSign(r.root, pop3test.Expired()).Raw)
	return c
}

// strange is of an authority that nobody knows, and sends its root, too.
func strange(r *realm) tls.Certificate {
	c := r.stranger.Issue(leaf())
	c.Certificate = append(c.Certificate, r.strange.Certificate().Raw)
	return c
}

// stapled demands that an OCSP answer is stapled (RFC 7633).
func stapled(l *pop3test.Leaf) {
	l.Change = func(c *x509.Certificate) {
		feature := pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: []byte{0x30, 3, 2, 1, 5}}
		c.ExtraExtensions = append(c.ExtraExtensions, feature)
	}
}
