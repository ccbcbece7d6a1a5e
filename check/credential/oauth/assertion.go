package oauth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"github.com/go-jose/go-jose/v4"

	"check_pop3x/check/fault"
	"check_pop3x/check/files"
)

// A signer signs assertions (RFC 7523).
type signer struct {
	jose.Signer
	issuer     string            // the owner of the key, if its file says so
	thumbprint string            // of the public key
	cert       *x509.Certificate // of the key; nil if no file has it
}

// claims are those of RFC 7523, section 3, and the scope, which Google wants
// here.
type claims struct {
	Issuer    string `json:"iss"`
	Subject   string `json:"sub"`
	Audience  string `json:"aud"`
	Scope     string `json:"scope,omitempty"`
	ID        string `json:"jti"`
	IssuedAt  int64  `json:"iat"`
	NotBefore int64  `json:"nbf"`
	Expires   int64  `json:"exp"`
}

// How long assertions are valid.
const (
	skew       = 10 * time.Second // by which clocks may differ
	clientLife = 5 * time.Minute
	grantLife  = time.Hour // Google's tokens live as long as the assertion
)

// claims returns those of a service account that asks on behalf of a user, or
// of a client that asks for itself.
func (s *source) claims() claims {
	issued := s.now().Add(-skew)
	c := claims{Issuer: s.ClientID, Subject: s.ClientID, Audience: s.client.tokenURL, ID: newID()}
	life := s.assertionLife
	if user := s.subject(); user != "" {
		c.Issuer, c.Subject, c.Scope = s.client.signer.issuer, user, s.scope()
		life = grantLife
	}
	c.IssuedAt, c.NotBefore, c.Expires = issued.Unix(), issued.Unix(), issued.Add(life).Unix()
	return c
}

// newID returns an id that no other assertion has.
func newID() string {
	id := make([]byte, 16)
	rand.Read(id)
	return hex.EncodeToString(id)
}

// sign returns the assertion in its compact form (RFC 7515, section 3.1).
func (s *signer) sign(c claims) (string, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	object, err := s.Sign(text)
	if err != nil {
		return "", err
	}
	return object.CompactSerialize()
}

// newSigner returns a signer with a key. algorithm is for RSA; the keys of each
// elliptic curve have their own (RFC 7518, section 3.4). Empty headers are left
// out.
func newSigner(key crypto.Signer, algorithm jose.SignatureAlgorithm, header map[jose.HeaderKey]string) (*signer, error) {
	switch key := key.(type) {
	case *rsa.PrivateKey:
		if key.N.BitLen() < 2048 { // RFC 7518, section 3.3
			return nil, errors.New("it has fewer than 2048 bits")
		}
	case *ecdsa.PrivateKey:
		switch key.Curve.Params().BitSize {
		case 256:
			algorithm = jose.ES256
		case 384:
			algorithm = jose.ES384
		default:
			algorithm = jose.ES512
		}
	default:
		algorithm = jose.EdDSA
	}
	options := (&jose.SignerOptions{}).WithType("JWT")
	for name, value := range header {
		if value != "" {
			options.WithHeader(name, value)
		}
	}
	inner, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, options)
	if err != nil {
		return nil, err
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, err
	}
	return &signer{Signer: inner, thumbprint: files.Digest(string(public))}, nil
}

// readSigner reads a key and its certificate, if there is one. The server finds
// the key by the certificate's thumbprint (RFC 7515, sections 4.1.7 and 4.1.8),
// for Microsoft that of SHA-256.
func readSigner(keyFile, certFile string, algorithm jose.SignatureAlgorithm) (*signer, error) {
	text, err := files.Read(keyFile, isSecret)
	if err != nil {
		return nil, fault.Wrap(fault.Usage, err)
	}
	header := map[jose.HeaderKey]string{}
	var cert *x509.Certificate
	key, err := parseKey(keyFile, text)
	if err != nil {
		return nil, err
	}
	if certFile != "" {
		if cert, err = readCertificate(certFile, keyFile, text); err != nil {
			return nil, err
		}
		sum256, sum1 := sha256.Sum256(cert.Raw), sha1.Sum(cert.Raw)
		header["x5t#S256"] = base64.RawURLEncoding.EncodeToString(sum256[:])
		if algorithm != jose.PS256 {
			header["x5t"] = base64.RawURLEncoding.EncodeToString(sum1[:])
		}
	}
	s, err := newSigner(key, algorithm, header)
	if err != nil {
		return nil, fault.New(fault.Usage, "--oauth-key-file: the key in %s cannot be used: %v", keyFile, err)
	}
	s.cert = cert
	return s, nil
}

// isSecret reports that what a file contains is always a secret.
func isSecret([]byte) bool { return true }

// parseKey reads the first private key of a PEM file.
func parseKey(name string, text []byte) (crypto.Signer, error) {
	key, err := files.PrivateKey(name, text)
	if errors.Is(err, files.ErrNoKey) {
		return nil, fault.New(fault.Usage, "--oauth-key-file: %v, name another file", err)
	}
	if err != nil {
		return nil, fault.New(fault.Usage, "--oauth-key-file: %v", err)
	}
	return key, nil
}

// readCertificate returns the first certificate of a file, which must be that
// of the key.
func readCertificate(certFile, keyFile string, key []byte) (*x509.Certificate, error) {
	text, err := files.Read(certFile, func(text []byte) bool { return string(text) == string(key) })
	if err != nil {
		return nil, fault.Wrap(fault.Usage, err)
	}
	pair, err := tls.X509KeyPair(text, key)
	if err != nil {
		return nil, fault.New(fault.Usage, "--oauth-cert-file: %s is not the certificate of the key in %s; both must be in PEM format", certFile, keyFile)
	}
	return pair.Leaf, nil
}
