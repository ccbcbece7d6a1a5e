package transport

import (
	"strings"

	"golang.org/x/crypto/cryptobyte"
)

// isUnreadable reports whether a handshake failed because crypto/x509 does not
// parse a certificate of the server. crypto/tls has no type for that.
func isUnreadable(err error) bool {
	return strings.HasPrefix(err.Error(), "tls: failed to parse certificate from server: x509: ")
}

// sentCertificates finds the certificates that a server sent unencrypted: up to TLS
// 1.2 (RFC 5246, sections 6.2.1, 7.4 and 7.4.2).
func sentCertificates(received []byte) (certificates [][]byte) {
	const certificateMessage = 11
	for messages := handshakeMessages(received); ; {
		var kind uint8
		var message, list cryptobyte.String
		if !messages.ReadUint8(&kind) || !messages.ReadUint24LengthPrefixed(&message) {
			return nil
		}
		if kind != certificateMessage || !message.ReadUint24LengthPrefixed(&list) {
			continue
		}
		for {
			var der cryptobyte.String
			if !list.ReadUint24LengthPrefixed(&der) {
				return certificates
			}
			certificates = append(certificates, der)
		}
	}
}

// handshakeMessages joins the handshake records that come first.
func handshakeMessages(received []byte) (messages cryptobyte.String) {
	const handshakeRecord = 22
	for records := cryptobyte.String(received); ; {
		var kind uint8
		var version uint16
		var record cryptobyte.String
		if !records.ReadUint8(&kind) || kind != handshakeRecord || !records.ReadUint16(&version) || !records.ReadUint16LengthPrefixed(&record) {
			return messages
		}
		messages = append(messages, record...)
	}
}
