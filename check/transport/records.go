package transport

import (
	"golang.org/x/crypto/cryptobyte"
)

// The types of records, messages and extensions that are read here (RFC 8446,
// section 5.1, section 4 and section 4.2).
const (
	recordAlert       = 21
	recordHandshake   = 22
	clientHello       = 1
	serverHello       = 2
	supportedVersions = 43
)

// spoken is what crypto/tls does not tell of the records that one side sent in
// clear.
type spoken struct {
	versions []uint16 // those that a client offers, the best first, or the one that a server chose
	alert    int      // the fatal one, or -1
}

// listen reads the records at the beginning of what one side sent, as far as
// they are there and in clear. What is no record ends it.
func listen(first []byte) spoken {
	said := spoken{alert: -1}
	for s := cryptobyte.String(first); ; {
		var kind uint8
		var version, length uint16
		if !s.ReadUint8(&kind) || !s.ReadUint16(&version) || !s.ReadUint16(&length) || version>>8 != 3 {
			return said
		}
		record := s[:min(int(length), len(s))]
		s = s[len(record):]
		switch {
		case kind == recordHandshake && said.versions == nil:
			said.versions = helloVersions(record)
		case kind == recordAlert && said.alert < 0 && length == 2 && len(record) == 2 && record[0] == 2: // an encrypted one is longer
			said.alert = int(record[1])
		}
	}
}

// helloVersions reads the versions of a ClientHello or a ServerHello, which may
// be cut off (RFC 8446, sections 4.1.2, 4.1.3 and 4.2.1): those of the extension,
// or else the one in the old place.
func helloVersions(message cryptobyte.String) []uint16 {
	var kind uint8
	var version, number uint16
	var skipped cryptobyte.String
	if !message.ReadUint8(&kind) || kind != clientHello && kind != serverHello ||
		!message.Skip(3) || !message.ReadUint16(&version) {
		return nil
	}
	old := []uint16{version}
	if !message.Skip(32) || !message.ReadUint8LengthPrefixed(&skipped) {
		return old
	}
	whole := kind == serverHello && message.Skip(3) || // cipher suite and compression
		kind == clientHello && message.ReadUint16LengthPrefixed(&skipped) && message.ReadUint8LengthPrefixed(&skipped)
	if !whole || !message.ReadUint16(&number) {
		return old
	}
	for {
		var data cryptobyte.String
		if !message.ReadUint16(&number) || !message.ReadUint16LengthPrefixed(&data) {
			return old
		}
		if number == supportedVersions {
			return listed(kind, data)
		}
	}
}

// listed is what the extension supported_versions says: a list of a client, one
// of a server. What is not TLS (RFC 8701 lets clients add such) is left out.
func listed(kind uint8, data cryptobyte.String) (versions []uint16) {
	if kind == clientHello && !data.ReadUint8LengthPrefixed(&data) {
		return nil
	}
	var version uint16
	for data.ReadUint16(&version) {
		if version>>8 == 3 {
			versions = append(versions, version)
		}
	}
	return versions
}
