package trust

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"slices"
	"time"

	"check_pop3x/check/fault"
)

// A CertificateError says why a certificate was not accepted, in facts.
type CertificateError struct {
	Problem     fault.Problem
	Certificate *x509.Certificate // the one to blame: the leaf, or one above it
	Host        string            // WrongName: the name that was wanted
	Time        time.Time         // when it was judged
	Detail      string            // OtherProblem: a sentence of our own
	Err         error             // what crypto/x509 says
}

// fault is e with the kind that it has.
func (e *CertificateError) fault() error {
	return &fault.Error{Kind: fault.Certificate, Problem: e.Problem, Text: e.Error(), Err: e}
}

func (e *CertificateError) Unwrap() error { return e.Err }

// Error is a sentence for people, without a full stop. Names in it are the
// server's, and not cleaned.
func (e *CertificateError) Error() string {
	c := e.Certificate
	switch e.Problem {
	case fault.Expired:
		return fmt.Sprintf("the certificate of %s expired %s, %s ago", Subject(c), minute(c.NotAfter), fault.Span(e.Time.Sub(c.NotAfter)))
	case fault.NotYetValid:
		return fmt.Sprintf("the certificate of %s is not valid until %s, in %s", Subject(c), minute(c.NotBefore), fault.Span(c.NotBefore.Sub(e.Time)))
	case fault.WrongName, fault.NoName:
		return wrongName(c, e.Host)
	case fault.SelfSigned:
		return "the certificate is self-signed"
	case fault.UnknownIssuer:
		return "issued by " + Subject(c) + ", which is not among the trusted roots"
	case fault.MissingIntermediate:
		return fmt.Sprintf("the server does not send the certificate of %s, which issued %s, and no trusted root has that name", issuerOf(c), e.itsOwn())
	case fault.NoRoots:
		return "this system has no trusted roots"
	}
	return e.Detail
}

// itsOwn names the certificate whose issuer is missing.
func (e *CertificateError) itsOwn() string {
	if e.Certificate.IsCA {
		return "that of " + Subject(e.Certificate)
	}
	return "its own"
}

func wrongName(c *x509.Certificate, host string) string {
	switch {
	case c.VerifyHostname(host) == nil: // see isFor
		return "the certificate is for " + shownNames(c) + ", not for " + host + ": a wildcard needs two labels behind it"
	case len(c.DNSNames)+len(c.IPAddresses) > 0:
		return "the certificate is for " + shownNames(c) + ", not for " + host
	case c.Subject.CommonName == "":
		return "the certificate has no name in subjectAltName"
	}
	// RFC 9525, section 2: the common name is none
	return "the certificate has no name in subjectAltName, only the common name " + Subject(c)
}

// shownNames are the names of a certificate, or as many as fit into a line.
func shownNames(c *x509.Certificate) string {
	names := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	return fault.List(names)
}

// Subject names a certificate in quotes.
func Subject(c *x509.Certificate) string {
	if c.Subject.CommonName == "" && len(c.DNSNames) > 0 {
		return `"` + c.DNSNames[0] + `"`
	}
	return quotedName(c.Subject)
}

func issuerOf(c *x509.Certificate) string { return quotedName(c.Issuer) }

// quotedName takes what people know an issuer by.
func quotedName(n pkix.Name) string {
	name := n.CommonName
	if name == "" && len(n.Organization) > 0 {
		name = n.Organization[0]
	}
	if name == "" {
		name = n.String()
	}
	return `"` + name + `"`
}

func minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }
