package trust

// The tags of X.690 that lead to the subject of a certificate.
const (
	tagInteger  = 0x02
	tagSequence = 0x30
	tagVersion  = 0xa0 // [0], RFC 5280, section 4.1
)

// rawSubject finds the subject in the DER of a certificate, in the encoding
// that crypto/x509 calls RawSubject, without parsing anything else. The DER may
// be cut off behind the subject. It understands more than crypto/x509 accepts:
// where that one has a RawSubject, this one finds the same.
//
//	Certificate    ::= SEQUENCE { tbsCertificate, … }
//	TBSCertificate ::= SEQUENCE { [0] version OPTIONAL, serialNumber INTEGER,
//	    signature SEQUENCE, issuer SEQUENCE, validity SEQUENCE, subject SEQUENCE, … }
//
// (RFC 5280, section 4.1).
func rawSubject(der []byte) ([]byte, bool) {
	certificate, ok := enter(der)
	if !ok {
		return nil, false
	}
	rest, ok := enter(certificate)
	if !ok {
		return nil, false
	}
	if len(rest) > 0 && rest[0] == tagVersion {
		if _, rest, ok = element(rest, tagVersion); !ok {
			return nil, false
		}
	}
	for _, tag := range []byte{tagInteger, tagSequence, tagSequence, tagSequence} {
		if _, rest, ok = element(rest, tag); !ok {
			return nil, false
		}
	}
	subject, _, ok := element(rest, tagSequence)
	return subject, ok
}

// enter returns what is inside the sequence that der begins with, or as much of
// it as is there.
func enter(der []byte) ([]byte, bool) {
	head, _, ok := header(der, tagSequence)
	return der[head:], ok
}

// element splits der behind its first element, which must have that tag and be
// there as a whole.
func element(der []byte, tag byte) (first, rest []byte, ok bool) {
	head, length, ok := header(der, tag)
	if !ok || length > len(der)-head {
		return nil, nil, false
	}
	return der[:head+length], der[head+length:], true
}

// header reads a tag and the length behind it: one byte, or up to four of them
// behind their number (X.690, section 8.1.3).
func header(der []byte, tag byte) (head, length int, ok bool) {
	if len(der) < 2 || der[0] != tag {
		return 0, 0, false
	}
	if der[1] < 0x80 {
		return 2, int(der[1]), true
	}
	n := int(der[1] & 0x7f)
	if n == 0 || n > 4 || len(der) < 2+n {
		return 0, 0, false
	}
	var long uint64
	for _, b := range der[2 : 2+n] {
		long = long<<8 | uint64(b)
	}
	if long > 1<<31-1 {
		return 0, 0, false
	}
	return 2 + n, int(long), true
}
