//go:build integration

// The private certificate authority: a root that the plugin is told with --ca-file, an intermediate, and certificates
// for servers. All of it is made for each run.

package integration

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// signer is a certificate with its key.
type signer struct {
	cert *x509.Certificate
	key  crypto.Signer
}

type authority struct {
	file         string // the root, as --ca-file wants it
	root         *signer
	intermediate *signer
}

// identity is what a server presents, as PEM.
type identity struct {
	leaf  string // its certificate alone
	chain string // with the intermediate, as it should be sent
	key   string
}

// newAuthority writes its root to dir/ca.pem.
func newAuthority(dir string) (*authority, error) {
	root, err := sign(caTemplate("check_pop3x test root"), nil)
	if err != nil {
		return nil, err
	}
	intermediate, err := sign(caTemplate("check_pop3x test intermediate"), root)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "ca.pem")
	return &authority{file, root, intermediate}, os.WriteFile(file, []byte(root.pem()), 0o644)
}

// issue makes a certificate for the names and addresses; the first is its common name, too.
func (a *authority) issue(names ...string) (*identity, error) {
	return a.issueFor(leafTemplate(names))
}

// issueClient makes the certificate of a user.
func (a *authority) issueClient(user string) (*identity, error) {
	leaf := leafTemplate([]string{user})
	leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	return a.issueFor(leaf)
}

func (a *authority) issueFor(template *x509.Certificate) (*identity, error) {
	leaf, err := sign(template, a.intermediate)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(leaf.key)
	if err != nil {
		return nil, err
	}
	key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	return &identity{leaf.pem(), leaf.pem() + a.intermediate.pem(), string(key)}, nil
}

func caTemplate(name string) *x509.Certificate {
	return &x509.Certificate{
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(90 * 24 * time.Hour),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
}

func leafTemplate(names []string) *x509.Certificate {
	leaf := &x509.Certificate{
		Subject:     pkix.Name{CommonName: names[0]},
		NotBefore:   time.Now().Add(-time.Hour),
		NotAfter:    time.Now().Add(60 * 24 * time.Hour),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			leaf.IPAddresses = append(leaf.IPAddresses, ip)
		} else {
			leaf.DNSNames = append(leaf.DNSNames, name)
		}
	}
	return leaf
}

// sign makes a key for the template and has it signed by parent, or by itself.
func sign(template *x509.Certificate, parent *signer) (*signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if parent == nil {
		parent = &signer{template, key}
	}
	if template.SerialNumber, err = rand.Int(rand.Reader, big.NewInt(1<<62)); err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent.cert, key.Public(), parent.key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return &signer{cert, key}, err
}

func (s *signer) pem() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.cert.Raw}))
}
