package pop3test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"time"
)

// Localhost has the names of this machine.
var Localhost = []string{"localhost", "127.0.0.1", "::1"}

// A Validity is when a certificate is valid. Zero times are an hour ago and a
// year from now.
type Validity struct {
	NotBefore, NotAfter time.Time
}

// Expired returns a validity that ended an hour ago.
func Expired() Validity {
	return Validity{time.Now().AddDate(0, -1, 0), time.Now().Add(-time.Hour)}
}

// NotYetValid returns a validity that begins tomorrow.
func NotYetValid() Validity {
	return Validity{time.Now().AddDate(0, 0, 1), time.Now().AddDate(1, 0, 0)}
}

// A Leaf describes a certificate that is not of an authority.
type Leaf struct {
	CommonName string
	Names      []string // subjectAltName: host names and addresses
	Validity
	RSA       bool               // an RSA key of 2048 bits (0.1 s) instead of ECDSA P-256
	Key       crypto.Signer      // instead of a new one
	OmitChain bool               // do not send the intermediates
	Usage     []x509.ExtKeyUsage // default: server and client

	Change func(*x509.Certificate) // changes the template; may be nil
}

// An Authority issues certificates. Its methods panic if that fails.
type Authority struct {
	cert  *x509.Certificate
	key   crypto.Signer
	chain [][]byte // the intermediates, which a server sends after the leaf
	rsa   bool     // it and the authorities below it have RSA keys
}

// NewAuthority returns a new root.
func NewAuthority(name string, v ...Validity) *Authority { return newAuthority(name, false, v) }

func newAuthority(name string, rsa bool, v []Validity) *Authority {
	key := newKey(rsa)
	template := authorityTemplate(name, v)
	return &Authority{cert: sign(template, template, key.Public(), key), key: key, rsa: rsa}
}

// Intermediate returns an authority below this one.
func (a *Authority) Intermediate(name string, v ...Validity) *Authority {
	return a.Limited(name, func(c *x509.Certificate) {
		until := authorityTemplate(name, v)
		c.NotBefore, c.NotAfter = until.NotBefore, until.NotAfter
	})
}

// Limited returns an authority below this one. change changes the template.
func (a *Authority) Limited(name string, change func(*x509.Certificate)) *Authority {
	key, template := newKey(a.rsa), authorityTemplate(name, nil)
	change(template)
	cert := sign(template, a.cert, key.Public(), a.key)
	return &Authority{cert: cert, key: key, chain: append([][]byte{cert.Raw}, a.chain...), rsa: a.rsa}
}

// CrossSign returns a certificate for another authority's name and key, issued
// by this one.
func (a *Authority) CrossSign(other *Authority, v ...Validity) *x509.Certificate {
	return sign(authorityTemplate(other.cert.Subject.CommonName, v), a.cert, other.key.Public(), a.key)
}

// Issue returns a certificate with the chain that a server sends.
func (a *Authority) Issue(l Leaf) tls.Certificate {
	key := l.key()
	cert := sign(l.template(), a.cert, key.Public(), a.key)
	issued := tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key, Leaf: cert}
	if !l.OmitChain {
		issued.Certificate = append(issued.Certificate, a.chain...)
	}
	return issued
}

// SelfSigned returns a self-signed certificate.
func SelfSigned(l Leaf) tls.Certificate {
	key := l.key()
	template := l.template()
	cert := sign(template, template, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key, Leaf: cert}
}

func (l Leaf) key() crypto.Signer {
	if l.Key != nil {
		return l.Key
	}
	return newKey(l.RSA)
}

// Key returns the authority's key.
func (a *Authority) Key() crypto.Signer { return a.key }

// Certificate returns the authority's certificate.
func (a *Authority) Certificate() *x509.Certificate { return a.cert }

// PEM returns the authority's certificate for --ca-file.
func (a *Authority) PEM() []byte { return certificatePEM(a.cert.Raw) }

// Pool returns a pool of this authority alone.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// PEM returns a certificate with its chain, and its key, for other programs.
func PEM(c tls.Certificate) (chain, key []byte) {
	der, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	must(err)
	return certificatePEM(c.Certificate...), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// ServerTLS returns the configuration of a server with these certificates.
func ServerTLS(c ...tls.Certificate) *tls.Config {
	return &tls.Config{Certificates: c}
}

func certificatePEM(chain ...[]byte) (all []byte) {
	for _, der := range chain {
		all = append(all, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	return all
}

func authorityTemplate(name string, v []Validity) *x509.Certificate {
	template := newTemplate(name, append(v, Validity{})[0])
	template.IsCA = true
	template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	return template
}

func (l Leaf) template() *x509.Certificate {
	template := newTemplate(l.CommonName, l.Validity)
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = l.Usage
	if l.Usage == nil {
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	}
	for _, name := range l.Names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	if l.Change != nil {
		l.Change(template)
	}
	return template
}

func newTemplate(name string, v Validity) *x509.Certificate {
	if v.NotBefore.IsZero() {
		v.NotBefore = time.Now().Add(-time.Hour)
	}
	if v.NotAfter.IsZero() {
		v.NotAfter = time.Now().AddDate(1, 0, 0)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	must(err)
	return &x509.Certificate{
		SerialNumber:          serial.Add(serial, big.NewInt(1)), // RFC 5280, section 4.1.2.2: positive
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             v.NotBefore,
		NotAfter:              v.NotAfter,
		BasicConstraintsValid: true,
	}
}

func newKey(asRSA bool) crypto.Signer {
	if asRSA {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		must(err)
		return key
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	return key
}

func sign(template, parent *x509.Certificate, public crypto.PublicKey, key crypto.Signer) *x509.Certificate {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
	must(err)
	cert, err := x509.ParseCertificate(der)
	must(err)
	return cert
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
