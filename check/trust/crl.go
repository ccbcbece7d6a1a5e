package trust

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"check_pop3x/check/fault"
)

// A CRL is a list of revoked certificates that their issuer signed (RFC 5280,
// section 5).
type CRL struct {
	ThisUpdate, NextUpdate time.Time // NextUpdate is zero if the list does not say

	DER     []byte // as it was signed
	scope   scope
	entries cryptobyte.String
}

// ReadCRL reads a CRL and checks that the issuer signed it. RFC 5280, section
// 4.2.1.13 wants DER; PEM is accepted, as OpenSSL does. The error says what is
// wrong with the list, which it calls "it".
//
// Entries are only looked at by Find, one after the other. crypto/x509 makes 460
// MB of a list of 16 MiB, in ten times the time.
func ReadCRL(data []byte, issuer *x509.Certificate) (*CRL, error) {
	if bytes.HasPrefix(data, []byte("-----BEGIN")) {
		if block, _ := pem.Decode(data); block != nil {
			data = block.Bytes
		}
	}
	l := &CRL{DER: data}
	bare, signed, err := l.split()
	if err != nil {
		return nil, err
	}
	head, err := x509.ParseRevocationList(bare)
	if err != nil {
		return nil, errNoCRL
	}
	head.RawTBSRevocationList = signed
	switch {
	case !bytes.Equal(head.RawIssuer, issuer.RawSubject):
		return nil, errors.New("it is the list of another issuer")
	case !hasUsableKey(issuer), head.CheckSignatureFrom(issuer) != nil:
		return nil, errors.New("it is not signed by its issuer")
	}
	l.ThisUpdate, l.NextUpdate = head.ThisUpdate, head.NextUpdate
	return l, l.readExtensions(head)
}

var errNoCRL = errors.New("it is not a CRL")

// split sets the entries aside and returns the list without them, for crypto/x509
// to parse, and what the issuer signed. A list of version 1, which has no
// extensions, is returned as version 2, as crypto/x509 reads no other.
//
//	CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm SEQUENCE, signature BIT STRING }
//	TBSCertList     ::= SEQUENCE { version INTEGER OPTIONAL, signature SEQUENCE, issuer SEQUENCE,
//	   thisUpdate Time, nextUpdate Time OPTIONAL, revokedCertificates SEQUENCE OPTIONAL, [0] extensions OPTIONAL }
//
// (RFC 5280, section 5.1).
func (l *CRL) split() (bare, signed []byte, err error) {
	rest := cryptobyte.String(l.DER)
	var list, tbs, version, head, dates cryptobyte.String
	if !rest.ReadASN1(&list, asn1.SEQUENCE) || !rest.Empty() || !list.ReadASN1Element(&tbs, asn1.SEQUENCE) {
		return nil, nil, errNoCRL
	}
	signed = tbs
	ok := tbs.ReadASN1(&tbs, asn1.SEQUENCE) &&
		readOptional(&tbs, &version, asn1.INTEGER) &&
		readElements(&tbs, &head, asn1.SEQUENCE, asn1.SEQUENCE) && // signature, issuer
		readDates(&tbs, &dates) &&
		tbs.ReadOptionalASN1(&l.entries, nil, asn1.SEQUENCE)
	if version == nil {
		version = []byte{byte(asn1.INTEGER), 1, 1} // version 2
		ok = ok && tbs.Empty()                     // no extensions
	}
	if !ok {
		return nil, nil, errNoCRL
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddBytes(slices.Concat(version, head, dates, tbs))
		})
		b.AddBytes(list)
	})
	bare, err = b.Bytes()
	return bare, signed, err
}

// readElements reads elements with those tags, as they are.
func readElements(s, out *cryptobyte.String, tags ...asn1.Tag) bool {
	before := *s
	for _, tag := range tags {
		if !s.SkipASN1(tag) {
			return false
		}
	}
	*out = before[:len(before)-len(*s)]
	return true
}

// readOptional reads an element with that tag, as it is, or nothing.
func readOptional(s, out *cryptobyte.String, tag asn1.Tag) bool {
	return !s.PeekASN1Tag(tag) || s.ReadASN1Element(out, tag)
}

// readDates reads one or two times, as they are.
func readDates(s, out *cryptobyte.String) bool {
	before := *s
	for s.PeekASN1Tag(asn1.UTCTime) || s.PeekASN1Tag(asn1.GeneralizedTime) {
		if !s.SkipASN1(asn1.Tag((*s)[0])) {
			return false
		}
	}
	*out = before[:len(before)-len(*s)]
	return true
}

// readExtensions refuses a list that says something which is not understood, or
// that lists only what another one does not have.
func (l *CRL) readExtensions(head *x509.RevocationList) error {
	for _, e := range head.Extensions {
		switch {
		case e.Id.Equal(deltaExtension):
			return errors.New("it is a delta CRL")
		case e.Id.Equal(scopeExtension):
			if err := l.scope.read(e.Value); err != nil {
				return err
			}
		case e.Critical && !e.Id.Equal(crlNumberExtension) && !e.Id.Equal(authorityKeyExtension):
			return errors.New("its critical extension " + e.Id.String() + " is unknown")
		}
	}
	return nil
}

// A Revocation is the entry of a certificate in a CRL.
type Revocation struct {
	At     time.Time
	Reason string // as RFC 5280, section 5.3.1 calls it; "" if none is said
}

// Refusal is the fault of a certificate that is revoked: the server's own, or one
// above it.
func (r *Revocation) Refusal(c, leaf *x509.Certificate) error {
	when := " was revoked on " + r.At.UTC().Format(time.DateOnly) + because(r.Reason)
	if c == leaf {
		return refusal(fault.Revoked, "the certificate"+when, nil)
	}
	return refusal(fault.RevokedIssuer, "the intermediate "+Subject(c)+when, nil)
}

// Find returns what the list says of a certificate of its issuer: nil if that is
// not revoked. point is where the certificate says that the list is. The error
// says why the list does not tell, and calls it "it".
//
// A list that is out of date still tells what was revoked, unless that was on
// hold. Otherwise it returns OutOfDate.
func (l *CRL) Find(c *x509.Certificate, point CRLPoint, now time.Time) (*Revocation, error) {
	if err := l.scope.covers(c, point); err != nil {
		return nil, err
	}
	found, err := l.search(c.SerialNumber)
	if err != nil {
		return nil, err
	}
	if late := l.outOfDate(now); late != nil && (found == nil || found.Reason == reasons[onHold]) {
		return nil, late
	}
	return found, nil
}

// OutOfDate is the error of a list that counts no more, or not yet.
type OutOfDate string

func (e OutOfDate) Error() string { return string(e) }

// outOfDate returns why the list does not count at a time, or nil.
func (l *CRL) outOfDate(now time.Time) error {
	switch {
	case now.Add(maxSkew).Before(l.ThisUpdate):
		return OutOfDate("it is not valid before " + formatMinute(l.ThisUpdate))
	case !l.NextUpdate.IsZero() && now.Add(-maxSkew).After(l.NextUpdate):
		return OutOfDate("it expired " + fault.Span(now.Sub(l.NextUpdate)) + " ago (" + l.NextUpdate.UTC().Format(time.DateOnly) + ")")
	}
	return nil
}
