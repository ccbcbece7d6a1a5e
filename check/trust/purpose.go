package trust

import (
	"crypto/x509"
	"slices"
	"strings"

	"check_pop3x/check/fault"
)

// constrained names the issuer that may not issue for all of the certificate's
// names (RFC 5280, section 4.2.1.10), and what it may.
func (v *verification) constrained(err x509.CertificateInvalidError) error {
	e := &CertificateError{Problem: fault.NameConstraint, Certificate: v.certs[0], Err: err}
	e.Detail = "an issuer of the certificate may not issue for one of its names"
	for _, c := range slices.Concat(v.certs[1:], v.roots) {
		if limits := constraints(c); limits != "" {
			e.Certificate = c
			e.Detail = Subject(c) + " may issue " + limits + ", but the certificate is for " + shownNames(v.certs[0])
			break
		}
	}
	return v.wrap(e)
}

// constraints are those on host names and addresses, for people; "" without.
func constraints(c *x509.Certificate) string {
	permitted, excluded := slices.Clone(c.PermittedDNSDomains), slices.Clone(c.ExcludedDNSDomains)
	for _, n := range c.PermittedIPRanges {
		permitted = append(permitted, n.String())
	}
	for _, n := range c.ExcludedIPRanges {
		excluded = append(excluded, n.String())
	}
	var parts []string
	if len(permitted) > 0 {
		parts = append(parts, "for "+fault.List(permitted)+" only")
	}
	if len(excluded) > 0 {
		parts = append(parts, "not for "+fault.List(excluded))
	}
	return strings.Join(parts, " and ")
}

// usages are the extended key usages by what they are called (RFC 5280, section
// 4.2.1.12).
var usages = map[x509.ExtKeyUsage]string{
	x509.ExtKeyUsageClientAuth: "clients", x509.ExtKeyUsageCodeSigning: "code", x509.ExtKeyUsageEmailProtection: "e-mail",
	x509.ExtKeyUsageTimeStamping: "time stamps", x509.ExtKeyUsageOCSPSigning: "OCSP answers",
}

// misused says what a certificate is meant for that is not meant for servers, or
// that an issuer may not issue such.
func (v *verification) misused(err x509.CertificateInvalidError) error {
	leaf := v.certs[0]
	e := &CertificateError{Problem: fault.WrongUsage, Certificate: leaf, Err: err}
	e.Detail = "an issuer of the certificate may not issue for servers (extended key usage)"
	if !forServers(leaf) {
		e.Detail = "the certificate is meant for " + meantFor(leaf) + ", not for servers (extended key usage)"
	}
	return v.wrap(e)
}

// forServers says whether a certificate may be a server's: it says so, or
// nothing.
func forServers(c *x509.Certificate) bool {
	return len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0 ||
		slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageServerAuth) || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny)
}

func meantFor(c *x509.Certificate) string {
	var names []string
	for _, u := range c.ExtKeyUsage {
		if name, ok := usages[u]; ok {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "something else"
	}
	return strings.Join(names, ", ")
}
