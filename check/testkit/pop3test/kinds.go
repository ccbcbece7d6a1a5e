package pop3test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// certificates are the arguments of -tls-cert. Each issues the certificate that
// a server sends; the client trusts the root.
var certificates = map[string]func(root *Authority) tls.Certificate{
	"good":          func(r *Authority) tls.Certificate { return r.Issue(Leaf{Names: Localhost}) },
	"rsa":           func(r *Authority) tls.Certificate { return r.Issue(Leaf{Names: Localhost, RSA: true}) },
	"expired":       func(r *Authority) tls.Certificate { return r.Issue(Leaf{Names: Localhost, Validity: Expired()}) },
	"not-yet-valid": func(r *Authority) tls.Certificate { return r.Issue(Leaf{Names: Localhost, Validity: NotYetValid()}) },
	"wrong-name":    func(r *Authority) tls.Certificate { return r.Issue(Leaf{Names: []string{"mail.example.org"}}) },
	"umlaut": func(r *Authority) tls.Certificate {
		return r.Issue(Leaf{Names: []string{"mail.xn--mller-kva.example"}})
	},
	"common-name": func(r *Authority) tls.Certificate { return r.Issue(Leaf{CommonName: "localhost"}) },
	"self-signed": func(*Authority) tls.Certificate { return SelfSigned(Leaf{Names: Localhost}) },
	"signs-only": func(r *Authority) tls.Certificate {
		return r.Issue(Leaf{Names: Localhost, Change: func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCertSign }})
	},
	"any-usage": func(r *Authority) tls.Certificate {
		return r.Issue(Leaf{Names: Localhost, Usage: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	},
	"negative-serial": negativeSerial,
	"version-4":       func(r *Authority) tls.Certificate { return Unreadable(r.Issue(Leaf{Names: Localhost})) },
	"intermediate":    func(r *Authority) tls.Certificate { return below(r).Issue(Leaf{Names: Localhost}) },
	"rsa-chain":       func(r *Authority) tls.Certificate { return below(r).Issue(Leaf{Names: Localhost, RSA: true}) },
	"no-intermediate": func(r *Authority) tls.Certificate { return below(r).Issue(Leaf{Names: Localhost, OmitChain: true}) },
}

func below(root *Authority) *Authority { return root.Intermediate("pop3test intermediate") }

// Unreadable makes the leaf one of version 4, which crypto/x509 does not parse. Nobody gets as far as its signature.
func Unreadable(c tls.Certificate) tls.Certificate {
	c.Certificate[0] = bytes.Replace(c.Certificate[0], []byte{0xa0, 3, asn1.TagInteger, 1, 2}, []byte{0xa0, 3, asn1.TagInteger, 1, 3}, 1)
	return c
}

// negativeSerial issues a certificate with a negative serial number, which
// CreateCertificate refuses: it is replaced in the certificate, which is then
// signed again.
func negativeSerial(root *Authority) tls.Certificate {
	c := root.Issue(Leaf{Names: Localhost, Change: func(c *x509.Certificate) { c.SerialNumber = big.NewInt(0x1234) }})
	var whole struct {
		TBS       asn1.RawValue
		Algorithm pkix.AlgorithmIdentifier
		Signature asn1.BitString
	}
	_, err := asn1.Unmarshal(c.Leaf.Raw, &whole)
	must(err)
	whole.TBS.FullBytes = bytes.Replace(whole.TBS.FullBytes, []byte{asn1.TagInteger, 2, 0x12, 0x34}, []byte{asn1.TagInteger, 2, 0xed, 0xcc}, 1)
	digest := sha256.Sum256(whole.TBS.FullBytes)
	signature, err := root.key.Sign(rand.Reader, digest[:], crypto.SHA256)
	must(err)
	whole.Signature = asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)}
	der, err := asn1.Marshal(whole)
	must(err)
	c.Certificate[0] = der
	c.Leaf, err = x509.ParseCertificate(der)
	must(err)
	return c
}

// CertificateKinds returns the kinds that NewCertificate knows.
func CertificateKinds() []string {
	var kinds []string
	for kind := range certificates {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	return kinds
}

// NewCertificate returns a certificate of a kind, for localhost and its
// addresses, and the root that a client should trust.
func NewCertificate(kind string) (tls.Certificate, *Authority, error) {
	issue, ok := certificates[kind]
	if !ok {
		return tls.Certificate{}, nil, fmt.Errorf("no certificate %q; there are %s", kind, strings.Join(CertificateKinds(), ", "))
	}
	root := newAuthority("pop3test root", strings.HasPrefix(kind, "rsa"), nil)
	return issue(root), root, nil
}

// clientAuth has the arguments of -client-auth.
var clientAuth = map[string]tls.ClientAuthType{"request": tls.VerifyClientCertIfGiven, "require": tls.RequireAndVerifyClientCert}
