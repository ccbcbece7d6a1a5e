package trust

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"fmt"

	"check_pop3x/check/fault"
)

const (
	// minRSA is the least size of an RSA key in bits, that of 112 bits of security:
	// what OpenSSL's security level 2 asks for, which Debian has and curl goes by.
	// crypto/x509 is content with 1024.
	minRSA = 2048

	// minUsableRSA is what crypto/rsa wants to look at a signature at all.
	minUsableRSA = 1024

	// maxRSA is the largest size of a key by which a signature is checked: it takes
	// time with the square of it and more. crypto/tls has the same limit for what a
	// server sends, except for what is inside of an OCSP answer.
	maxRSA = 8192
)

// hasUsableKey reports whether a signature by the certificate's key may be
// checked.
func hasUsableKey(c *x509.Certificate) bool { return rsaBits(c.PublicKey) <= maxRSA }

// checkKeys returns which certificate of a chain has too short a key.
func checkKeys(chain []*x509.Certificate) error {
	for _, c := range chain {
		if hasShortKey(c) {
			return weakKey(c, nil)
		}
	}
	return nil
}

func hasShortKey(c *x509.Certificate) bool { return rsaBits(c.PublicKey) < minRSA }

// UnusableKey blames a handshake's failure on the server's key, if crypto/rsa
// does not even look at signatures by it; otherwise it is nil.
func (f *Facts) UnusableKey(err error) error {
	if leaf := f.State.PeerCertificates[0]; rsaBits(leaf.PublicKey) < minUsableRSA {
		return weakKey(leaf, err)
	}
	return nil
}

// rsaBits is the size of an RSA key; other keys are long enough.
func rsaBits(key crypto.PublicKey) int {
	if key, ok := key.(*rsa.PublicKey); ok {
		return key.N.BitLen()
	}
	return minRSA
}

func weakKey(c *x509.Certificate, err error) error {
	return refusal(fault.WeakKey, fmt.Sprintf("the certificate of %s has a weak RSA key of %d bits", Subject(c), rsaBits(c.PublicKey)), err)
}
