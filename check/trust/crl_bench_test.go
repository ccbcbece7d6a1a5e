package trust

import (
	"crypto/x509"
	"math/big"
	"testing"
)

// BenchmarkCRL reads a list of 16 MiB, and looks for a certificate that is not in
// it. crypto/x509 shows what its own parser would cost.
func BenchmarkCRL(b *testing.B) {
	s := newListed(b)
	const entries = 16 << 20 / 38
	list := s.list(b, func(l *x509.RevocationList) {
		serial := new(big.Int).Lsh(big.NewInt(1), 100)
		for i := range int64(entries) {
			l.RevokedCertificateEntries = append(l.RevokedCertificateEntries,
				x509.RevocationListEntry{SerialNumber: new(big.Int).Add(serial, big.NewInt(i)), RevocationTime: now, ReasonCode: int(i % 2)})
		}
	})
	b.Run("here", func(b *testing.B) {
		b.SetBytes(int64(len(list)))
		b.ReportAllocs()
		for b.Loop() {
			if found, err := s.find(b, list); err != nil || found != nil {
				b.Fatal(found, err)
			}
		}
	})
	b.Run("x509", func(b *testing.B) {
		b.SetBytes(int64(len(list)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := x509.ParseRevocationList(list); err != nil {
				b.Fatal(err)
			}
		}
	})
}
