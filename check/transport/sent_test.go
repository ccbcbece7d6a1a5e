package transport

import (
	"bytes"
	"crypto/tls"
	"testing"

	"check_pop3x/check/fault"
)

// The dates of a certificate that crypto/x509 does not parse are there if it was
// sent unencrypted.
func TestUnreadableCertificate(t *testing.T) {
	roots, cert := trusted(t)
	cert.Certificate[0] = bytes.Replace(cert.Certificate[0], []byte{0xa0, 3, 2, 1, 2}, []byte{0xa0, 3, 2, 1, 3}, 1) // version 4
	for version, text := range map[uint16]string{
		tls.VersionTLS12: "crypto/x509 cannot read the server's certificate: invalid version",
		tls.VersionTLS13: "crypto/x509 cannot read a certificate that the server sends: invalid version",
	} {
		c := peer(t, shake(&tls.Config{Certificates: []tls.Certificate{cert}, MaxVersion: version}))
		facts, err := c.StartTLS(bounded(t), options(roots))
		wantFault(t, err, fault.Certificate, text)
		if facts.Err != err || facts.State.Version != version || (facts.Expiry() != nil) != (version == tls.VersionTLS12) {
			t.Errorf("%+v", facts)
		}
	}
}

func FuzzSentCertificates(f *testing.F) {
	f.Add([]byte("\x16\x03\x03\x00\x10\x0b\x00\x00\x0c\x00\x00\x09\x00\x00\x01a\x00\x00\x02bc"))
	f.Fuzz(func(t *testing.T, received []byte) {
		size := 0
		for _, der := range sentCertificates(received) {
			size += 3 + len(der)
		}
		if size > len(received) {
			t.Errorf("%d octets of certificates in %d", size, len(received))
		}
	})
}
