package trust

import (
	"crypto/x509"
	"net/netip"
	"slices"
	"strings"
	"time"

	"check_pop3x/check/fault"
)

// checkName returns why the certificate is for neither of the names that the
// policy accepts. The common name is none of a certificate's names (RFC 9525,
// section 2).
func (p Policy) checkName(leaf *x509.Certificate) error {
	host := nameInCertificate(p.VerifyName)
	err := checkHost(leaf, host)
	if err == nil || p.OrName != "" && checkHost(leaf, nameInCertificate(p.OrName)) == nil {
		return nil
	}
	switch {
	case len(leaf.DNSNames)+len(leaf.IPAddresses) == 0 && leaf.Subject.CommonName == "":
		return refusal(fault.NoName, "the certificate has no name (no subjectAltName)", err)
	case len(leaf.DNSNames)+len(leaf.IPAddresses) == 0:
		return refusal(fault.NoName, "the certificate has only a common name, "+Subject(leaf)+", and no subjectAltName", err)
	}
	text := "the certificate is " + p.otherName(leaf)
	if leaf.VerifyHostname(host) == nil { // crypto/x509 would accept it
		text += ": a wildcard needs two labels behind it"
	}
	return refusal(fault.WrongName, text, err)
}

func (p Policy) otherName(leaf *x509.Certificate) string {
	text := "for " + hostNames(leaf) + ", not for " + nameInCertificate(p.VerifyName)
	if p.OrName != "" && !strings.EqualFold(nameInCertificate(p.OrName), nameInCertificate(p.VerifyName)) {
		text += " or " + nameInCertificate(p.OrName)
	}
	return text
}

// nameFirst puts the name before what else is wrong with a leaf: one that is not
// trusted and for another name may be another server's, and no authority is to be
// trusted for its sake.
func (p Policy) nameFirst(leaf *x509.Certificate, err error, now time.Time) error {
	wrong := p.checkName(leaf)
	if wrong == nil || fault.Of(err).Kind != fault.Certificate {
		return err
	}
	host := nameInCertificate(p.VerifyName)
	name, problem := leaf.Subject.CommonName, fault.Of(err).Problem
	switch {
	case fault.Of(wrong).Problem == fault.NoName && (name == "" || strings.EqualFold(name, host)):
		return wrong
	case isSelfSigned(leaf):
		return refusal(fault.OtherServer, "the certificate is self-signed "+p.otherName(leaf), err)
	case problem == fault.UnknownIssuer, problem == fault.UnknownAuthority, problem == fault.MissingIntermediate:
		return refusal(fault.OtherServer, "the certificate is untrusted and "+p.otherName(leaf), err)
	case problem == fault.Expired, problem == fault.NotYetValid && isOutOfDate(leaf, now):
		return refusal(fault.WrongName, fault.Of(wrong).Text+", and "+lapse(leaf, now), err)
	}
	return err
}

// nameInCertificate is host as certificates have it: an address without its
// zone, a name without the dot at its end.
func nameInCertificate(host string) string {
	if a, err := netip.ParseAddr(host); err == nil {
		return a.Unmap().WithZone("").String()
	}
	return strings.TrimSuffix(host, ".")
}

// checkHost returns why a certificate is not for that host. crypto/x509 lets a
// wildcard stand for names right below a top-level domain ("*.lan"). Others do
// not: OpenSSL, curl and Firefox want two labels behind it.
func checkHost(c *x509.Certificate, host string) error {
	if slices.ContainsFunc(c.DNSNames, isTooWide) {
		narrow := *c
		narrow.DNSNames = slices.DeleteFunc(slices.Clone(c.DNSNames), isTooWide)
		c = &narrow
	}
	return c.VerifyHostname(host)
}

func isTooWide(name string) bool {
	domain, wild := strings.CutPrefix(name, "*.")
	return wild && !strings.Contains(strings.TrimSuffix(domain, "."), ".")
}

// nameConstraint names the issuer that may not issue for all of the
// certificate's names (RFC 5280, section 4.2.1.10), and what it may.
func (d diagnosis) nameConstraint() error {
	for _, c := range slices.Concat(d.certs[1:], d.roots) {
		if limits := constraints(c); limits != "" {
			return d.refusal(fault.NameConstraint, Subject(c)+" may issue "+limits+", but the certificate is for "+hostNames(d.certs[0]))
		}
	}
	return d.refusal(fault.NameConstraint, "an issuer of the certificate may not issue for one of its names")
}

// constraints are those on host names and addresses, for people; "" if there
// are none.
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
		parts = append(parts, "for "+fault.JoinFirst(permitted)+" only")
	}
	if len(excluded) > 0 {
		parts = append(parts, "not for "+fault.JoinFirst(excluded))
	}
	return strings.Join(parts, " and ")
}
