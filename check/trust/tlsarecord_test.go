package trust

import (
	"crypto/sha256"
	"crypto/sha512"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"testing"

	"github.com/miekg/dns"
)

func digest(matching uint8, data []byte) []byte {
	if matching == sha2512 {
		sum := sha512.Sum512(data)
		return sum[:]
	}
	sum := sha256.Sum256(data)
	return sum[:]
}

// FuzzTLSARecord: a self-signed certificate is accepted only by records whose data
// are the octets that the library computes for it: by all of usage 3, and by its
// key as an anchor, which signed it.
func FuzzTLSARecord(f *testing.F) {
	e := sign(f, server("mail.example.org"), newKey(f), nil)
	for usage := range uint8(5) {
		for selector := range uint8(3) {
			for matching := range uint8(4) {
				text, err := dns.CertificateToDANE(selector, matching, e.cert)
				data, _ := hex.DecodeString(text)
				if err != nil {
					data = e.cert.Raw
				}
				f.Add(usage, selector, matching, data)
				f.Add(usage, selector, matching, append(data, 0))
				f.Add(usage, selector, matching, data[:len(data)-1])
			}
		}
	}
	f.Fuzz(func(t *testing.T, usage, selector, matching uint8, data []byte) {
		r := TLSARecord{usage, selector, matching, data}
		o := Policy{VerifyName: "mail.example.org", TLSA: &TLSASet{Records: []TLSARecord{r}, Secure: true}}
		facts := o.Judge(t.Context(), tls.ConnectionState{PeerCertificates: []*x509.Certificate{e.cert}}, now)
		text, err := dns.CertificateToDANE(selector, matching, e.cert)
		equal := err == nil && text == hex.EncodeToString(data)
		switch accepted := facts.Err == nil; {
		case accepted && !equal, !accepted && equal && usage == daneEE, accepted && usage != daneEE && r.Kind() != "2 1 0":
			t.Fatalf("accepted %t by %s, which is equal: %t", accepted, r, equal)
		}
		if (facts.ByTLSA != nil) != (facts.Err == nil) {
			t.Fatalf("%v, but %v", facts.ByTLSA, facts.Err)
		}
	})
}
