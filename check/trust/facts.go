package trust

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"slices"
)

// Expiry returns the certificate whose end is the end of what was shown: of all
// verified chains the one that lasts longest, and of it the certificate that
// ends first, the trust store's own root left out, which the server's owner
// cannot renew (the anchor of a TLSA record he can); the leaf where nothing was
// verified; nil without certificates.
func (f *Facts) Expiry() *x509.Certificate {
	var best *x509.Certificate
	for _, chain := range f.Chains {
		if f.ByTLSA == nil {
			chain = chain[:max(1, len(chain)-1)]
		}
		first := endsFirst(chain)
		if best == nil || first.NotAfter.After(best.NotAfter) {
			best = first
		}
	}
	if best == nil && len(f.State.PeerCertificates) > 0 {
		return f.State.PeerCertificates[0]
	}
	return best
}

func endsFirst(chain []*x509.Certificate) *x509.Certificate {
	first := chain[0]
	for _, c := range chain {
		if c.NotAfter.Before(first.NotAfter) {
			first = c
		}
	}
	return first
}

// ByKey says whether the server is believed for its own certificate, whoever
// issued it (TLSA usage 3).
func (f *Facts) ByKey() bool { return f.ByTLSA != nil && f.ByTLSA.Usage == daneEE }

// Besides says whether a certificate that was sent is part of no verified chain.
// Where nothing was verified that is not known, and false.
func (f *Facts) Besides(c *x509.Certificate) bool {
	within := func(chain []*x509.Certificate) bool { return slices.ContainsFunc(chain, c.Equal) }
	return len(f.Chains) > 0 && !slices.ContainsFunc(f.Chains, within)
}

// Disordered says whether the certificates of each verified chain are sent in an
// order in which one does not certify the one before it. RFC 5246, section 7.4.2
// forbids that; RFC 8446, section 4.4.2 has clients put up with it.
func (f *Facts) Disordered() bool {
	return len(f.Chains) > 0 && !slices.ContainsFunc(f.Chains, f.ordered)
}

// ordered says whether what was sent of a chain comes in its order.
func (f *Facts) ordered(chain []*x509.Certificate) bool {
	last := -1
	for _, c := range chain {
		at := slices.IndexFunc(f.State.PeerCertificates, c.Equal)
		if at >= 0 && at < last {
			return false
		}
		last = max(last, at)
	}
	return true
}

// Key says what kind of key a certificate has, and how long it is.
func Key(c *x509.Certificate) string {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", key.N.BitLen())
	case *ecdsa.PublicKey:
		return "ECDSA " + key.Params().Name
	case ed25519.PublicKey:
		return "Ed25519"
	}
	return c.PublicKeyAlgorithm.String()
}
