package trust

import (
	"bytes"
	"errors"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// The contents of the object identifiers of an entry's extensions (RFC 5280,
// section 5.3). Hold instructions are long gone, and harmless.
var (
	reasonCodeOID      = []byte{0x55, 0x1d, 21}
	holdInstructionOID = []byte{0x55, 0x1d, 23}
	invalidityDateOID  = []byte{0x55, 0x1d, 24}
)

var errBadEntry = errors.New("an entry cannot be read")

// search returns the entry of a serial number, or nil. All entries are looked at:
// a list with one that is not understood does not count (RFC 5280, section 5.3).
func (l *CRL) search(serial *big.Int) (found *Revocation, err error) {
	var b cryptobyte.Builder
	b.AddASN1BigInt(serial)
	wanted, err := b.Bytes()
	if err != nil {
		return nil, err
	}
	for rest := l.entries; !rest.Empty(); {
		var entry, number cryptobyte.String
		if !rest.ReadASN1(&entry, asn1.SEQUENCE) || !entry.ReadASN1Element(&number, asn1.INTEGER) || !isShortest(number) {
			return nil, errBadEntry
		}
		e, err := readEntry(entry, bytes.Equal(number, wanted))
		if err != nil {
			return nil, err
		}
		if e != nil {
			found = e
		}
	}
	return found, nil
}

// isShortest reports whether an INTEGER of fewer than 128 octets has no octets
// that DER leaves out: one number is written in one way only.
func isShortest(integer []byte) bool {
	switch {
	case len(integer) < 3 || integer[1] >= 0x80:
		return false
	case len(integer) == 3:
		return true
	}
	first, second := integer[2], integer[3]
	return !(first == 0 && second < 0x80 || first == 0xff && second >= 0x80)
}

// readEntry checks what follows the serial number of an entry, and returns what it
// says if that is wanted. One that takes a certificate from the list returns nil.
//
//	SEQUENCE { …, revocationDate Time, crlEntryExtensions SEQUENCE OPTIONAL }
func readEntry(entry cryptobyte.String, wanted bool) (*Revocation, error) {
	at, ok := readTime(&entry, wanted)
	if !ok {
		return nil, errBadEntry
	}
	var extensions cryptobyte.String
	if !entry.ReadOptionalASN1(&extensions, nil, asn1.SEQUENCE) || !entry.Empty() {
		return nil, errBadEntry
	}
	reason, err := readReason(extensions)
	if err != nil || !wanted || reason == removed {
		return nil, err
	}
	return &Revocation{At: at, Reason: reasonName(reason)}, nil
}

// readTime reads a time (RFC 5280, section 5.1.2.6), or skips it.
func readTime(s *cryptobyte.String, wanted bool) (t time.Time, ok bool) {
	switch utc := s.PeekASN1Tag(asn1.UTCTime); {
	case utc && wanted:
		return t, s.ReadASN1UTCTime(&t)
	case wanted:
		return t, s.ReadASN1GeneralizedTime(&t)
	case utc:
		return t, s.SkipASN1(asn1.UTCTime)
	}
	return t, s.SkipASN1(asn1.GeneralizedTime)
}

// readReason returns the reason among the extensions of an entry; 0 is none.
//
//	Extension ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }
func readReason(extensions cryptobyte.String) (reason int, err error) {
	for !extensions.Empty() {
		var e, id, value cryptobyte.String
		critical := false
		ok := extensions.ReadASN1(&e, asn1.SEQUENCE) && e.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) &&
			(!e.PeekASN1Tag(asn1.BOOLEAN) || e.ReadASN1Boolean(&critical)) &&
			e.ReadASN1(&value, asn1.OCTET_STRING) && e.Empty()
		switch {
		case !ok:
			return 0, errBadEntry
		case bytes.Equal(id, reasonCodeOID):
			if !value.ReadASN1Enum(&reason) || !value.Empty() {
				return 0, errBadEntry
			}
		case critical && !bytes.Equal(id, invalidityDateOID) && !bytes.Equal(id, holdInstructionOID):
			return 0, errors.New("an entry has an unknown critical extension")
		}
	}
	return reason, nil
}
