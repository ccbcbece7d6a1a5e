package pop3test

import (
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"testing"
	"time"
)

// verify verifies a certificate as a client does that trusts the root.
func verify(t *testing.T, c tls.Certificate, root *Authority, name string) error {
	t.Helper()
	pool := x509.NewCertPool()
	for _, der := range c.Certificate[1:] {
		between, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		pool.AddCert(between)
	}
	_, err := c.Leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: root.Pool(), Intermediates: pool})
	return err
}

func TestCertificates(t *testing.T) {
	root := NewAuthority("root")
	sub := root.Intermediate("sub").Intermediate("subsub")
	old := root.Intermediate("old", Expired())
	local := Leaf{Names: Localhost}
	var expired x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	for _, tt := range []struct {
		what string
		cert tls.Certificate
		host string
		want any
	}{
		{"good", root.Issue(local), "localhost", nil},
		{"address", root.Issue(local), "::1", nil},
		{"RSA", root.Issue(Leaf{Names: Localhost, RSA: true}), "127.0.0.1", nil},
		{"wrong name", root.Issue(Leaf{Names: []string{"mail.example.org"}}), "localhost", &name},
		{"common name only", root.Issue(Leaf{CommonName: "localhost"}), "localhost", &name},
		{"expired", root.Issue(Leaf{Names: Localhost, Validity: Expired()}), "localhost", &expired},
		{"not yet valid", root.Issue(Leaf{Names: Localhost, Validity: NotYetValid()}), "localhost", &expired},
		{"self-signed", SelfSigned(local), "localhost", &unknown},
		{"intermediates", sub.Issue(local), "localhost", nil},
		{"intermediates kept", sub.Issue(Leaf{Names: Localhost, OmitChain: true}), "localhost", &unknown},
		{"expired intermediate", old.Issue(local), "localhost", &expired},
	} {
		err := verify(t, tt.cert, root, tt.host)
		if tt.want == nil && err != nil || tt.want != nil && (err == nil || !errors.As(err, tt.want)) {
			t.Errorf("%s: %v", tt.what, err)
		}
	}
	if n := len(sub.Issue(local).Certificate); n != 3 {
		t.Errorf("%d certificates sent, want leaf and two intermediates", n)
	}
}

func TestCrossSign(t *testing.T) {
	root, other := NewAuthority("root"), NewAuthority("other")
	sub := root.Intermediate("sub")
	cert := sub.Issue(Leaf{Names: Localhost})
	cert.Certificate = append(cert.Certificate, other.CrossSign(sub).Raw)
	for _, r := range []*Authority{root, other} {
		if err := verify(t, cert, r, "localhost"); err != nil {
			t.Errorf("%s: %v", r.Certificate().Subject, err)
		}
	}
}

func TestPEM(t *testing.T) {
	for _, asRSA := range []bool{false, true} {
		root := NewAuthority("root")
		chain, key := PEM(root.Intermediate("sub").Issue(Leaf{Names: Localhost, RSA: asRSA}))
		cert, err := tls.X509KeyPair(chain, key)
		if err != nil || len(cert.Certificate) != 2 {
			t.Errorf("%v, %d certificates", err, len(cert.Certificate))
		}
		if _, ok := cert.PrivateKey.(*rsa.PrivateKey); ok != asRSA {
			t.Errorf("key is %T", cert.PrivateKey)
		}
		if !x509.NewCertPool().AppendCertsFromPEM(root.PEM()) {
			t.Error("no certificate in the authority's PEM")
		}
	}
}

func TestDefaultValidity(t *testing.T) {
	cert := NewAuthority("root").Issue(Leaf{}).Leaf
	if left := time.Until(cert.NotAfter); left < 364*24*time.Hour || left > 367*24*time.Hour {
		t.Errorf("valid for %v", left)
	}
}
