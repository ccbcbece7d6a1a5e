package trust

import (
	"bytes"
	"crypto/x509"
	"testing"
	"time"
)

// FuzzCRL: what is found in a list is what crypto/x509 finds, and no change of a
// list that an issuer signed is taken for its word.
func FuzzCRL(f *testing.F) {
	s := newListed(f)
	lists := [][]byte{
		s.list(f, nil), s.list(f, s.revoke(0)), s.list(f, s.revoke(1)), s.list(f, s.revoke(8)),
		s.list(f, both(s.revoke(6), scoped(scope{Name: named(leafList), OnlyUsers: true}))), s.version1(f, s.revoke(0)),
	}
	var signed [][]byte
	for _, list := range lists {
		f.Add(list)
		_, tbs, _ := (&CRL{DER: list}).split()
		signed = append(signed, tbs)
	}
	f.Fuzz(func(t *testing.T, list []byte) {
		l := &CRL{DER: list}
		_, tbs, err := l.split()
		if err != nil {
			return
		}
		if known, err := x509.ParseRevocationList(list); err == nil {
			compareEntries(t, l, known)
		}
		genuine := false
		for _, one := range signed {
			genuine = genuine || bytes.Equal(tbs, one)
		}
		if _, err := ReadCRL(list, s.issuer.cert); err == nil && !genuine {
			t.Fatalf("%x was signed by nobody", list)
		}
	})
}

// compareEntries looks up each serial number that crypto/x509 finds, unless there
// is an entry that only crypto/x509 puts up with.
func compareEntries(t *testing.T, l *CRL, known *x509.RevocationList) {
	for i, want := range known.RevokedCertificateEntries {
		for _, later := range known.RevokedCertificateEntries[i:] {
			if later.SerialNumber.Cmp(want.SerialNumber) == 0 && later.ReasonCode != removed {
				want = later // the last one counts
			}
		}
		got, err := l.search(want.SerialNumber)
		switch {
		case err != nil:
			return
		case want.ReasonCode == removed && got == nil:
		case got == nil, got.Reason != reasonName(want.ReasonCode), !got.At.Equal(want.RevocationTime.Truncate(time.Second)):
			t.Fatalf("%d: %+v, want %+v", want.SerialNumber, got, want)
		}
	}
}
