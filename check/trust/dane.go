package trust

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"slices"
	"time"

	"check_pop3x/check/fault"
)

// judgeByTLSA judges what the server showed by its TLSA records, instead of by
// the trusted roots. One that matches is enough (RFC 6698, section 2.1).
func (p Policy) judgeByTLSA(f *Facts, now time.Time) {
	certs := f.State.PeerCertificates
	if f.Err = p.TLSA.Err; f.Err != nil {
		return
	}
	candidates := p.TLSA.candidates(certs)
	own := slices.IndexFunc(candidates, func(r TLSARecord) bool { return r.Usage == daneEE })
	switch {
	case own >= 0:
		// Neither names nor dates nor the issuer matter (RFC 7671, section 5.1). The
		// key has to be good enough for TLS, still.
		f.ByTLSA, f.Err = &candidates[own], checkKeys(certs[:1])
	case len(candidates) > 0:
		f.ByTLSA, f.Chains, f.Err = p.verifyAnchored(certs, candidates, now)
	default:
		f.Err = refusal(fault.NoMatch, "no TLSA record of "+p.TLSA.Name+" matches", nil)
	}
	f.Matched = slices.DeleteFunc(slices.Clone(candidates), func(r TLSARecord) bool {
		return !slices.ContainsFunc(certs, r.matches) && !r.isAnchorOf(f.Chains)
	})
}

// verifyAnchored verifies the chain up to one of the anchors, and the name (RFC
// 7671, section 5.2; RFC 7672, section 3.1.2).
func (p Policy) verifyAnchored(certs []*x509.Certificate, records []TLSARecord, now time.Time) (*TLSARecord, [][]*x509.Certificate, error) {
	v := newVerification(certs, now)
	v.roots = anchors(records, certs)
	chains, err := v.against(poolOf(slices.Concat(v.roots, keyAnchors(records, certs, now))))
	if err != nil {
		return nil, nil, p.TLSA.unanchored(v.diagnose(err))
	}
	by := slices.IndexFunc(records, func(r TLSARecord) bool { return r.isAnchorOf(chains) })
	chains, err = p.accept(certs[0], chains)
	return &records[by], chains, err
}

// isAnchorOf reports whether the record is the anchor of one of the chains.
func (r TLSARecord) isAnchorOf(chains [][]*x509.Certificate) bool {
	return slices.ContainsFunc(chains, func(chain []*x509.Certificate) bool { return r.matches(chain[len(chain)-1]) })
}

// unanchored is what is wrong with a chain. That its end is not trusted means
// here that it is not the anchor.
func (s *TLSASet) unanchored(err error) error {
	switch fault.Of(err).Problem {
	case fault.SelfSigned, fault.UnknownIssuer, fault.UnknownAuthority, fault.MissingIntermediate:
		return refusal(fault.NoMatch, "the certificate is not issued by the anchor that the TLSA records of "+s.Name+" name", nil)
	}
	return err
}

// candidates are the records that match one of the certificates in its place, or
// that may be an anchor which is not sent.
func (s *TLSASet) candidates(certs []*x509.Certificate) (records []TLSARecord) {
	for _, r := range s.Usable() {
		among := certs[:1]
		if r.Usage == daneTA {
			among = certs[1:]
		}
		if slices.ContainsFunc(among, r.matches) || r.Usage == daneTA && r.Matching == exactly {
			records = append(records, r)
		}
	}
	return records
}

// anchors are the certificates that records name, sent or held by the record.
func anchors(records []TLSARecord, certs []*x509.Certificate) (anchors []*x509.Certificate) {
	for _, r := range records {
		for _, c := range certs[1:] {
			if r.matches(c) {
				anchors = append(anchors, c)
			}
		}
		if r.Matching == exactly && r.Selector == wholeCertificate {
			if c, err := x509.ParseCertificate(r.Data); err == nil {
				anchors = append(anchors, c)
			}
		}
	}
	return slices.DeleteFunc(anchors, certs[0].Equal) // crypto/x509 would take the leaf for a root
}

// keyAnchors builds trust anchors from TLSA records that hold only a public key
// (RFC 7671, section 5.2.2), one for each name that they may have: crypto/x509
// knows a root by its certificate. If the anchor's certificate is sent, that is
// the anchor, with its dates and limits, as for a record that holds a digest.
func keyAnchors(records []TLSARecord, certs []*x509.Certificate, now time.Time) (anchors []*x509.Certificate) {
	for _, r := range records {
		if r.Matching != exactly || r.Selector != publicKey {
			continue
		}
		key, err := x509.ParsePKIXPublicKey(r.Data)
		if err != nil {
			continue
		}
		for _, name := range issuerNames(certs) {
			isSent := func(c *x509.Certificate) bool { return r.matches(c) && bytes.Equal(c.RawSubject, name) }
			if !slices.ContainsFunc(certs[1:], isSent) {
				anchors = append(anchors, keyAnchor(r.Data, key, name, now))
			}
		}
	}
	return anchors
}

// issuerNames are the names on the way up from the leaf, of which the anchor has
// one. A server may send hundreds of certificates: no way is longer than maxPath.
func issuerNames(certs []*x509.Certificate) [][]byte {
	names := [][]byte{certs[0].RawIssuer}
	for i := 0; i < len(names); i++ {
		for _, c := range certs[1:] {
			known := slices.ContainsFunc(names, func(name []byte) bool { return bytes.Equal(name, c.RawIssuer) })
			if !known && bytes.Equal(c.RawSubject, names[i]) && len(names) < maxPath {
				names = append(names, c.RawIssuer)
			}
		}
	}
	return names
}

func keyAnchor(spki []byte, key any, name []byte, now time.Time) *x509.Certificate {
	return &x509.Certificate{
		Raw:                     slices.Concat(spki, name), // crypto/x509 tells them apart by it
		RawSubject:              name,
		Subject:                 pkix.Name{CommonName: "the key of the TLSA record"},
		RawSubjectPublicKeyInfo: spki,
		PublicKey:               key,
		PublicKeyAlgorithm:      keyAlgorithm(key),
		Version:                 3,
		BasicConstraintsValid:   true,
		IsCA:                    true,
		MaxPathLen:              -1,
		NotBefore:               now.Add(-time.Hour),
		NotAfter:                now.AddDate(1000, 0, 0),
	}
}

func keyAlgorithm(key any) x509.PublicKeyAlgorithm {
	switch key.(type) {
	case *rsa.PublicKey:
		return x509.RSA
	case *ecdsa.PublicKey:
		return x509.ECDSA
	case ed25519.PublicKey:
		return x509.Ed25519
	}
	return x509.UnknownPublicKeyAlgorithm
}
