package trust

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"slices"
	"strings"
	"time"

	"check_pop3x/check/fault"
)

// maxName bounds a name from a certificate, in characters.
const maxName = 40

// Subject is what people call a certificate, in quotes.
func Subject(c *x509.Certificate) string {
	if c.Subject.CommonName == "" && len(c.DNSNames) > 0 {
		return fault.Quote(c.DNSNames[0], maxName)
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
	return fault.Quote(name, maxName)
}

// hostNames are the names that a certificate is for: both of two, or the first
// and how many more; the common name if it has no other.
func hostNames(c *x509.Certificate) string {
	names := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	switch len(names) {
	case 0:
		return Subject(c) + " (a common name)"
	case 1:
		return hostName(names[0])
	case 2:
		return hostName(names[0]) + " and " + hostName(names[1])
	}
	return fmt.Sprintf("%s and %d more", hostName(names[0]), len(names)-1)
}

// hostName quotes what is no name of a host, so that nobody takes it for our words.
func hostName(name string) string {
	if strings.Trim(name, "*.-_:0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return fault.Quote(name, maxName)
	}
	return fault.Shorten(name, maxName)
}

// dates says since when or from when on a certificate is not or not yet valid.
func dates(c *x509.Certificate, now time.Time) string {
	if now.Before(c.NotBefore) {
		return "is not valid before " + formatMinute(c.NotBefore)
	}
	return "expired " + fault.Span(now.Sub(c.NotAfter)) + " ago (" + c.NotAfter.UTC().Format(time.DateOnly) + ")"
}

// lapse is dates in short.
func lapse(c *x509.Certificate, now time.Time) string {
	if now.Before(c.NotBefore) {
		return "not valid yet"
	}
	return "expired"
}

func formatMinute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }
