package trust

import (
	"crypto/rsa"
	"crypto/x509"
	"fmt"

	"check_pop3x/check/fault"
)

// minRSA is the least size of an RSA key in bits, that of 112 bits of security:
// what OpenSSL's security level 2 asks for, which Debian has and curl goes by.
// crypto/x509 is content with 1024.
const minRSA = 2048

// strong leaves out the chains that other clients would not accept: those with a
// short key, the root's included. Signatures by SHA-1 and MD5 crypto/x509 itself
// does not accept, but for a root's own, which nobody looks at.
func strong(chains [][]*x509.Certificate) ([][]*x509.Certificate, error) {
	var good [][]*x509.Certificate
	var short *x509.Certificate
	for _, chain := range chains {
		c := shortKey(chain)
		if c == nil {
			good = append(good, chain)
		} else if short == nil {
			short = c
		}
	}
	if len(good) == 0 && short != nil {
		return nil, weakKey(short, nil)
	}
	return good, nil
}

// shortKey is the first certificate of a chain with too short a key, or nil.
func shortKey(chain []*x509.Certificate) *x509.Certificate {
	for _, c := range chain {
		if short(c) {
			return c
		}
	}
	return nil
}

func short(c *x509.Certificate) bool { return rsaBits(c) < minRSA }

// UnusableKey blames a handshake's failure on the server's key, where crypto/rsa
// does not even look at signatures by it; nil where it does.
func (f *Facts) UnusableKey(err error) error {
	if leaf := f.State.PeerCertificates[0]; rsaBits(leaf) < 1024 {
		return weakKey(leaf, err)
	}
	return nil
}

// rsaBits is the size of an RSA key; other keys are long enough.
func rsaBits(c *x509.Certificate) int {
	if key, ok := c.PublicKey.(*rsa.PublicKey); ok {
		return key.N.BitLen()
	}
	return minRSA
}

func weakKey(c *x509.Certificate, err error) error {
	return (&CertificateError{Problem: fault.WeakKey, Certificate: c, Err: err, Detail: fmt.Sprintf(
		"the certificate of %s has an RSA key of %d bits, too weak: %d are the least", Subject(c), rsaBits(c), minRSA)}).fault()
}
