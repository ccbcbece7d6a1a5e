package pop3test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
)

// certificates are the words of -tls-cert: what a server shows, and the authority that a client should know.
var certificates = map[string]func(root *Authority) tls.Certificate{
	"good":          func(r *Authority) tls.Certificate { return r.Issue(Leaf{Names: Localhost}) },
	"rsa":           func(r *Authority) tls.Certificate { return r.Issue(Leaf{Names: Localhost, RSA: true}) },
	"expired":       func(r *Authority) tls.Certificate { return r.Issue(Leaf{Names: Localhost, Validity: Expired()}) },
	"not-yet-valid": func(r *Authority) tls.Certificate { return r.Issue(Leaf{Names: Localhost, Validity: NotYetValid()}) },
	"wrong-name":    func(r *Authority) tls.Certificate { return r.Issue(Leaf{Names: []string{"mail.example.org"}}) },
	"common-name":   func(r *Authority) tls.Certificate { return r.Issue(Leaf{CommonName: "localhost"}) },
	"self-signed":   func(*Authority) tls.Certificate { return SelfSigned(Leaf{Names: Localhost}) },
	"signs-only": func(r *Authority) tls.Certificate {
		return r.Issue(Leaf{Names: Localhost, Change: func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCertSign }})
	},
	"any-usage": func(r *Authority) tls.Certificate {
		return r.Issue(Leaf{Names: Localhost, Usage: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	},
	"intermediate":    func(r *Authority) tls.Certificate { return below(r).Issue(Leaf{Names: Localhost}) },
	"rsa-chain":       func(r *Authority) tls.Certificate { return below(r).Issue(Leaf{Names: Localhost, RSA: true}) },
	"no-intermediate": func(r *Authority) tls.Certificate { return below(r).Issue(Leaf{Names: Localhost, OmitChain: true}) },
}

func below(root *Authority) *Authority { return root.Intermediate("pop3test intermediate") }

// CertificateKinds are the words that NewCertificate knows.
func CertificateKinds() []string {
	var kinds []string
	for kind := range certificates {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	return kinds
}

// NewCertificate makes a certificate of a kind, for localhost and its addresses, and the root that it is
// to be verified against.
func NewCertificate(kind string) (tls.Certificate, *Authority, error) {
	issue, ok := certificates[kind]
	if !ok {
		return tls.Certificate{}, nil, fmt.Errorf("no certificate %q; there are %s", kind, strings.Join(CertificateKinds(), ", "))
	}
	root := newAuthority("pop3test root", strings.HasPrefix(kind, "rsa"), nil)
	return issue(root), root, nil
}

// clientAuth are the words of -client-auth.
var clientAuth = map[string]tls.ClientAuthType{"request": tls.VerifyClientCertIfGiven, "require": tls.RequireAndVerifyClientCert}
