package trust

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"slices"
	"time"

	"check_pop3x/check/fault"
)

// Subject is what people call a certificate, in quotes. It is what the server
// sent, and not cleaned.
func Subject(c *x509.Certificate) string {
	if c.Subject.CommonName == "" && len(c.DNSNames) > 0 {
		return `"` + c.DNSNames[0] + `"`
	}
	return quotedName(c.Subject)
}

func issuerName(c *x509.Certificate) string { return quotedName(c.Issuer) }

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

// hostNames are the names that a certificate is for, or as many as fit into a
// line.
func hostNames(c *x509.Certificate) string {
	names := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	return fault.JoinFirst(names)
}

func formatMinute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }
