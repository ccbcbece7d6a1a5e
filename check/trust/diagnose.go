package trust

import (
	"bytes"
	"crypto/x509"
	"errors"

	"check_pop3x/check/fault"
)

// maxPath bounds how far and among how many certificates a diagnosis looks: a
// signature costs time, and a server may send hundreds.
const maxPath = 10

const noAuthority = " issued a certificate but is no certificate authority"

func (v *verification) problem(p fault.Problem, c *x509.Certificate, err error) error {
	return v.wrap(&CertificateError{Problem: p, Certificate: c, Err: err})
}

func (v *verification) other(c *x509.Certificate, err error, detail string) error {
	return v.wrap(&CertificateError{Problem: fault.OtherProblem, Certificate: c, Err: err, Detail: detail})
}

func (v *verification) wrap(e *CertificateError) error {
	e.Time = v.options.CurrentTime
	return e.fault()
}

// fault turns crypto/x509's refusal into one that says what is wrong.
func (v *verification) fault(err error) error {
	leaf := v.certs[0]
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		return v.invalid(invalid)
	}
	if _, ok := errors.AsType[x509.UnhandledCriticalExtension](err); ok {
		return v.other(leaf, err, "the certificate has a critical extension that is not understood")
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return v.unknown(err)
	}
	return v.other(leaf, err, "the chain of certificates cannot be verified")
}

func (v *verification) invalid(err x509.CertificateInvalidError) error {
	c, name := err.Cert, Subject(err.Cert)
	switch err.Reason {
	case x509.Expired:
		if c != v.certs[0] {
			return v.unknown(err) // it is not sure that this one is to blame
		}
		return v.outOfDate(c, err)
	case x509.NotAuthorizedToSign:
		return v.other(c, err, name+noAuthority)
	case x509.CANotAuthorizedForThisName, x509.UnconstrainedName:
		return v.constrained(err)
	case x509.TooManyIntermediates:
		return v.other(c, err, "there are more intermediates than "+name+" allows")
	case x509.IncompatibleUsage, x509.CANotAuthorizedForExtKeyUsage:
		return v.misused(err)
	case x509.TooManyConstraints:
		return v.other(c, err, "the certificate has too many name constraints to check")
	case x509.NoValidChains:
		return v.other(c, err, "no chain satisfies the certificate policies")
	}
	return v.other(c, err, "the certificate is not valid")
}

func (v *verification) outOfDate(c *x509.Certificate, err error) error {
	if v.options.CurrentTime.Before(c.NotBefore) {
		return v.problem(fault.NotYetValid, c, err)
	}
	return v.problem(fault.Expired, c, err)
}

func (v *verification) dated(c *x509.Certificate) bool {
	now := v.options.CurrentTime
	return now.Before(c.NotBefore) || now.After(c.NotAfter)
}

// unknown walks from the leaf up through what the server sent, as far as one
// names the other, and says what is wrong where that ends.
func (v *verification) unknown(err error) error {
	child := v.certs[0]
	for range maxPath {
		if selfSigned(child) {
			return v.untrusted(child, err)
		}
		parent := v.parent(child, v.certs[1:])
		if parent == nil {
			return v.unsent(child, err)
		}
		if f := v.link(child, parent, err); f != nil {
			return f
		}
		child = parent
	}
	return v.other(v.certs[0], err, "the chain of certificates does not come to an end") // they certify each other
}

func (v *verification) untrusted(top *x509.Certificate, err error) error {
	if top == v.certs[0] {
		return v.problem(fault.SelfSigned, top, err)
	}
	return v.problem(fault.UnknownIssuer, top, err)
}

// parent picks the certificate that issued child, by name, and of several the
// one that also signed it.
func (v *verification) parent(child *x509.Certificate, among []*x509.Certificate) *x509.Certificate {
	var byName *x509.Certificate
	for _, p := range among[:min(len(among), maxPath)] {
		if p == child || !bytes.Equal(p.RawSubject, child.RawIssuer) {
			continue
		}
		if signed(child, p) == nil && !v.dated(p) {
			return p
		}
		if byName == nil {
			byName = p
		}
	}
	return byName
}

// unsent is for a child whose issuer the server does not send.
func (v *verification) unsent(child *x509.Certificate, err error) error {
	if root := v.parent(child, v.roots); root != nil {
		if f := v.link(child, root, err); f != nil {
			return f
		}
	}
	if e, ok := errors.AsType[x509.CertificateInvalidError](err); ok && bytes.Equal(e.Cert.RawSubject, child.RawIssuer) {
		return v.outOfDate(e.Cert, err)
	}
	if v.trustedName(child.RawIssuer) {
		return v.other(child, err, "the trusted root "+issuerOf(child)+" does not verify what is issued in its name")
	}
	return v.problem(fault.MissingIntermediate, child, err)
}

func (v *verification) trustedName(raw []byte) bool {
	for _, root := range v.roots {
		if bytes.Equal(root.RawSubject, raw) {
			return true
		}
	}
	return false
}

// link is what is wrong between child and the parent that it names, or nil. A
// root that is not trusted is not blamed for its dates.
func (v *verification) link(child, parent *x509.Certificate, err error) error {
	bad, from := signed(child, parent), child.CheckSignatureFrom(parent)
	_, weak := errors.AsType[x509.InsecureAlgorithmError](errors.Join(bad, from))
	_, noCA := errors.AsType[x509.ConstraintViolationError](from)
	switch {
	case bad != nil && short(parent):
		return weakKey(parent, err)
	case weak:
		return v.wrap(&CertificateError{Problem: fault.WeakSignature, Certificate: child, Err: err,
			Detail: "the certificate of " + Subject(child) + " is signed with " + child.SignatureAlgorithm.String() + ", which is too weak"})
	case bad != nil:
		return v.other(child, err, "the certificate of "+Subject(child)+" is not signed with the key of "+Subject(parent)+", which it names as its issuer")
	case noCA:
		return v.other(parent, err, Subject(parent)+noAuthority)
	case v.dated(parent) && (!selfSigned(parent) || v.trustedName(parent.RawSubject)):
		return v.outOfDate(parent, err)
	}
	return nil
}

// signed checks the signature and nothing else, not even that it is no SHA-1.
func signed(child, parent *x509.Certificate) error {
	return parent.CheckSignature(child.SignatureAlgorithm, child.RawTBSCertificate, child.Signature)
}

func selfSigned(c *x509.Certificate) bool {
	if !bytes.Equal(c.RawSubject, c.RawIssuer) {
		return false
	}
	err := signed(c, c)
	_, weak := errors.AsType[x509.InsecureAlgorithmError](err)
	return err == nil || weak || short(c) // by keys that are very short nothing is ever signed for crypto/x509
}
