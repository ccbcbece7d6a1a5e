package trust

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"net/netip"

	"check_pop3x/check/fault"
)

// A TLSASet is what DNS says about the certificate of a port (RFC 6698).
type TLSASet struct {
	Name    string         // of the records, "_995._tcp.mail.example.org"
	Base    string         // the host in it, "mail.example.org"
	From    netip.AddrPort // the DNS server
	Secure  bool           // by DNSSEC
	Records []TLSARecord   // in the server's order
	Err     error          // why none can be used, a *fault.Error of kind Certificate; or nil
}

// A TLSARecord is one of RFC 6698, section 2.1.
type TLSARecord struct {
	Usage, Selector, Matching uint8
	Data                      []byte
}

// The usages that do without the public authorities (RFC 6698, section 2.1.1).
const (
	daneTA = 2 // a trust anchor
	daneEE = 3 // the server's own certificate
)

// The selectors and the matching types (RFC 6698, sections 2.1.2 and 2.1.3).
const (
	wholeCertificate = 0
	publicKey        = 1

	exactly = 0
	sha2256 = 1
	sha2512 = 2
)

// Kind is the record without its data, "3 1 1".
func (r TLSARecord) Kind() string { return fmt.Sprintf("%d %d %d", r.Usage, r.Selector, r.Matching) }

// String is the record as a zone file has it.
func (r TLSARecord) String() string { return r.Kind() + " " + hex.EncodeToString(r.Data) }

// pkixUsages also need the public authorities, which are not used here (RFC 7672,
// section 3.1.3).
var pkixUsages = [...]string{"PKIX-TA", "PKIX-EE"}

// Unusable returns why a record cannot be used, or "".
func (r TLSARecord) Unusable() string {
	if int(r.Usage) < len(pkixUsages) {
		return fmt.Sprintf("usage %d (%s) leaves it to the public authorities", r.Usage, pkixUsages[r.Usage])
	}
	switch {
	case r.Usage != daneTA && r.Usage != daneEE:
		return fmt.Sprintf("usage %d is not known", r.Usage)
	case r.Selector > publicKey:
		return fmt.Sprintf("selector %d is not known", r.Selector)
	case r.Matching > sha2512:
		return fmt.Sprintf("matching type %d is not known", r.Matching)
	case r.Matching == sha2256 && len(r.Data) != sha256.Size, r.Matching == sha2512 && len(r.Data) != sha512.Size:
		return "no such digest has " + fault.Count(len(r.Data), "octet")
	case r.Matching == exactly:
		return r.unusableData()
	}
	return ""
}

// unusableData is Unusable for a record that holds a certificate or a key. The
// zone may be an enemy's: a signature by a huge key takes seconds.
func (r TLSARecord) unusableData() string {
	var key crypto.PublicKey
	if r.Selector == wholeCertificate {
		c, err := x509.ParseCertificate(r.Data)
		if err != nil {
			return "its data is no certificate"
		}
		key = c.PublicKey
	} else {
		var err error
		if key, err = x509.ParsePKIXPublicKey(r.Data); err != nil {
			return "its data is no public key"
		}
	}
	if bits := rsaBits(key); bits > maxRSA {
		return fmt.Sprintf("its RSA key has %d bits, more than %d", bits, maxRSA)
	}
	return ""
}

// matches reports whether the record is of that certificate.
func (r TLSARecord) matches(c *x509.Certificate) bool {
	data := c.Raw
	if r.Selector == publicKey {
		data = c.RawSubjectPublicKeyInfo
	}
	switch r.Matching {
	case sha2256:
		sum := sha256.Sum256(data)
		data = sum[:]
	case sha2512:
		sum := sha512.Sum512(data)
		data = sum[:]
	}
	return bytes.Equal(data, r.Data)
}

// maxRecords is how many records of a set are looked at. Sets have a few.
const maxRecords = 20

// Usable are the records that are understood. Of digests with the same usage and
// selector it takes the stronger ones only (RFC 7671, section 9).
func (s *TLSASet) Usable() (records []TLSARecord) {
	for i := range s.Records {
		if s.Unused(i) == "" {
			records = append(records, s.Records[i])
		}
	}
	return records
}

// hasStronger reports whether there is a stronger digest of the same usage and
// selector.
func (s *TLSASet) hasStronger(r TLSARecord) bool {
	for _, other := range s.Records[:min(len(s.Records), maxRecords)] {
		if r.Matching != exactly && other.Matching > r.Matching && other.Usage == r.Usage && other.Selector == r.Selector && other.Unusable() == "" {
			return true
		}
	}
	return false
}

// Unused returns why the i-th record of the set is not used, or "".
func (s *TLSASet) Unused(i int) string {
	if i >= maxRecords {
		return fmt.Sprintf("only the first %d are looked at", maxRecords)
	}
	if why := s.Records[i].Unusable(); why != "" {
		return why
	}
	if s.hasStronger(s.Records[i]) {
		return "there is a stronger digest"
	}
	return ""
}
