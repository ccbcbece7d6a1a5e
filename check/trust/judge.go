package trust

import (
	"context"
	"crypto/tls"
	"crypto/x509"

	"check_pop3x/check/fault"
)

// Judge writes down what the server showed and whether it is to be believed. A
// pin is looked at even where nothing else is; but it vouches for no chain, nor
// a chain for it.
func (o Policy) Judge(ctx context.Context, state tls.ConnectionState) *Facts {
	f := &Facts{State: state}
	certs := state.PeerCertificates
	switch {
	case o.TLSA != nil:
		o.byTLSA(f)
	case !o.Insecure:
		f.Chains, f.Err = o.verify(ctx, certs)
	}
	if f.Err == nil {
		f.Err = o.pinned(certs[0])
	}
	if len(state.OCSPResponse) > 0 {
		f.Staple = readStaple(state.OCSPResponse, certs[0], f.issuer(), o.Now())
	}
	if f.Err == nil && !o.Insecure && !f.ByKey() {
		f.Err = o.unrevoked(certs[0], f.Staple)
	}
	return f
}

// issuer is the certificate of the leaf's issuer: of the verified chain, or else
// the one that was sent and fits; nil without.
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

// unrevoked says what is wrong by what a stapled answer says, or by there being
// none that can be believed where the certificate promises one (RFC 7633).
func (o Policy) unrevoked(leaf *x509.Certificate, s *Staple) error {
	e := &CertificateError{Certificate: leaf, Time: o.Now()}
	switch {
	case s != nil && s.Status == StapleRevoked:
		e.Problem, e.Detail = fault.Revoked, "the certificate of "+Subject(leaf)+" was revoked "+minute(s.RevokedAt)+s.reason()+", says the stapled OCSP answer"
	case s != nil && s.Status == StapleUnknown && s.Wrong == "":
		e.Problem, e.Detail = fault.Revoked, "the issuer does not know the certificate of "+Subject(leaf)+", says the stapled OCSP answer"
	case !mustStaple(leaf):
		return nil
	case s == nil:
		e.Problem, e.Detail = fault.NoStaple, "the certificate of "+Subject(leaf)+" demands a stapled OCSP answer (must-staple), and the server sends none"
	case s.Wrong != "":
		e.Problem, e.Detail = fault.NoStaple, "the certificate of "+Subject(leaf)+" demands a stapled OCSP answer (must-staple), but "+s.Wrong
	default:
		return nil
	}
	return e.fault()
}
