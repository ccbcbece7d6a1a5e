package check_test

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"check_pop3x/check/testkit/dnstest"
	"check_pop3x/check/testkit/pop3test"
)

// tlsBomb serves a greeting with a certificate and returns the port.
func tlsBomb(t *testing.T, certificate tls.Certificate) int {
	t.Helper()
	return serve(t, "tls\nS: +OK ready\nC: CAPA\nS: -ERR\nC?: QUIT\n", pop3test.Options{TLS: pop3test.ServerTLS(certificate), Limit: patience}).Port()
}

// largeKey returns an RSA key by which it takes long to check a signature.
func largeKey(bits, number uint) *rsa.PublicKey {
	n := new(big.Int).Lsh(big.NewInt(1), bits-1)
	return &rsa.PublicKey{N: n.Add(n, big.NewInt(int64(2*number+1))), E: 1<<31 - 1}
}

// certify issues a certificate of a CA for any key, with any name.
func certify(t *testing.T, issuer *pop3test.Authority, name string, key crypto.PublicKey) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		BasicConstraintsValid: true, IsCA: true, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning, x509.ExtKeyUsageServerAuth},
	}
	der := must(x509.CreateCertificate(rand.Reader, template, issuer.Certificate(), key, issuer.Key()))(t)
	return must(x509.ParseCertificate(der))(t)
}

// must fails the test if err is not nil.
func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// oddSignature is an RSA signature of that many octets, smaller than a modulus.
func oddSignature(octets int) asn1.BitString {
	return asn1.BitString{Bytes: append([]byte{0x7f}, make([]byte, octets-1)...), BitLength: 8 * octets}
}

// chainBomb sends a leaf that any of many authorities may have issued, each with a
// key as large as crypto/tls permits.
func chainBomb(t *testing.T) []string {
	const bits = 8192
	root := pop3test.NewAuthority("root")
	key := must(rsa.GenerateKey(rand.Reader, 2048))(t)
	issuer := &x509.Certificate{Subject: pkix.Name{CommonName: "bomb"}}
	leaf := pop3test.SelfSigned(pop3test.Leaf{Names: pop3test.Localhost})
	template := &x509.Certificate{SerialNumber: big.NewInt(2), DNSNames: pop3test.Localhost, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	signed := must(x509.CreateCertificate(rand.Reader, template, issuer, leaf.Leaf.PublicKey, key))(t)
	var parts struct {
		TBS       asn1.RawValue
		Algorithm pkix.AlgorithmIdentifier
		Signature asn1.BitString
	}
	must(asn1.Unmarshal(signed, &parts))(t)
	parts.Signature = oddSignature(bits / 8)
	leaf.Certificate, leaf.Leaf = [][]byte{must(asn1.Marshal(parts))(t)}, nil
	for i := range 180 {
		leaf.Certificate = append(leaf.Certificate, certify(t, root, "bomb", largeKey(bits, uint(i))).Raw)
	}
	return []string{"-H", "127.0.0.1", "-p", strconv.Itoa(tlsBomb(t, leaf)), "--tls", "--ca-file", rootsFile(t, root)}
}

// stapleBomb staples an answer with a key of 258,048 bits, which names the issuer.
func stapleBomb(t *testing.T) []string {
	const bits = 258_048
	root := pop3test.NewAuthority("root")
	leaf := root.Issue(pop3test.Leaf{Names: pop3test.Localhost})
	now := time.Now()
	good := ocsp.Response{Status: ocsp.Good, SerialNumber: leaf.Leaf.SerialNumber, ThisUpdate: now.Add(-time.Hour), NextUpdate: now.Add(time.Hour)}
	answer := must(ocsp.CreateResponse(root.Certificate(), root.Certificate(), good, root.Key()))(t)
	var outer struct {
		Status asn1.Enumerated
		Bytes  struct {
			Type     asn1.ObjectIdentifier
			Response []byte
		} `asn1:"explicit,tag:0"`
	}
	var inner struct {
		Data         asn1.RawValue
		Algorithm    pkix.AlgorithmIdentifier
		Signature    asn1.BitString
		Certificates []asn1.RawValue `asn1:"explicit,tag:0,optional"`
	}
	must(asn1.Unmarshal(answer, &outer))(t)
	must(asn1.Unmarshal(outer.Bytes.Response, &inner))(t)
	inner.Algorithm = pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, Parameters: asn1.NullRawValue}
	inner.Signature = oddSignature(bits / 8)
	inner.Certificates = []asn1.RawValue{{FullBytes: certify(t, root, "root", largeKey(bits, 0)).Raw}}
	outer.Bytes.Response = must(asn1.Marshal(inner))(t)
	leaf.OCSPStaple = must(asn1.Marshal(outer))(t)
	return []string{"-H", "127.0.0.1", "-p", strconv.Itoa(tlsBomb(t, leaf)), "--tls", "--ca-file", rootsFile(t, root)}
}

// hugeTLSABomb publishes a key of 248,000 bits, of the root that is not sent.
func hugeTLSABomb(t *testing.T) []string {
	leaf := pop3test.NewAuthority("root").Intermediate("intermediate").Issue(pop3test.Leaf{Names: []string{"mail.example.org"}})
	return tlsaBomb(t, leaf, must(x509.MarshalPKIXPublicKey(largeKey(248_000, 0)))(t))
}

// manyTLSABomb publishes as many keys as fit into an answer, and sends as many
// certificates as fit into a handshake.
func manyTLSABomb(t *testing.T) []string {
	root := pop3test.NewAuthority("root")
	leaf := root.Issue(pop3test.Leaf{Names: []string{"mail.example.org"}})
	var keys [][]byte
	for range 700 {
		public, _ := must2(ed25519.GenerateKey(rand.Reader))(t)
		keys = append(keys, must(x509.MarshalPKIXPublicKey(public))(t))
		leaf.Certificate = append(leaf.Certificate, certify(t, root, fmt.Sprint(len(keys)), public).Raw)
	}
	return tlsaBomb(t, leaf, keys...)
}

func must2[T, U any](value T, second U, err error) func(testing.TB) (T, U) {
	return func(t testing.TB) (T, U) { return must(value, err)(t), second }
}

// tlsaBomb publishes TLSA records of keys for a server with a certificate.
func tlsaBomb(t *testing.T, certificate tls.Certificate, keys ...[]byte) []string {
	port := tlsBomb(t, certificate)
	var zone strings.Builder
	zone.WriteString("mail.example.org. A 127.0.0.1\n")
	for _, key := range keys {
		fmt.Fprintf(&zone, "_%d._tcp.mail.example.org. TLSA 2 1 0 %s\n", port, hex.EncodeToString(key))
	}
	server := must(dnstest.Start(zone.String()))(t)
	t.Cleanup(server.Close)
	return []string{"-H", "mail.example.org", "-p", strconv.Itoa(port), "--tls", "--dane", "--resolver", server.Addr()}
}
