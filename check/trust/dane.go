package trust

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"slices"
	"time"

	"check_pop3x/check/fault"
)

// byTLSA judges what the server showed by its TLSA records, in the place of the
// trusted roots. One that matches is enough (RFC 6698, section 2.1).
func (o Policy) byTLSA(f *Facts) {
	certs := f.State.PeerCertificates
	if f.Err = o.TLSA.missing(certs[0]); f.Err != nil {
		return
	}
	candidates := o.TLSA.candidates(certs)
	own := slices.IndexFunc(candidates, func(r TLSARecord) bool { return r.Usage == daneEE })
	switch {
	case own >= 0:
		f.Err = o.byOwn(f, candidates[own])
	case len(candidates) > 0:
		f.Chains, f.Err = o.byAnchors(f, candidates)
	default:
		f.Err = o.noMatch(certs[0], "no TLSA record of "+o.TLSA.Name+" matches")
	}
	f.Matched = slices.DeleteFunc(candidates, func(r TLSARecord) bool {
		return !slices.ContainsFunc(certs, r.matches) && !r.ends(f.Chains)
	})
}

// byOwn accepts the server's own certificate: neither its names nor its dates
// nor its issuer matter (RFC 7671, section 5.1). Its key has to be good enough
// for TLS, still.
func (o Policy) byOwn(f *Facts, r TLSARecord) error {
	f.ByTLSA = &r
	if leaf := f.State.PeerCertificates[0]; short(leaf) {
		return weakKey(leaf, nil)
	}
	return nil
}

// byAnchors verifies the chain up to one of the anchors, and the name (RFC
// 7671, section 5.2; RFC 7672, section 3.1.2).
func (o Policy) byAnchors(f *Facts, records []TLSARecord) ([][]*x509.Certificate, error) {
	certs := f.State.PeerCertificates
	v := o.verification(certs)
	v.roots = anchors(records, certs)
	chains, err := v.against(poolOf(slices.Concat(v.roots, o.bare(records, certs))))
	if err != nil {
		return nil, o.unanchored(v, err)
	}
	f.ByTLSA = new(records[slices.IndexFunc(records, func(r TLSARecord) bool { return r.ends(chains) })])
	return o.strongAndNamed(certs[0], chains)
}

// ends says whether the record is the anchor of one of the chains.
func (r TLSARecord) ends(chains [][]*x509.Certificate) bool {
	return slices.ContainsFunc(chains, func(chain []*x509.Certificate) bool { return r.matches(chain[len(chain)-1]) })
}

// unanchored is what is wrong with a chain; that its end is not trusted means
// here that it is not the anchor.
func (o Policy) unanchored(v *verification, err error) error {
	f := fault.Of(v.fault(err))
	switch f.Problem {
	case fault.SelfSigned, fault.UnknownIssuer, fault.MissingIntermediate:
		return o.noMatch(v.certs[0], "the certificate is not issued by the anchor that the TLSA records of "+o.TLSA.Name+" name")
	}
	return f
}

func (o Policy) noMatch(leaf *x509.Certificate, detail string) error {
	return (&CertificateError{Problem: fault.NoMatch, Certificate: leaf, Detail: detail + wanting(leaf)}).fault()
}

// missing says why there is no record to go by, or nil; and what there should
// be, where that is all that is wrong.
func (s *TLSASet) missing(leaf *x509.Certificate) error {
	if s.Err == nil {
		return nil
	}
	f := *fault.Of(s.Err)
	if f.Problem == fault.NoTLSA {
		f.Text += wanting(leaf)
	}
	return &f
}

// wanting is the record that is to be published for a certificate.
func wanting(leaf *x509.Certificate) string {
	return "; for the certificate that the server shows it would be " + TLSAOf(leaf).String()
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

// bare are anchors made of the mere keys in records (RFC 7671, section 5.2.2),
// one for each name that they may have: crypto/x509 knows a root by its
// certificate.
func (o Policy) bare(records []TLSARecord, certs []*x509.Certificate) (anchors []*x509.Certificate) {
	for _, r := range records {
		if r.Matching != exactly || r.Selector != publicKey {
			continue
		}
		if key, err := x509.ParsePKIXPublicKey(r.Data); err == nil {
			for _, child := range certs {
				anchors = append(anchors, o.anchor(r.Data, key, child.RawIssuer))
			}
		}
	}
	return anchors
}

func (o Policy) anchor(spki []byte, key any, name []byte) *x509.Certificate {
	return &x509.Certificate{
		Raw:                     slices.Concat(spki, name), // by which they are told apart
		RawSubject:              name,
		Subject:                 pkix.Name{CommonName: "the key of the TLSA record"},
		RawSubjectPublicKeyInfo: spki,
		PublicKey:               key,
		PublicKeyAlgorithm:      algorithm(key),
		Version:                 3,
		BasicConstraintsValid:   true,
		IsCA:                    true,
		MaxPathLen:              -1,
		NotBefore:               o.Now().Add(-time.Hour),
		NotAfter:                o.Now().AddDate(1000, 0, 0),
	}
}

func algorithm(key any) x509.PublicKeyAlgorithm {
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
