package trust

import (
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
	"testing"

	"software.sslmate.com/src/go-pkcs12"

	"check_pop3x/check/fault"
)

func der(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

func asPEM(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// noPassword is for a file that needs none.
func noPassword() (string, error) { return "", errors.New("the password was asked for") }

func saying(password string) func() (string, error) {
	return func() (string, error) { return password, nil }
}

// A client is a certificate and its issuers.
type client struct {
	leaf, inter, root *entity
}

func newClient(t *testing.T, key crypto.Signer) client {
	root := sign(t, authority("Test Root CA"), nil, nil)
	inter := sign(t, authority("Test Intermediate CA"), nil, root)
	template := &x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	return client{sign(t, template, key, inter), inter, root}
}

func (c client) check(t *testing.T, got *tls.Certificate, err error, chain ...*entity) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Certificate) != len(chain) || !got.Leaf.Equal(c.leaf.cert) {
		t.Fatalf("%d certificates, %v", len(got.Certificate), got.Leaf.Subject)
	}
	for i, e := range chain {
		if string(got.Certificate[i]) != string(e.cert.Raw) {
			t.Errorf("certificate %d is another", i)
		}
	}
	if _, err := got.PrivateKey.(crypto.Signer).Sign(rand.Reader, make([]byte, 32), crypto.Hash(0)); err != nil {
		if _, err := got.PrivateKey.(crypto.Signer).Sign(rand.Reader, make([]byte, 32), crypto.SHA256); err != nil {
			t.Error(err)
		}
	}
}

// TestClientCertificateKeys reads each kind of key in each format.
func TestClientCertificateKeys(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	ec := newKey(t)
	for name, c := range map[string]struct {
		key  crypto.Signer
		file []byte
	}{
		"PKCS #1":        {rsaKey, asPEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey))},
		"SEC 1":          {ec, asPEM("EC PRIVATE KEY", der(x509.MarshalECPrivateKey(ec.(*ecdsa.PrivateKey))))},
		"PKCS #8":        {ec, asPEM("PRIVATE KEY", der(x509.MarshalPKCS8PrivateKey(ec)))},
		"PKCS #8, RSA":   {rsaKey, asPEM("PRIVATE KEY", der(x509.MarshalPKCS8PrivateKey(rsaKey)))},
		"PKCS #8, EdDSA": {ed, asPEM("PRIVATE KEY", der(x509.MarshalPKCS8PrivateKey(ed)))},
		"behind its parameters": {ec, append(asPEM("EC PARAMETERS", []byte{6, 1, 1}),
			asPEM("EC PRIVATE KEY", der(x509.MarshalECPrivateKey(ec.(*ecdsa.PrivateKey))))...)},
	} {
		t.Run(name, func(t *testing.T) {
			client := newClient(t, c.key)
			certs := ClientFile{"client.pem", pemOf(client.leaf, client.inter)}
			got, err := ClientCertificate(certs, ClientFile{"client.key", c.file}, noPassword)
			client.check(t, got, err, client.leaf, client.inter)

			both := ClientFile{"both.pem", append(c.file, pemOf(client.inter, client.leaf)...)}
			got, err = ClientCertificate(both, both, noPassword)
			client.check(t, got, err, client.leaf, client.inter)
			if !both.HoldsKey() || certs.HoldsKey() {
				t.Error("a key is to be kept secret, a certificate is not")
			}
		})
	}
}

func TestClientCertificatePKCS12(t *testing.T) {
	client := newClient(t, newKey(t))
	above := []*x509.Certificate{client.inter.cert}
	for name, encoder := range map[string]*pkcs12.Encoder{
		"RC2": pkcs12.LegacyRC2, "DES": pkcs12.LegacyDES, "2023": pkcs12.Modern2023, "2026": pkcs12.Modern2026,
	} {
		for password, ask := range map[string]func() (string, error){"geheim": saying("geheim"), "": noPassword} {
			file := ClientFile{"client.p12", der(encoder.Encode(client.leaf.key, client.leaf.cert, above, password))}
			if !file.HoldsKey() {
				t.Errorf("%s: a PKCS #12 file is a secret", name)
			}
			got, err := ClientCertificate(file, file, ask)
			client.check(t, got, err, client.leaf, client.inter)
		}
		file := ClientFile{"client.p12", der(encoder.Encode(client.leaf.key, client.leaf.cert, above, "geheim"))}
		_, err := ClientCertificate(file, file, saying("falsch"))
		wantFault(t, err, fault.Usage, "client.p12: the password of --client-key-password-file is wrong")
		_, err = ClientCertificate(file, file, saying(""))
		wantFault(t, err, fault.Usage, "client.p12: it is encrypted, type --client-key-password-file FILE")
	}
	plain := ClientFile{"client.p12", der(pkcs12.Passwordless.Encode(client.leaf.key, client.leaf.cert, nil, ""))}
	got, err := ClientCertificate(plain, plain, noPassword)
	client.check(t, got, err, client.leaf)

	// Some programs write the authorities first.
	turned := ClientFile{"client.p12", der(pkcs12.Modern.Encode(client.leaf.key, client.inter.cert, []*x509.Certificate{client.leaf.cert}, ""))}
	got, err = ClientCertificate(turned, turned, noPassword)
	client.check(t, got, err, client.leaf, client.inter)
}

func TestClientCertificateRefusals(t *testing.T) {
	client := newClient(t, newKey(t))
	cert := string(pemOf(client.leaf))
	key := string(asPEM("PRIVATE KEY", der(x509.MarshalPKCS8PrivateKey(client.leaf.key))))
	other := string(asPEM("PRIVATE KEY", der(x509.MarshalPKCS8PrivateKey(newKey(t)))))
	agreement, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	encrypted := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY",
		Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC,00"}, Bytes: []byte{1}}))
	for name, c := range map[string]struct{ cert, key, want string }{
		"another key":            {cert, other, "the key in c.key belongs to no certificate in c.pem"},
		"empty":                  {"", key, "c.pem: no certificate in it, neither PEM nor PKCS #12"},
		"a key alone":            {key, key, "c.pem: no certificate in it, neither PEM nor PKCS #12"},
		"no certificate":         {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", key, "c.pem: the certificate in line 1 cannot be read: malformed certificate"},
		"no key":                 {cert, cert, "c.key: no private key in PEM format in it, type --client-key FILE"},
		"a broken key":           {cert, string(asPEM("PRIVATE KEY", []byte{48, 0})), "c.key: the key in it is broken, or of a kind that is not supported"},
		"a key that cannot sign": {cert, string(asPEM("PRIVATE KEY", der(x509.MarshalPKCS8PrivateKey(agreement)))), "c.key: the key in it cannot sign"},
		"encrypted":              {cert, string(asPEM("ENCRYPTED PRIVATE KEY", []byte{48, 0})), "c.key: the key in it is encrypted, type: openssl pkcs8 -topk8 -nocrypt -in c.key -out new.key"},
		"RFC 1421":               {cert, encrypted, "c.key: the key in it is encrypted, type: openssl pkcs8 -topk8 -nocrypt -in c.key -out new.key"},
		"OpenSSH":                {cert, string(asPEM("OPENSSH PRIVATE KEY", []byte{1})), "c.key: the key in it is in OpenSSH's format, type: ssh-keygen -p -m PKCS8 -f c.key"},
		"DER":                    {string(client.leaf.cert.Raw), key, "c.pem: neither PEM nor PKCS #12 that can be read, try: openssl pkcs12 -in c.pem -out new.pem"},
	} {
		_, err := ClientCertificate(ClientFile{"c.pem", []byte(c.cert)}, ClientFile{"c.key", []byte(c.key)}, saying("geheim"))
		f := fault.Of(err)
		if err == nil || f.Kind != fault.Usage || !strings.HasPrefix(f.Text, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
