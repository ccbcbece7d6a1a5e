package trust

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"strings"
	"testing"
)

// Which URLs of a certificate are asked for its CRL.
func TestCRLPoints(t *testing.T) {
	full := func(n pointName) distributionPoint { return distributionPoint{Name: n} }
	some := asn1.BitString{Bytes: []byte{0x40}, BitLength: 2}
	issuer := asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 2, IsCompound: true, Bytes: []byte{0x82, 1, 'x'}}
	for name, c := range map[string]struct {
		points []distributionPoint
		want   string
	}{
		"one":           {[]distributionPoint{full(named(leafList))}, leafList},
		"alternatives":  {[]distributionPoint{full(named("ldap://x/y", "http://a/1", "http://b/1"))}, "http://a/1,http://b/1"},
		"two points":    {[]distributionPoint{full(named("http://a/1")), full(named("http://b/2"))}, "http://a/1 http://b/2"},
		"no HTTP":       {[]distributionPoint{full(named("ldap:///cn=x", "https://a/1", "ftp://a/1", "http:///x", "http://u:p@a/", "x", "http://%zz/"))}, ""},
		"for a reason":  {[]distributionPoint{{Name: named("http://a/1"), Reasons: some}, full(named("http://b/2"))}, "http://b/2"},
		"of another CA": {[]distributionPoint{{Name: named("http://a/1"), Issuer: issuer}}, ""},
		"nothing":       {[]distributionPoint{{}}, ""},
	} {
		template := server("mail.example.org")
		template.ExtraExtensions = []pkix.Extension{{Id: pointsExtension, Value: der(asn1.Marshal(c.points))}}
		var got []string
		for _, p := range CRLPoints(sign(t, template, nil, nil).cert) {
			got = append(got, strings.Join(p.URLs, ","))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// What ends soon, or says that it is never revoked, needs no CRL.
func TestIrrevocable(t *testing.T) {
	promises := server("a")
	promises.ExtraExtensions = []pkix.Extension{{Id: noRevocationExtension, Value: []byte{5, 0}}}
	for want, templates := range map[bool][]*x509.Certificate{
		true:  {promises, valid(server("a"), -day, 6*day)},
		false: {server("a"), valid(server("a"), -day, 12*day)},
	} {
		for _, template := range templates {
			if c := sign(t, template, nil, nil).cert; IsIrrevocable(c) != want {
				t.Errorf("%s to %s: %t", c.NotBefore, c.NotAfter, !want)
			}
		}
	}
}
