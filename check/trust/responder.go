package trust

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"slices"
	"time"

	"golang.org/x/crypto/ocsp"
)

// An OCSP answer (RFC 6960, section 4.2.1), as far as its certificates.
type (
	ocspResponse struct {
		Status asn1.Enumerated
		Bytes  struct {
			Type     asn1.ObjectIdentifier
			Response []byte
		} `asn1:"explicit,tag:0,optional"`
	}
	basicResponse struct {
		Data         asn1.RawValue
		Algorithm    pkix.AlgorithmIdentifier
		Signature    asn1.BitString
		Certificates []asn1.RawValue `asn1:"explicit,tag:0,optional"`
	}
)

// splitAnswer returns an answer without its certificates, and the certificates.
// Package ocsp takes the first one for the signer and checks the signature with
// its key, whatever its size, before anybody knows whose it is. Of what is no
// answer nothing is left.
func splitAnswer(der []byte) (bare []byte, certs []*x509.Certificate) {
	var outer ocspResponse
	var inner basicResponse
	if rest, err := asn1.Unmarshal(der, &outer); err != nil || len(rest) > 0 {
		return nil, nil
	}
	if len(outer.Bytes.Response) == 0 {
		return der, nil // an error
	}
	if rest, err := asn1.Unmarshal(outer.Bytes.Response, &inner); err != nil || len(rest) > 0 {
		return nil, nil
	}
	for _, raw := range inner.Certificates[:min(len(inner.Certificates), maxPath)] {
		if c, err := x509.ParseCertificate(raw.FullBytes); err == nil {
			certs = append(certs, c)
		}
	}
	var err error
	inner.Certificates = nil
	if outer.Bytes.Response, err = asn1.Marshal(inner); err != nil {
		return nil, nil
	}
	if bare, err = asn1.Marshal(outer); err != nil {
		return nil, nil
	}
	return bare, certs
}

// isSignedBy reports whether the issuer signed the answer, or a responder among
// certs that has a certificate for it from the issuer (RFC 6960, section
// 4.2.2.2). They come in any order; the answer names its signer.
func isSignedBy(answer *ocsp.Response, certs []*x509.Certificate, issuer *x509.Certificate, now time.Time) bool {
	return slices.ContainsFunc(append([]*x509.Certificate{issuer}, certs...), func(c *x509.Certificate) bool {
		return isResponder(answer, c) && hasUsableKey(c) && (c == issuer || isAppointed(c, issuer, now)) && answer.CheckSignatureFrom(c) == nil
	})
}

// isResponder reports whether the answer names that certificate as its signer's,
// by its name or by the SHA-1 of its key (RFC 6960, section 4.2.1).
func isResponder(answer *ocsp.Response, c *x509.Certificate) bool {
	if answer.ResponderKeyHash != nil {
		return bytes.Equal(answer.ResponderKeyHash, keyHash(crypto.SHA1, c))
	}
	return bytes.Equal(answer.RawResponderName, c.RawSubject)
}

// isAppointed reports whether the issuer lets a responder sign for it. Another
// certificate of the issuer's own key is as good as the issuer's.
func isAppointed(c, issuer *x509.Certificate, now time.Time) bool {
	if bytes.Equal(c.RawSubjectPublicKeyInfo, issuer.RawSubjectPublicKeyInfo) {
		return true
	}
	return slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning) && !isOutOfDate(c, now) &&
		hasUsableKey(issuer) && c.CheckSignatureFrom(issuer) == nil
}

// keyHash is the hash of a certificate's key, without its algorithm; nil if there
// is no such key.
func keyHash(h crypto.Hash, c *x509.Certificate) []byte {
	var key struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(c.RawSubjectPublicKeyInfo, &key); err != nil {
		return nil
	}
	return sum(h, key.Key.Bytes)
}
