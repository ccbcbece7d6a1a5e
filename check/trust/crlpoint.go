package trust

import (
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A CRLPoint is where a certificate says that a CRL about it is (RFC 5280, section
// 4.2.1.13).
type CRLPoint struct {
	URLs  []string // of HTTP, each as good as the others
	names []string // all URLs of the point
}

// Distribution points, and the extension of a CRL that says which it is for (RFC
// 5280, sections 4.2.1.13 and 5.2.5). A choice is one of two optional fields here.
type (
	distributionPoint struct {
		Name    pointName      `asn1:"optional,tag:0"`
		Reasons asn1.BitString `asn1:"optional,tag:1"`
		Issuer  asn1.RawValue  `asn1:"optional,tag:2"`
	}
	pointName struct {
		Full     []asn1.RawValue `asn1:"optional,tag:0"`
		Relative asn1.RawValue   `asn1:"optional,tag:1"`
	}
	scope struct {
		Name           pointName      `asn1:"optional,tag:0"`
		OnlyUsers      bool           `asn1:"optional,tag:1"`
		OnlyCAs        bool           `asn1:"optional,tag:2"`
		Reasons        asn1.BitString `asn1:"optional,tag:3"`
		Indirect       bool           `asn1:"optional,tag:4"`
		OnlyAttributes bool           `asn1:"optional,tag:5"`
	}
)

// The extensions of a CRL that are understood (RFC 5280, section 5.2).
var (
	crlNumberExtension    = asn1.ObjectIdentifier{2, 5, 29, 20}
	authorityKeyExtension = asn1.ObjectIdentifier{2, 5, 29, 35}
	deltaExtension        = asn1.ObjectIdentifier{2, 5, 29, 27}
	scopeExtension        = asn1.ObjectIdentifier{2, 5, 29, 28}
)

// Those of a certificate (RFC 5280, section 4.2.1.13, and RFC 9608).
var (
	pointsExtension       = asn1.ObjectIdentifier{2, 5, 29, 31}
	noRevocationExtension = asn1.ObjectIdentifier{2, 5, 29, 56}
)

// CRLPoints returns the points whose CRL lists the certificate for all reasons,
// signed by its issuer, and is available by HTTP. One of them is enough. LDAP is not
// looked at, nor is HTTPS, whose certificate would have to be checked first.
func CRLPoints(c *x509.Certificate) (usable []CRLPoint) {
	for _, e := range c.Extensions {
		var points []distributionPoint
		if !e.Id.Equal(pointsExtension) {
			continue
		}
		if rest, err := asn1.Unmarshal(e.Value, &points); err != nil || len(rest) > 0 {
			return nil
		}
		for _, p := range points {
			one := CRLPoint{names: p.Name.urls()}
			for _, u := range one.names {
				if isPlainHTTP(u) {
					one.URLs = append(one.URLs, u)
				}
			}
			if len(one.URLs) > 0 && p.Reasons.BitLength == 0 && len(p.Issuer.FullBytes) == 0 {
				usable = append(usable, one)
			}
		}
	}
	return usable
}

// maxURL limits the URL of a list, in octets.
const maxURL = 2048

func isPlainHTTP(text string) bool {
	odd := func(r rune) bool { return r <= ' ' || r > '~' }
	u, err := url.Parse(text)
	return err == nil && len(text) <= maxURL && !strings.ContainsFunc(text, odd) && u.Scheme == "http" && u.Hostname() != "" && u.User == nil
}

// urls are the names of a point that are URLs.
func (n pointName) urls() (all []string) {
	const uniformResourceIdentifier = 6 // of GeneralName (RFC 5280, section 4.2.1.6)
	for _, name := range n.Full {
		if name.Class == asn1.ClassContextSpecific && name.Tag == uniformResourceIdentifier {
			all = append(all, string(name.Bytes))
		}
	}
	return all
}

// maxShortLife is the longest life of a certificate that need not say how to learn
// that it was revoked (CA/Browser Forum, Baseline Requirements, section 1.6.1:
// short-lived, 10 days until March 2026).
const maxShortLife = 10 * 24 * time.Hour

// IsIrrevocable reports whether a certificate is meant to have no CRL: it says so
// (RFC 9608), or ends before anybody would learn of it.
func IsIrrevocable(c *x509.Certificate) bool {
	return !c.IsCA && (hasExtension(c, noRevocationExtension) || c.NotAfter.Sub(c.NotBefore) <= maxShortLife)
}

// read reads the extension that says what a CRL is for. One that is for some
// reasons, or for certificates of other issuers, is not used.
func (s *scope) read(value []byte) error {
	rest, err := asn1.Unmarshal(value, s)
	switch {
	case err != nil || len(rest) > 0:
		return errors.New("its scope is not understood")
	case s.Indirect:
		return errors.New("it is an indirect CRL")
	case s.OnlyAttributes:
		return errors.New("it covers attribute certificates only")
	case s.Reasons.BitLength > 0:
		return errors.New("it covers some reasons only")
	case len(s.Name.Relative.FullBytes) > 0:
		return errors.New("its scope is not understood")
	}
	return nil
}

// covers returns why a list does not tell about a certificate that names the
// point, or nil (RFC 5280, section 6.3.3, step b). An issuer with many
// certificates has many lists, and whoever is on the way can hand out the wrong
// one.
func (s *scope) covers(c *x509.Certificate, point CRLPoint) error {
	ca := c.BasicConstraintsValid && c.IsCA
	own := func(name string) bool { return slices.Contains(point.names, name) }
	switch {
	case s.OnlyUsers && ca:
		return errors.New("it covers no intermediates")
	case s.OnlyCAs && !ca:
		return errors.New("it covers intermediates only")
	case len(s.Name.Full) > 0 && !slices.ContainsFunc(s.Name.urls(), own):
		return errors.New("it covers other certificates")
	}
	return nil
}
