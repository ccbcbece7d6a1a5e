package trust

import (
	"encoding/base64"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"check_pop3x/check/files"
)

// prefixLength is as much base64 text as the way to a subject takes in nine of ten
// roots.
const prefixLength = 320

// isNamed reports whether a certificate's subject is one of the names, or cannot be
// found. Nothing else is parsed, and the subject is decoded only if it is as long as
// a name, which takes 0.12 ms instead of 0.14 for Debian's 144 roots. The buffer is
// for the next one.
func isNamed(c files.Certificate, names map[string]bool, buffer *[]byte) bool {
	text := c.Base64()
	*buffer, _ = base64.StdEncoding.AppendDecode((*buffer)[:0], text[:min(len(text), prefixLength)])
	if length, ok := subjectLength(*buffer); ok && !hasLength(names, length) {
		return false
	}
	*buffer, _ = base64.StdEncoding.AppendDecode((*buffer)[:0], text)
	subject, ok := rawSubject(*buffer)
	return !ok || names[string(subject)]
}

func hasLength(names map[string]bool, length int) bool {
	for name := range names {
		if len(name) == length {
			return true
		}
	}
	return false
}

// rawSubject finds the subject in the DER of a certificate, as crypto/x509 has it
// in RawSubject. The DER may be cut off after the subject.
func rawSubject(der []byte) ([]byte, bool) {
	s, found := fromSubject(der)
	var subject cryptobyte.String
	ok := found && s.ReadASN1Element(&subject, asn1.SEQUENCE)
	return subject, ok
}

// subjectLength returns the length of what rawSubject finds. The DER may be cut off
// in the subject.
func subjectLength(der []byte) (length int, ok bool) {
	s, ok := fromSubject(der)
	if !ok || len(s) < 4 || s[0] != uint8(asn1.SEQUENCE) {
		return 0, false
	}
	switch s[1] { // X.690, section 8.1.3
	case 0x81:
		return 3 + int(s[2]), true
	case 0x82:
		return 4 + int(s[2])<<8 + int(s[3]), true
	}
	return 2 + int(s[1]), s[1] < 0x80
}

// fromSubject returns the DER of a certificate from its subject on.
//
//	Certificate    ::= SEQUENCE { tbsCertificate, … }
//	TBSCertificate ::= SEQUENCE { [0] version OPTIONAL, serialNumber INTEGER,
//	   signature SEQUENCE, issuer SEQUENCE, validity SEQUENCE, subject SEQUENCE, … }
//
// (RFC 5280, section 4.1).
func fromSubject(der []byte) (s cryptobyte.String, ok bool) {
	s = der
	certificate := enterSequence(&s)
	ok = certificate && enterSequence(&s) &&
		s.SkipOptionalASN1(asn1.Tag(0).Constructed().ContextSpecific()) &&
		s.SkipASN1(asn1.INTEGER) &&
		s.SkipASN1(asn1.SEQUENCE) && s.SkipASN1(asn1.SEQUENCE) && s.SkipASN1(asn1.SEQUENCE)
	return s, ok
}

// enterSequence skips the tag and the length of a sequence, which may be cut off.
func enterSequence(s *cryptobyte.String) bool {
	var tag, length uint8
	if !s.ReadUint8(&tag) || tag != uint8(asn1.SEQUENCE) || !s.ReadUint8(&length) {
		return false
	}
	return length < 0x80 || s.Skip(int(length&0x7f))
}
