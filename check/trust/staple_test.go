package trust

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"check_pop3x/check/fault"
)

// A stapledServer is a certificate with its issuers.
type stapledServer struct {
	root, inter, leaf *entity
}

func newStapled(t testing.TB, mustStaple bool) stapledServer {
	root := sign(t, authority("Test Root CA"), nil, nil)
	inter := sign(t, authority("Test Intermediate CA"), nil, root)
	template := server("mail.example.org")
	if mustStaple {
		template.ExtraExtensions = []pkix.Extension{{Id: oidTLSFeature, Value: der(asn1.Marshal([]int{5}))}}
	}
	return stapledServer{root, inter, sign(t, template, nil, inter)}
}

// answer is good, an hour old and valid for a day, except for what change does.
func (s stapledServer) answer(t testing.TB, signer, certificate *entity, change func(*ocsp.Response)) []byte {
	t.Helper()
	r := ocsp.Response{Status: ocsp.Good, SerialNumber: s.leaf.cert.SerialNumber, ThisUpdate: now.Add(-time.Hour), NextUpdate: now.Add(day)}
	if change != nil {
		change(&r)
	}
	responder := signer.cert
	if certificate != nil {
		r.Certificate, responder = certificate.cert, certificate.cert
	}
	answer, err := ocsp.CreateResponse(s.inter.cert, responder, r, signer.key)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// judge judges the certificate with that answer.
func (s stapledServer) judge(t *testing.T, answer []byte, insecure bool) (*Facts, error) {
	t.Helper()
	sent := chain(s.leaf, s.inter)
	sent.OCSPStaple = answer
	o := options(writeFile(t, pemOf(s.root)))
	o.Insecure = insecure
	return shown(t, o, sent)
}

func responder(t testing.TB, issuer *entity, usage x509.ExtKeyUsage, from, to time.Duration) *entity {
	return sign(t, valid(&x509.Certificate{Subject: pkix.Name{CommonName: "Responder"}, ExtKeyUsage: []x509.ExtKeyUsage{usage}}, from, to), nil, issuer)
}

// An answer is believed if it is from the issuer or a responder that it appointed.
// For others the reason is given.
func TestStaples(t *testing.T) {
	s := newStapled(t, false)
	twin := stapledServer{s.root, sign(t, authority("Other Intermediate CA"), nil, s.root), s.leaf}
	appointed := responder(t, s.inter, x509.ExtKeyUsageOCSPSigning, -day, day)
	usurper := responder(t, s.inter, x509.ExtKeyUsageServerAuth, -day, day)
	former := responder(t, s.inter, x509.ExtKeyUsageOCSPSigning, -2*day, -day)
	foreign := responder(t, s.root, x509.ExtKeyUsageOCSPSigning, -day, day)
	stranger := sign(t, authority("Test Intermediate CA"), nil, nil)
	broken := s.answer(t, s.inter, nil, nil)
	broken[len(broken)-1] ^= 1
	later := []byte{0x30, 3, 0x0a, 1, 3} // tryLater
	const forged = "the stapled OCSP answer is not signed by the issuer, nor by one whom it appointed"
	for name, c := range map[string]struct {
		answer []byte
		status string
		wrong  string // the beginning
	}{
		"good":                        {s.answer(t, s.inter, nil, nil), StapleGood, ""},
		"good, with the issuer's own": {s.answer(t, s.inter, s.inter, nil), StapleGood, ""},
		"by an appointed responder":   {s.answer(t, appointed, appointed, nil), StapleGood, ""},
		"without an end":              {s.answer(t, s.inter, nil, func(r *ocsp.Response) { r.NextUpdate = time.Time{} }), StapleGood, ""},
		"clocks differ":               {s.answer(t, s.inter, nil, func(r *ocsp.Response) { r.ThisUpdate = now.Add(4 * time.Minute) }), StapleGood, ""},
		"just over":                   {s.answer(t, s.inter, nil, func(r *ocsp.Response) { r.NextUpdate = now.Add(-4 * time.Minute) }), StapleGood, ""},
		"hashed by SHA-256":           {s.answer(t, s.inter, nil, func(r *ocsp.Response) { r.IssuerHash = crypto.SHA256 }), StapleGood, ""},
		"stale": {s.answer(t, s.inter, nil, func(r *ocsp.Response) { r.NextUpdate = now.Add(-3*day - time.Hour) }), StapleGood,
			"the stapled OCSP answer is stale since 2026-11-18 09:00 UTC, 3 days ago"},
		"to come": {s.answer(t, s.inter, nil, func(r *ocsp.Response) { r.ThisUpdate = now.Add(2 * time.Hour) }), StapleGood,
			"the stapled OCSP answer is not valid until 2026-11-21 12:00 UTC, in 2 hours"},
		"by a responder that is none": {s.answer(t, usurper, usurper, nil), "", forged},
		"by a former responder":       {s.answer(t, former, former, nil), "", forged},
		"by another's responder":      {s.answer(t, foreign, foreign, nil), "", forged},
		"by a stranger":               {s.answer(t, stranger, nil, nil), "", forged},
		"by a stranger, with its own": {s.answer(t, stranger, stranger, nil), "", forged},
		"a broken signature":          {broken, "", forged},
		"of another certificate":      {s.answer(t, s.inter, nil, func(r *ocsp.Response) { r.SerialNumber = s.root.cert.SerialNumber }), "", "the stapled OCSP answer is none about this certificate (no response matching"},
		"of another issuer":           {twin.answer(t, s.inter, nil, nil), "", "the stapled OCSP answer is about a certificate of another issuer"},
		"an error":                    {later, "", "the stapled OCSP answer is none about this certificate (error from server: try later)"},
		"no answer":                   {[]byte("+OK"), "", "the stapled OCSP answer is none about this certificate"},
	} {
		facts, err := s.judge(t, c.answer, false)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := facts.Staple
		if got == nil || got.Status != c.status || (got.Wrong == "") != (c.wrong == "") || !strings.HasPrefix(got.Wrong, c.wrong) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if facts, err := s.judge(t, nil, false); err != nil || facts.Staple != nil {
		t.Error(err)
	}
}

// A revoked certificate is refused, also if it does not promise an answer.
func TestRevoked(t *testing.T) {
	revoked := func(r *ocsp.Response) {
		r.Status, r.RevokedAt, r.RevocationReason = ocsp.Revoked, now.Add(-26*time.Hour), ocsp.KeyCompromise
	}
	unknown := func(r *ocsp.Response) { r.Status = ocsp.Unknown }
	stale := func(change func(*ocsp.Response)) func(*ocsp.Response) {
		return func(r *ocsp.Response) { change(r); r.ThisUpdate, r.NextUpdate = now.Add(-9*day), now.Add(-3*day) }
	}
	good := func(*ocsp.Response) {}
	for name, c := range map[string]struct {
		must    bool
		change  func(*ocsp.Response) // nil: no answer
		problem fault.Problem
		text    string
	}{
		"revoked": {false, revoked, fault.Revoked,
			`the certificate of "mail.example.org" was revoked 2026-11-20 (keyCompromise), says its OCSP answer`},
		"revoked before": {false, stale(revoked), fault.Revoked,
			`the certificate of "mail.example.org" was revoked 2026-11-20 (keyCompromise), says its OCSP answer`},
		"unknown": {false, unknown, fault.Revoked,
			`the issuer does not know the certificate of "mail.example.org", says its OCSP answer`},
		"unknown before":      {false, stale(unknown), "", ""},
		"promised and kept":   {true, good, "", ""},
		"promised, not kept":  {true, nil, fault.NoStaple, "the server staples no OCSP answer, which its certificate demands"},
		"promised, but stale": {true, stale(good), fault.NoStaple, "the stapled OCSP answer is stale since 2026-11-18 10:00 UTC, 3 days ago, and the certificate demands a good one"},
	} {
		s := newStapled(t, c.must)
		var answer []byte
		if c.change != nil {
			answer = s.answer(t, s.inter, nil, c.change)
		}
		facts, err := s.judge(t, answer, false)
		if c.text == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		wantFault(t, err, fault.Certificate, c.text)
		if f := fault.Of(err); f == nil || f.Problem != c.problem || facts.Expiry() == nil {
			t.Errorf("%s: %+v", name, f)
		}
		if facts, err := s.judge(t, answer, true); err != nil || answer != nil && facts.Staple == nil {
			t.Errorf("%s: --insecure reads it and verifies nothing: %v", name, err)
		}
	}
}

// Without the issuer's certificate the answer cannot be checked.
func TestStapleWithoutIssuer(t *testing.T) {
	s := newStapled(t, false)
	got := readStaple(s.answer(t, s.inter, nil, nil), s.leaf.cert, nil, now)
	if got.Status != "" || got.Wrong != "the stapled OCSP answer cannot be checked, since the issuer is not known" {
		t.Errorf("%+v", got)
	}
}

// FuzzStaple: an answer that differs from the issuer's is not believed.
func FuzzStaple(f *testing.F) {
	s := newStapled(f, false)
	whole := s.answer(f, s.inter, nil, nil)
	delegate := responder(f, s.inter, x509.ExtKeyUsageOCSPSigning, -day, day)
	delegated := s.answer(f, delegate, delegate, nil)
	f.Add(whole)
	f.Add(delegated)
	signed := [][sha256.Size]byte{tbsOf(f, whole, s.leaf.cert), tbsOf(f, delegated, s.leaf.cert)}
	f.Fuzz(func(t *testing.T, answer []byte) {
		got := readStaple(answer, s.leaf.cert, s.inter.cert, now)
		if got.Status == "" {
			if got.Wrong == "" {
				t.Fatal("neither believed nor wrong")
			}
			return
		}
		if tbs := tbsOf(t, answer, s.leaf.cert); !bytes.Equal(tbs[:], signed[0][:]) && !bytes.Equal(tbs[:], signed[1][:]) {
			t.Fatalf("%x is believed", answer)
		}
	})
}

func tbsOf(tb testing.TB, answer []byte, leaf *x509.Certificate) [sha256.Size]byte {
	r, err := ocsp.ParseResponseForCert(answer, leaf, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return sha256.Sum256(r.TBSResponseData)
}
