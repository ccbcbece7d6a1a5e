package trust

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"slices"
)

// Expiry returns the certificate that ends the trust in the server when it
// expires: of all verified chains the one that lasts longest, and of it the
// certificate that expires first. The trust store's own root does not count, as
// the server's owner cannot renew it (the anchor of a TLSA record he can). If
// nothing was verified it is the leaf, and without certificates nil.
func (f *Facts) Expiry() *x509.Certificate {
	var best *x509.Certificate
	for _, chain := range f.Chains {
		if f.ByTLSA == nil {
			chain = chain[:max(1, len(chain)-1)]
		}
		first := earliestExpiry(chain)
		if best == nil || first.NotAfter.After(best.NotAfter) {
			best = first
		}
	}
	if best == nil && len(f.State.PeerCertificates) > 0 {
		return f.State.PeerCertificates[0]
	}
	return best
}

func earliestExpiry(chain []*x509.Certificate) *x509.Certificate {
	first := chain[0]
	for _, c := range chain {
		if c.NotAfter.Before(first.NotAfter) {
			first = c
		}
	}
	return first
}

// TrustedByKey reports whether the server is believed for its own certificate,
// whoever issued it (TLSA usage 3).
func (f *Facts) TrustedByKey() bool { return f.ByTLSA != nil && f.ByTLSA.Usage == daneEE }

// IsExtra reports whether a certificate that was sent is part of no verified
// chain. If nothing was verified that is not known, and false.
func (f *Facts) IsExtra(c *x509.Certificate) bool {
	hasIt := func(chain []*x509.Certificate) bool { return slices.ContainsFunc(chain, c.Equal) }
	return len(f.Chains) > 0 && !slices.ContainsFunc(f.Chains, hasIt)
}

// OutOfOrder reports whether the certificates of each verified chain are sent in
// an order in which one does not certify the one before it. RFC 5246, section
// 7.4.2 forbids that; RFC 8446, section 4.4.2 wants clients to tolerate it.
func (f *Facts) OutOfOrder() bool {
	return len(f.Chains) > 0 && !slices.ContainsFunc(f.Chains, f.isOrdered)
}

// isOrdered reports whether what was sent of a chain comes in its order.
func (f *Facts) isOrdered(chain []*x509.Certificate) bool {
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

// issuer is the certificate of the leaf's issuer: of a verified chain, or else
// one that was sent and signed the leaf; nil if there is none.
func (f *Facts) issuer() *x509.Certificate {
	leaf := f.State.PeerCertificates[0]
	for _, chain := range f.Chains {
		if len(chain) > 1 {
			return chain[1]
		}
	}
	for _, c := range f.State.PeerCertificates[1:min(len(f.State.PeerCertificates), maxPath)] {
		if leaf.CheckSignatureFrom(c) == nil {
			return c
		}
	}
	return nil
}

// Key is the kind and the length of a certificate's key, "RSA 2048", or "unknown".
func Key(c *x509.Certificate) string {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", key.N.BitLen())
	case *ecdsa.PublicKey:
		return "ECDSA " + key.Params().Name
	case ed25519.PublicKey:
		return "Ed25519"
	case nil:
		return "unknown"
	}
	return c.PublicKeyAlgorithm.String()
}
