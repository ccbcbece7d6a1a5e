package trust

import (
	"bytes"
	"crypto/x509"
	"errors"
	"slices"
	"time"

	"check_pop3x/check/fault"
)

// maxPath limits how far and among how many certificates a diagnosis looks: a
// signature costs time, and a server may send hundreds.
const maxPath = 10

// A diagnosis finds out what is wrong with a chain that crypto/x509 refused.
type diagnosis struct {
	certs []*x509.Certificate // what the server sent, the leaf first
	roots []*x509.Certificate // the trusted ones whose names matter
	now   time.Time
	err   error // what crypto/x509 says
}

func (d diagnosis) refusal(p fault.Problem, text string) error { return refusal(p, text, d.err) }

// fault is crypto/x509's refusal as one that says what is wrong.
func (d diagnosis) fault() error {
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](d.err); ok {
		return d.invalid(invalid)
	}
	if _, ok := errors.AsType[x509.UnhandledCriticalExtension](d.err); ok {
		return d.refusal(fault.OtherProblem, "the certificate has a critical extension that is not understood")
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](d.err); ok {
		return d.noChain()
	}
	return d.refusal(fault.OtherProblem, "the chain of certificates cannot be verified")
}

func (d diagnosis) invalid(err x509.CertificateInvalidError) error {
	c, name := err.Cert, Subject(err.Cert)
	detail := "the certificate is not valid"
	switch err.Reason {
	case x509.Expired:
		if c != d.certs[0] {
			return d.noChain() // it is not certain that this one is to blame
		}
		return d.outOfDate(c)
	case x509.CANotAuthorizedForThisName, x509.UnconstrainedName:
		return d.nameConstraint()
	case x509.IncompatibleUsage, x509.CANotAuthorizedForExtKeyUsage:
		return d.wrongUsage()
	case x509.NotAuthorizedToSign:
		detail = noAuthority(c)
	case x509.TooManyIntermediates:
		detail = "there are more intermediates than " + name + " allows"
	case x509.TooManyConstraints:
		detail = "the certificate has too many name constraints to check"
	case x509.NoValidChains:
		detail = "no chain satisfies the certificate policies"
	}
	return d.refusal(fault.OtherProblem, detail)
}

func noAuthority(c *x509.Certificate) string {
	return Subject(c) + " issued a certificate but is no certificate authority"
}

func (d diagnosis) outOfDate(c *x509.Certificate) error {
	problem := fault.Expired
	switch {
	case d.now.Before(c.NotBefore):
		problem = fault.NotYetValid
	case c != d.certs[0]:
		problem = fault.ExpiredIssuer
	}
	return d.refusal(problem, "the certificate of "+Subject(c)+" "+dates(c, d.now))
}

func isOutOfDate(c *x509.Certificate, now time.Time) bool {
	return now.Before(c.NotBefore) || now.After(c.NotAfter)
}

// noChain walks from the leaf up through what the server sent, as far as one
// certificate names the next, and says what is wrong where that ends.
func (d diagnosis) noChain() error {
	child := d.certs[0]
	for range maxPath {
		if isSelfSigned(child) {
			return d.untrusted(child)
		}
		parent := issuerAmong(d.certs[1:], child, d.now)
		if parent == nil {
			return d.missingIssuer(child)
		}
		if err := d.brokenLink(child, parent); err != nil {
			return err
		}
		child = parent
	}
	return d.refusal(fault.OtherProblem, "the chain of certificates does not come to an end") // they certify each other
}

func (d diagnosis) untrusted(top *x509.Certificate) error {
	if top == d.certs[0] {
		return d.refusal(fault.SelfSigned, "the certificate of "+Subject(top)+" is self-signed")
	}
	return d.refusal(fault.UnknownIssuer, "the issuer "+Subject(top)+" is not trusted here")
}

// issuerAmong picks the certificate that issued child, by name, and of several
// the one that also signed it and is valid now; nil if there is none.
func issuerAmong(certs []*x509.Certificate, child *x509.Certificate, now time.Time) *x509.Certificate {
	var byName *x509.Certificate
	for _, c := range certs[:min(len(certs), maxPath)] {
		if c == child || !bytes.Equal(c.RawSubject, child.RawIssuer) {
			continue
		}
		if checkSignature(child, c) == nil && !isOutOfDate(c, now) {
			return c
		}
		if byName == nil {
			byName = c
		}
	}
	return byName
}

// missingIssuer is for a child whose issuer the server does not send.
func (d diagnosis) missingIssuer(child *x509.Certificate) error {
	if root := issuerAmong(d.roots, child, d.now); root != nil {
		if err := d.brokenLink(child, root); err != nil {
			return err
		}
	}
	if e, ok := errors.AsType[x509.CertificateInvalidError](d.err); ok && bytes.Equal(e.Cert.RawSubject, child.RawIssuer) {
		return d.outOfDate(e.Cert)
	}
	if d.trustsName(child.RawIssuer) {
		return d.refusal(fault.OtherProblem, "the trusted root "+issuerName(child)+" does not verify what is issued in its name")
	}
	return d.unknownIssuer(child)
}

// unknownIssuer tells an intermediate that the server should send from a private
// authority, whose root it need not send: a public one says in what it issues where
// its own certificate is (authorityInfoAccess, RFC 5280, section 4.2.2.1).
func (d diagnosis) unknownIssuer(child *x509.Certificate) error {
	switch {
	case child != d.certs[0]:
		return d.refusal(fault.UnknownIssuer, "the issuer "+issuerName(child)+" of "+Subject(child)+" is not trusted here")
	case len(child.IssuingCertificateURL) > 0:
		return d.refusal(fault.MissingIntermediate, "the server does not send its issuer's certificate ("+issuerName(child)+")")
	}
	return d.refusal(fault.UnknownAuthority, "the issuer "+issuerName(child)+" is not trusted here")
}

func (d diagnosis) trustsName(raw []byte) bool {
	return slices.ContainsFunc(d.roots, func(root *x509.Certificate) bool { return bytes.Equal(root.RawSubject, raw) })
}

// brokenLink is what is wrong between child and the parent that it names, or
// nil. A root that is not trusted is not blamed for its dates.
func (d diagnosis) brokenLink(child, parent *x509.Certificate) error {
	bad, from := checkSignature(child, parent), child.CheckSignatureFrom(parent)
	_, weak := errors.AsType[x509.InsecureAlgorithmError](errors.Join(bad, from))
	_, noCA := errors.AsType[x509.ConstraintViolationError](from)
	name := Subject(child)
	switch {
	case bad != nil && hasShortKey(parent):
		return weakKey(parent, d.err)
	case weak:
		return d.refusal(fault.WeakSignature, "the certificate of "+name+" is signed with "+child.SignatureAlgorithm.String()+", which is too weak")
	case bad != nil:
		return d.refusal(fault.OtherProblem, "the certificate of "+name+" is not signed by the issuer it names, "+Subject(parent))
	case noCA:
		return d.refusal(fault.OtherProblem, noAuthority(parent))
	case isOutOfDate(parent, d.now) && (!isSelfSigned(parent) || d.trustsName(parent.RawSubject)):
		return d.outOfDate(parent)
	}
	return nil
}

// checkSignature checks the signature and nothing else.
func checkSignature(child, parent *x509.Certificate) error {
	return parent.CheckSignature(child.SignatureAlgorithm, child.RawTBSCertificate, child.Signature)
}

func isSelfSigned(c *x509.Certificate) bool {
	if !bytes.Equal(c.RawSubject, c.RawIssuer) {
		return false
	}
	err := checkSignature(c, c)
	_, weak := errors.AsType[x509.InsecureAlgorithmError](err)
	return err == nil || weak || hasShortKey(c) // crypto/x509 accepts no signature by a very short key
}
