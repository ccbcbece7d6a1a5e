package trust

import (
	"encoding/base64"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"check_pop3x/check/files"
)

// prefixLength is as much base64 text as the way to a subject takes in nine of ten
// roots. Decoding no more saves 0.11 of 0.27 ms for the 144 roots of Debian.
const prefixLength = 512

// findSubject finds a certificate's subject without parsing the rest, in a
// prefix of it if that is enough. The buffer is for the next one.
func findSubject(c files.Certificate, buffer *[]byte) ([]byte, bool) {
	text := c.Base64()
	*buffer, _ = base64.StdEncoding.AppendDecode((*buffer)[:0], text[:min(len(text), prefixLength)])
	if subject, ok := rawSubject(*buffer); ok || len(text) <= prefixLength {
		return subject, ok
	}
	*buffer, _ = base64.StdEncoding.AppendDecode((*buffer)[:0], text)
	return rawSubject(*buffer)
}

// rawSubject finds the subject in the DER of a certificate, as crypto/x509 has it
// in RawSubject. The DER may be cut off after the subject.
//
//	Certificate    ::= SEQUENCE { tbsCertificate, … }
//	TBSCertificate ::= SEQUENCE { [0] version OPTIONAL, serialNumber INTEGER,
//	   signature SEQUENCE, issuer SEQUENCE, validity SEQUENCE, subject SEQUENCE, … }
//
// (RFC 5280, section 4.1).
func rawSubject(der []byte) ([]byte, bool) {
	s := cryptobyte.String(der)
	var subject cryptobyte.String
	certificate := enterSequence(&s)
	ok := certificate && enterSequence(&s) &&
		s.SkipOptionalASN1(asn1.Tag(0).Constructed().ContextSpecific()) &&
		s.SkipASN1(asn1.INTEGER) &&
		s.SkipASN1(asn1.SEQUENCE) && s.SkipASN1(asn1.SEQUENCE) && s.SkipASN1(asn1.SEQUENCE) &&
		s.ReadASN1Element(&subject, asn1.SEQUENCE)
	return subject, ok
}

// enterSequence skips the tag and the length of a sequence, which may be cut off.
func enterSequence(s *cryptobyte.String) bool {
	var tag, length uint8
	if !s.ReadUint8(&tag) || tag != uint8(asn1.SEQUENCE) || !s.ReadUint8(&length) {
		return false
	}
	return length < 0x80 || s.Skip(int(length&0x7f))
}
