package trust

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"time"

	"check_pop3x/check/fault"
)

// Judge returns what the server showed and whether the policy accepts it, as of
// now. A pin is checked even if nothing else is; it vouches for no chain, nor a
// chain for it. When ctx ends, it stops waiting for the file of roots.
func (p Policy) Judge(ctx context.Context, state tls.ConnectionState, now time.Time) *Facts {
	f := &Facts{State: state}
	certs := state.PeerCertificates
	switch {
	case p.TLSA != nil:
		p.judgeByTLSA(f, now)
	case !p.Insecure:
		f.Chains, f.Err = p.verify(ctx, certs, now)
	}
	if f.Err == nil {
		f.Err = p.checkPin(certs[0])
	}
	if len(state.OCSPResponse) > 0 && (f.Err == nil || len(f.Chains) > 0) { // a stranger's answer is not worth a signature
		f.Staple = readStaple(state.OCSPResponse, certs[0], f.issuer(), now)
	}
	if f.Err == nil && !p.Insecure && !f.TrustedByKey() {
		f.Err = checkRevocation(certs[0], f.Staple)
	}
	return f
}

// refusal is the fault of a certificate that is not accepted. err is what
// crypto/x509 says, or nil.
func refusal(p fault.Problem, text string, err error) error {
	return &fault.Error{Kind: fault.Certificate, Problem: p, Text: text, Err: err}
}

// checkRevocation returns what is wrong according to the stapled answer, or that
// there is none to be believed although the certificate promises one (RFC 7633).
func checkRevocation(leaf *x509.Certificate, s *Staple) error {
	name := "the certificate of " + Subject(leaf)
	switch {
	case s != nil && s.Status == StapleRevoked:
		return refusal(fault.Revoked, name+" was revoked "+s.RevokedAt.UTC().Format(time.DateOnly)+because(reasonName(s.Reason))+", says its OCSP answer", nil)
	case s != nil && s.Status == StapleUnknown && s.Wrong == "":
		return refusal(fault.Revoked, "the issuer does not know "+name+", says its OCSP answer", nil)
	case !mustStaple(leaf):
		return nil
	case s == nil:
		return refusal(fault.NoStaple, "the server staples no OCSP answer, which its certificate demands", nil)
	case s.Wrong != "":
		return refusal(fault.NoStaple, s.Wrong+", and the certificate demands a good one", nil)
	}
	return nil
}
