package trust

import (
	"bytes"
	"crypto/x509"
	"os"
	"strings"
	"testing"
)

// FuzzRawSubject: of every certificate that crypto/x509 accepts, the same subject
// is found, also if the certificate is cut off after the subject.
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
		begin := end - len(subject)
		if length, ok := subjectLength(der[:begin+4]); !ok || length != len(subject) {
			t.Fatalf("cut off in the subject: %t, %d, not %d", ok, length, len(subject))
		}
	})
}
