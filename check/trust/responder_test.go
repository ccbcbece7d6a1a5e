package trust

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"slices"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"check_pop3x/check/fault"
	"check_pop3x/check/testkit/measured"
)

// changed is an answer after change.
func changed(t testing.TB, answer []byte, change func(*basicResponse)) []byte {
	t.Helper()
	var outer ocspResponse
	var inner basicResponse
	if _, err := asn1.Unmarshal(answer, &outer); err != nil {
		t.Fatal(err)
	}
	if _, err := asn1.Unmarshal(outer.Bytes.Response, &inner); err != nil {
		t.Fatal(err)
	}
	change(&inner)
	outer.Bytes.Response = der(asn1.Marshal(inner))
	return der(asn1.Marshal(outer))
}

// with is an answer with those certificates in it, in that order.
func with(t testing.TB, answer []byte, certs ...*x509.Certificate) []byte {
	return changed(t, answer, func(r *basicResponse) {
		r.Certificates = nil
		for _, c := range certs {
			r.Certificates = append(r.Certificates, asn1.RawValue{FullBytes: c.Raw})
		}
	})
}

// byKey is an answer that names its signer by the hash of the key, signed again.
func byKey(t testing.TB, answer []byte, signer *entity) []byte {
	return changed(t, answer, func(r *basicResponse) {
		var data struct {
			ResponderID asn1.RawValue
			ProducedAt  time.Time `asn1:"generalized"`
			Responses   asn1.RawValue
		}
		if _, err := asn1.Unmarshal(r.Data.FullBytes, &data); err != nil {
			t.Fatal(err)
		}
		var key struct {
			Algorithm pkix.AlgorithmIdentifier
			Key       asn1.BitString
		}
		if _, err := asn1.Unmarshal(signer.cert.RawSubjectPublicKeyInfo, &key); err != nil {
			t.Fatal(err)
		}
		hash := sha1.Sum(key.Key.Bytes)
		data.ResponderID = asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 2, IsCompound: true, Bytes: der(asn1.Marshal(hash[:]))}
		r.Data = asn1.RawValue{FullBytes: der(asn1.Marshal(data))}
		digest := sha256.Sum256(r.Data.FullBytes)
		r.Signature.Bytes = der(signer.key.Sign(rand.Reader, digest[:], crypto.SHA256))
		r.Signature.BitLength = 8 * len(r.Signature.Bytes)
	})
}

// The certificates of an answer come in any order, and some of them have no part
// in it: a revoked certificate is refused all the same.
func TestResponderOrder(t *testing.T) {
	s := newStapled(t, false)
	appointed := responder(t, s.inter, x509.ExtKeyUsageOCSPSigning, -day, day)
	second := responder(t, s.inter, x509.ExtKeyUsageOCSPSigning, -day, day) // of the same name
	for _, status := range []int{ocsp.Good, ocsp.Revoked} {
		change := func(r *ocsp.Response) { r.Status, r.RevokedAt = status, now.Add(-time.Hour) }
		own, delegated := s.answer(t, s.inter, nil, change), s.answer(t, appointed, appointed, change)
		for name, answer := range map[string][]byte{
			"by the issuer, with a responder's":  with(t, own, appointed.cert),
			"by the issuer, behind a responder":  with(t, own, appointed.cert, s.inter.cert),
			"by the issuer, with its own":        with(t, own, s.inter.cert),
			"by a responder":                     delegated,
			"by a responder behind its issuer":   with(t, delegated, s.inter.cert, appointed.cert),
			"by a responder behind its namesake": with(t, delegated, second.cert, appointed.cert),
			"by a responder, with the root":      with(t, delegated, s.root.cert, s.inter.cert, appointed.cert),
			"by key, of the issuer":              byKey(t, own, s.inter),
			"by key, of a responder":             byKey(t, with(t, delegated, s.inter.cert, second.cert, appointed.cert), appointed),
		} {
			facts, err := s.judge(t, answer, false)
			switch {
			case facts.Staple == nil || facts.Staple.Wrong != "":
				t.Errorf("%s: %+v", name, facts.Staple)
			case status == ocsp.Good && err != nil:
				t.Errorf("%s: %v", name, err)
			case status == ocsp.Revoked && (err == nil || fault.Of(err).Problem != fault.Revoked):
				t.Errorf("%s: revoked, but %v", name, err)
			}
		}
	}
}

// An answer that names another signer than its own is not believed.
func TestResponderID(t *testing.T) {
	s := newStapled(t, false)
	appointed := responder(t, s.inter, x509.ExtKeyUsageOCSPSigning, -day, day)
	misnamed := s.answer(t, s.inter, appointed, nil) // named for the responder, signed by the issuer
	for name, answer := range map[string][]byte{
		"signed by another": with(t, misnamed, appointed.cert, s.inter.cert),
		"not there":         with(t, s.answer(t, appointed, appointed, nil), s.inter.cert),
		"behind too many":   with(t, s.answer(t, appointed, appointed, nil), append(slices.Repeat([]*x509.Certificate{s.inter.cert}, maxPath), appointed.cert)...),
	} {
		if facts, err := s.judge(t, answer, false); err != nil || facts.Staple.Status != "" || facts.Staple.Wrong == "" {
			t.Errorf("%s: %+v, %v", name, facts.Staple, err)
		}
	}
}

// hugeKey is an RSA key by which a signature would take seconds.
func hugeKey(bits uint) *rsa.PublicKey {
	n := new(big.Int).Lsh(big.NewInt(1), bits-1)
	return &rsa.PublicKey{N: n.SetBit(n, 0, 1), E: 1<<31 - 1}
}

// huge is a certificate with that key and the signer's name.
func huge(t testing.TB, e *entity, bits uint) *entity {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), RawSubject: e.cert.RawSubject, NotBefore: now.Add(-day), NotAfter: now.Add(day), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}}
	raw, err := x509.CreateCertificate(rand.Reader, template, e.cert, hugeKey(bits), e.key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return &entity{cert: cert}
}

// No signature is checked by a key of more than 8192 bits, even one that the
// issuer vouches for. It would take seconds.
func TestHugeResponder(t *testing.T) {
	const bits = 258_048
	s := newStapled(t, false)
	bomb := huge(t, s.inter, bits)
	answer := changed(t, s.answer(t, s.inter, nil, nil), func(r *basicResponse) {
		r.Certificates = []asn1.RawValue{{FullBytes: bomb.cert.Raw}}
		r.Algorithm = pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, Parameters: asn1.NullRawValue}
		r.Signature = asn1.BitString{Bytes: append([]byte{0x7f}, make([]byte, bits/8-1)...), BitLength: bits}
	})
	start := measured.CPUTime()
	for _, insecure := range []bool{false, true} {
		if facts, err := s.judge(t, answer, insecure); err != nil || facts.Staple == nil || facts.Staple.Wrong == "" {
			t.Errorf("%+v, %v", facts.Staple, err)
		}
	}
	if used := measured.CPUTime() - start; used > time.Second {
		t.Errorf("took %v of CPU", used)
	}
}

// Of a server that is not trusted the answer is not looked at.
func TestStapleOfStranger(t *testing.T) {
	s := newStapled(t, false)
	sent := chain(s.leaf, s.inter)
	sent.OCSPStaple = s.answer(t, s.inter, nil, nil)
	facts, err := shown(t, options(writeFile(t, pemOf(newStapled(t, false).root))), sent)
	if err == nil || facts.Staple != nil {
		t.Errorf("%+v, %v", facts.Staple, err)
	}
}
