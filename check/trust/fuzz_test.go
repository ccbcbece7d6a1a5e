package trust

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"os"
	"strings"
	"testing"
)

// FuzzRawSubject: where crypto/x509 accepts a certificate, the subject is found
// as it finds it, in the whole and in what is cut off behind the subject.
func FuzzRawSubject(f *testing.F) {
	for _, template := range []*x509.Certificate{authority("Test Root CA"), server("mail.example.org"), {}, authority(strings.Repeat("x", 300))} {
		f.Add(sign(f, template, nil, nil).cert.Raw)
	}
	if data, err := os.ReadFile(debianBundle); err == nil {
		for _, c := range allOf(data) {
			f.Add(c.Raw)
		}
	}
	f.Add([]byte{0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x30, 0x80})
	f.Fuzz(func(t *testing.T, der []byte) {
		subject, ok := rawSubject(der)
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return
		}
		if !ok || !bytes.Equal(subject, c.RawSubject) {
			t.Fatalf("%t, %x, not %x", ok, subject, c.RawSubject)
		}
		end := bytes.Index(der, c.RawSubjectPublicKeyInfo)
		if subject, ok = rawSubject(der[:end]); !ok || !bytes.Equal(subject, c.RawSubject) {
			t.Fatalf("cut off: %t, %x, not %x", ok, subject, c.RawSubject)
		}
	})
}

// FuzzNamed: of a file that is in order, the certificates are those that
// crypto/x509 would take from it.
func FuzzNamed(f *testing.F) {
	one := string(pemOf(sign(f, authority("Test Root CA"), nil, nil)))
	for _, s := range []string{"", one, one + one, "x\n" + one + "-----BEGIN", "-----BEGIN X-----\n" + one, one + "-----END X-----\n" + one,
		strings.ReplaceAll(one, "\n", "\r\n"), strings.Replace(one, "\n", "\na: b\n\n", 1), pemText("") + one, "-----END CERTIFICATE-----\n" + one} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if checkRoots(data) != nil {
			return
		}
		all := allOf(data)
		names := make(map[string]bool)
		for _, c := range all {
			names[string(c.RawSubject)] = true
		}
		if got, err := named(data, names); err != nil || !equalChain(got, all) {
			t.Fatalf("%d of %d, %v\n%s", len(got), len(all), err, base64.StdEncoding.EncodeToString(data))
		}
	})
}
