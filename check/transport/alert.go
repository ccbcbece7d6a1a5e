package transport

import (
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
)

// alertNames are the names of the alerts: RFC 8446, section 6; those of older
// versions: RFC 5246, section 7.2 and RFC 6066, section 9; RFC 9849, section
// 11.2.
var alertNames = [...]string{
	0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 21: "decryption_failed", 22: "record_overflow",
	30: "decompression_failure", 40: "handshake_failure", 41: "no_certificate", 42: "bad_certificate",
	43: "unsupported_certificate", 44: "certificate_revoked", 45: "certificate_expired", 46: "certificate_unknown",
	47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied", 50: "decode_error", 51: "decrypt_error",
	60: "export_restriction", 70: "protocol_version", 71: "insufficient_security", 80: "internal_error",
	86: "inappropriate_fallback", 90: "user_canceled", 100: "no_renegotiation", 109: "missing_extension",
	110: "unsupported_extension", 111: "certificate_unobtainable", 112: "unrecognized_name",
	113: "bad_certificate_status_response", 114: "bad_certificate_hash_value", 115: "unknown_psk_identity",
	116: "certificate_required", 120: "no_application_protocol", 121: "ech_required",
}

// The alerts that say why TLS is refused.
const (
	alertHandshakeFailure     tls.AlertError = 40
	alertProtocolVersion      tls.AlertError = 70
	alertInsufficientSecurity tls.AlertError = 71
	alertInternalError        tls.AlertError = 80
	alertNoRenegotiation      tls.AlertError = 100
	alertUnrecognizedName     tls.AlertError = 112
	alertCertificateRequired  tls.AlertError = 116
)

// certificateAlerts are the alerts about a certificate. A server that sends one
// means the client's.
var certificateAlerts = []tls.AlertError{alertHandshakeFailure, 41, 42, 43, 44, 45, 46, 48, 49, 51, alertCertificateRequired}

// alertName is what the RFCs call an alert.
func alertName(a tls.AlertError) string {
	if int(a) < len(alertNames) && alertNames[a] != "" {
		return alertNames[a]
	}
	return fmt.Sprintf("number %d", uint8(a))
}

// What crypto/tls calls the two sides that an alert comes from.
const (
	fromServer = "remote error"
	fromUs     = "local error"
)

// alertIn finds the alert that one side sent. In TLS over TCP crypto/tls keeps
// its type to itself: this and isUnreadable are the places where an error's text
// is read.
func alertIn(err error, from string) (tls.AlertError, bool) {
	op, ok := errors.AsType[*net.OpError](err)
	if !ok || op.Op != from {
		return 0, false
	}
	for a := range 256 {
		if alert := tls.AlertError(a); alert.Error() == op.Err.Error() {
			return alert, true
		}
	}
	return 0, false
}

// sentAlert finds the first fatal alert among the unencrypted records that a server
// sent (RFC 8446, sections 5.1 and 6). crypto/tls does not tell of an alert
// after something that it objects to.
func sentAlert(received []byte) (tls.AlertError, bool) {
	const alertRecord, fatal = 21, 2
	for len(received) >= 5 && received[1] == 3 {
		length := int(binary.BigEndian.Uint16(received[3:]))
		kind, record := received[0], received[5:]
		record = record[:min(length, len(record))]
		if kind == alertRecord && length == 2 && len(record) == 2 && record[0] == fatal { // an encrypted one is longer
			return tls.AlertError(record[1]), true
		}
		received = received[5+len(record):]
	}
	return 0, false
}

// chosenVersion is the version in a ServerHello that comes first, as servers
// before TLS 1.3 state it (RFC 8446, section 4.1.3); 0 if there is none.
func chosenVersion(received []byte) uint16 {
	const handshakeRecord, serverHello = 22, 2
	if len(received) < 11 || received[0] != handshakeRecord || received[5] != serverHello {
		return 0
	}
	return binary.BigEndian.Uint16(received[9:])
}
