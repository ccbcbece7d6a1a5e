package trust

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"os"
	"testing"

	"check_pop3x/check/fault"
)

// shortKeys lets crypto/rsa make and use keys that are too short.
func shortKeys(tb testing.TB, f func()) {
	tb.Helper()
	was := os.Getenv("GODEBUG")
	os.Setenv("GODEBUG", "rsa1024min=0")
	defer os.Setenv("GODEBUG", was)
	f()
}

func rsaKey(tb testing.TB, bits int) (key crypto.Signer) {
	tb.Helper()
	shortKeys(tb, func() {
		made, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			tb.Fatal(err)
		}
		key = made
	})
	return key
}

// md5 changes a certificate so that it claims to be signed with MD5.
func md5(t *testing.T, e *entity) *entity {
	t.Helper()
	sha256, _ := asn1.Marshal(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11})
	md5, _ := asn1.Marshal(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 4})
	cert, err := x509.ParseCertificate(bytes.ReplaceAll(e.cert.Raw, sha256, md5))
	if err != nil {
		t.Fatal(err)
	}
	return &entity{cert, e.key}
}

// Our rules are stricter than crypto/x509's, and each has its own text.
func TestWeakCertificates(t *testing.T) {
	host := func() *x509.Certificate { return server("mail.example.org") }
	root := sign(t, authority("Test Root CA"), nil, nil)
	rsaRoot := sign(t, authority("RSA Root CA"), rsaKey(t, 2048), nil)
	oldRoot := sign(t, authority("Old Root CA"), rsaKey(t, 1024), nil)
	oldInter := sign(t, authority("Old Intermediate CA"), rsaKey(t, 1024), root)
	var tinyInter, belowTiny, tinyRoot, belowTinyRoot *entity
	shortKeys(t, func() {
		tinyInter = sign(t, authority("Tiny CA"), rsaKey(t, 768), root)
		belowTiny = sign(t, host(), nil, tinyInter)
		tinyRoot = sign(t, authority("Tiny Root CA"), rsaKey(t, 768), nil)
		belowTinyRoot = sign(t, host(), nil, tinyRoot)
	})
	sha1 := func(template *x509.Certificate, algorithm x509.SignatureAlgorithm, issuer *entity) *entity {
		template.SignatureAlgorithm = algorithm
		return sign(t, template, nil, issuer)
	}
	sha1Inter := sha1(authority("SHA-1 CA"), x509.ECDSAWithSHA1, root)
	trust := []*entity{root, rsaRoot, oldRoot, tinyRoot}
	for _, c := range []refused{
		{"a short key", chain(sign(t, host(), rsaKey(t, 1024), root)), trust, fault.WeakKey,
			`the certificate of "mail.example.org" has a weak RSA key of 1024 bits`},
		{"a short key above", chain(sign(t, host(), nil, oldInter), oldInter), trust, fault.WeakKey,
			`the certificate of "Old Intermediate CA" has a weak RSA key of 1024 bits`},
		{"a root with a short key", chain(sign(t, host(), nil, oldRoot)), trust, fault.WeakKey,
			`the certificate of "Old Root CA" has a weak RSA key of 1024 bits`},
		{"a key above that crypto/rsa does not take", chain(belowTiny, tinyInter), trust, fault.WeakKey,
			`the certificate of "Tiny CA" has a weak RSA key of 768 bits`},
		{"a root that crypto/rsa does not take", chain(belowTinyRoot), trust, fault.WeakKey,
			`the certificate of "Tiny Root CA" has a weak RSA key of 768 bits`},
		{"a short key, self-signed", chain(sign(t, host(), rsaKey(t, 1024), nil)), trust, fault.SelfSigned,
			`the certificate of "mail.example.org" is self-signed`},
		{"SHA-1 with RSA", chain(sha1(host(), x509.SHA1WithRSA, rsaRoot)), trust, fault.WeakSignature,
			`the certificate of "mail.example.org" is signed with SHA1-RSA, which is too weak`},
		{"SHA-1 above", chain(sign(t, host(), nil, sha1Inter), sha1Inter), trust, fault.WeakSignature,
			`the certificate of "SHA-1 CA" is signed with ECDSA-SHA1, which is too weak`},
		{"MD5", chain(md5(t, sign(t, host(), nil, rsaRoot))), trust, fault.WeakSignature,
			`the certificate of "mail.example.org" is signed with MD5-RSA, which is too weak`},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t) })
	}
}

// One strong chain is enough, and the signature of a root does not matter.
func TestWeakIsNotAll(t *testing.T) {
	key := rsaKey(t, 1024)
	strongRoot := sign(t, authority("Strong Root CA"), nil, nil)
	weakRoot := sign(t, authority("Weak Root CA"), key, nil)
	inter := sign(t, authority("Intermediate CA"), nil, strongRoot)
	cross := sign(t, authority("Intermediate CA"), inter.key, weakRoot)
	self := authority("SHA-1 Root CA")
	self.SignatureAlgorithm = x509.ECDSAWithSHA1
	sha1Root := sign(t, self, nil, nil)
	for name, sent := range map[string][]*entity{
		"two chains":        {sign(t, server("mail.example.org"), nil, inter), cross, inter},
		"a SHA-1 root":      {sign(t, server("mail.example.org"), nil, sha1Root), sha1Root},
		"exactly as wanted": {sign(t, server("mail.example.org"), rsaKey(t, 2048), strongRoot)},
	} {
		chains, err := options(writeFile(t, pemOf(strongRoot, weakRoot, sha1Root))).verify(t.Context(), certsOf(sent), now)
		if err != nil || len(chains) != 1 {
			t.Errorf("%s: %d chains, %v", name, len(chains), err)
		}
	}
}
