package trust

import (
	"crypto/x509"
	"slices"
	"strings"

	"check_pop3x/check/fault"
)

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

// usages are what the extended key usages are for (RFC 5280, section 4.2.1.12).
var usages = map[x509.ExtKeyUsage]string{
	x509.ExtKeyUsageClientAuth: "clients", x509.ExtKeyUsageCodeSigning: "code", x509.ExtKeyUsageEmailProtection: "e-mail",
	x509.ExtKeyUsageTimeStamping: "time stamps", x509.ExtKeyUsageOCSPSigning: "OCSP answers",
}

// wrongUsage says what a certificate is meant for instead of servers, or that an
// issuer may not issue for servers.
func (d diagnosis) wrongUsage() error {
	leaf := d.certs[0]
	if isForServers(leaf) {
		return d.refusal(fault.WrongUsage, "an issuer of the certificate may not issue for servers (extended key usage)")
	}
	return d.refusal(fault.WrongUsage, "the certificate is meant for "+meantFor(leaf)+", not for servers (extended key usage)")
}

// isForServers reports whether crypto/x509 takes a certificate for a server's: it
// says so, or "any", or nothing.
func isForServers(c *x509.Certificate) bool {
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
