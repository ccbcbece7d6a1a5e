package trust

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"slices"
	"time"

	"golang.org/x/crypto/ocsp"

	"check_pop3x/check/fault"
)

// The statuses of a certificate (RFC 6960, section 2.2).
const (
	StapleGood    = "good"
	StapleRevoked = "revoked"
	StapleUnknown = "unknown"
)

// maxSkew is how far clocks may differ.
const maxSkew = 5 * time.Minute

// A Staple is the OCSP answer about the server's certificate that came along in
// the handshake (RFC 6066, section 8).
type Staple struct {
	Status                            string // "" if the answer is not the issuer's
	ThisUpdate, NextUpdate, RevokedAt time.Time
	Reason                            int    // RFC 5280, section 5.3.1
	Wrong                             string // why it cannot be believed, or no longer; ""
}

// Reasons that matter (RFC 5280, section 5.3.1).
const (
	onHold  = 6 // may become valid again
	removed = 8 // valid again
)

// reasons are the reasons of a revocation, as RFC 5280, section 5.3.1 calls them.
var reasons = [...]string{
	1: "keyCompromise", 2: "cACompromise", 3: "affiliationChanged", 4: "superseded", 5: "cessationOfOperation",
	onHold: "certificateHold", removed: "removeFromCRL", 9: "privilegeWithdrawn", 10: "aACompromise",
}

// reasonName returns what a reason is called; "" if none is said.
func reasonName(reason int) string {
	if reason < 0 || reason >= len(reasons) {
		return ""
	}
	return reasons[reason]
}

// because is a reason behind a sentence.
func because(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}

// readStaple reads an answer and checks that it is the issuer's, about that
// certificate, and current (RFC 6960, section 3.2). issuer is nil if unknown.
func readStaple(der []byte, leaf, issuer *x509.Certificate, now time.Time) *Staple {
	der, certs := splitAnswer(der)
	answer, err := ocsp.ParseResponseForCert(der, leaf, nil)
	s := &Staple{}
	switch {
	case err != nil:
		s.Wrong = "the stapled OCSP answer is none about this certificate" + ocspReason(err)
	case issuer == nil:
		s.Wrong = "the stapled OCSP answer cannot be checked, since the issuer is not known"
	case !isSignedBy(answer, certs, issuer, now):
		s.Wrong = "the stapled OCSP answer is not signed by the issuer, nor by one whom it appointed"
	case !namesIssuer(answer, leaf, issuer):
		s.Wrong = "the stapled OCSP answer is about a certificate of another issuer"
	default:
		s.read(answer, now)
	}
	return s
}

// ocspReason is what package ocsp says; what asn1 says is not for people.
func ocspReason(err error) string {
	_, parse := errors.AsType[ocsp.ParseError](err)
	_, response := errors.AsType[ocsp.ResponseError](err)
	if !parse && !response {
		return ""
	}
	return " (" + withoutPrefix(err) + ")"
}

// read copies what the issuer says. NextUpdate may be missing.
func (s *Staple) read(answer *ocsp.Response, now time.Time) {
	s.Status = map[int]string{ocsp.Good: StapleGood, ocsp.Revoked: StapleRevoked, ocsp.Unknown: StapleUnknown}[answer.Status]
	s.ThisUpdate, s.NextUpdate = answer.ThisUpdate, answer.NextUpdate
	s.RevokedAt, s.Reason = answer.RevokedAt, answer.RevocationReason
	switch {
	case now.Add(maxSkew).Before(s.ThisUpdate):
		s.Wrong = "the stapled OCSP answer is not valid until " + formatMinute(s.ThisUpdate) + ", in " + fault.Span(s.ThisUpdate.Sub(now))
	case !s.NextUpdate.IsZero() && now.Add(-maxSkew).After(s.NextUpdate):
		s.Wrong = "the stapled OCSP answer is stale since " + formatMinute(s.NextUpdate) + ", " + fault.Span(now.Sub(s.NextUpdate)) + " ago"
	}
}

// The first fields of what RFC 6960, section 4.2.1 defines: package ocsp compares
// serial numbers only, and other issuers use the same ones.
type (
	certID struct {
		HashAlgorithm     pkix.AlgorithmIdentifier
		NameHash, KeyHash []byte
		SerialNumber      *big.Int
	}
	singleResponse struct{ CertID certID }
	responseData   struct {
		Version     int `asn1:"optional,default:0,explicit,tag:0"`
		ResponderID asn1.RawValue
		ProducedAt  time.Time `asn1:"generalized"`
		Responses   []singleResponse
	}
)

// namesIssuer reports whether the answer names the issuer, by the hashes of its
// name and key.
func namesIssuer(answer *ocsp.Response, leaf, issuer *x509.Certificate) bool {
	var data responseData
	if _, err := asn1.Unmarshal(answer.TBSResponseData, &data); err != nil || !answer.IssuerHash.Available() {
		return false
	}
	for _, r := range data.Responses {
		if r.CertID.SerialNumber.Cmp(leaf.SerialNumber) == 0 { // the one that package ocsp took
			return bytes.Equal(r.CertID.NameHash, sum(answer.IssuerHash, leaf.RawIssuer)) &&
				bytes.Equal(r.CertID.KeyHash, keyHash(answer.IssuerHash, issuer))
		}
	}
	return false
}

func sum(h crypto.Hash, data []byte) []byte {
	hash := h.New()
	hash.Write(data)
	return hash.Sum(nil)
}

// oidTLSFeature is the extension that promises TLS extensions, among them the
// stapled answer (RFC 7633, section 6).
var oidTLSFeature = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}

// mustStaple reports whether a certificate promises a stapled answer.
func mustStaple(c *x509.Certificate) bool {
	const statusRequest = 5
	for _, e := range c.Extensions {
		var features []int
		if e.Id.Equal(oidTLSFeature) {
			_, err := asn1.Unmarshal(e.Value, &features)
			return err == nil && slices.Contains(features, statusRequest)
		}
	}
	return false
}
