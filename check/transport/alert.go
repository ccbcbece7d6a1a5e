package transport

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/trust"
)

// alertNames are the alerts by their names (RFC 8446, section 6; those that
// older versions had besides: RFC 5246, section 7.2, RFC 6066, section 9;
// RFC 9849, section 11.2).
var alertNames = map[tls.AlertError]string{
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

// The alerts that mean more than that TLS is refused.
const (
	alertHandshakeFailure    tls.AlertError = 40
	alertProtocolVersion     tls.AlertError = 70
	alertInternalError       tls.AlertError = 80
	alertNoRenegotiation     tls.AlertError = 100
	alertUnrecognizedName    tls.AlertError = 112
	alertCertificateRequired tls.AlertError = 116
)

// ofClients are the alerts about a certificate, which is the client's where a
// server sends one.
var ofClients = []tls.AlertError{alertHandshakeFailure, 41, 42, 43, 44, 45, 46, 48, 49, 51, alertCertificateRequired}

// alertName is an alert as documents call it.
func alertName(a tls.AlertError) string {
	if name, ok := alertNames[a]; ok {
		return name
	}
	return fmt.Sprintf("number %d", uint8(a))
}

// The two sides that crypto/tls knows an alert from.
const (
	fromServer = "remote error"
	fromUs     = "local error"
)

// alertIn finds the alert that one side sent. In TLS over TCP crypto/tls keeps
// its type to itself: this is the one place where an error's text is read.
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

// refusal says what an alert means, as far as that is known.
func (c *Conn) refusal(alert tls.AlertError) error {
	f := &fault.Error{Kind: fault.TLS, Err: alert}
	versions := listen(c.wire.sent).versions
	offered := versionNames(versions)
	switch about := c.asked && slices.Contains(ofClients, alert); {
	case about && c.client == nil, alert == alertCertificateRequired:
		f.Problem, f.Text = fault.ClientWanted, "the server wants a client certificate"
	case about && alert != alertHandshakeFailure:
		f.Problem, f.Text = fault.ClientRefused, "the server refuses the client certificate"
		if leaf := c.client.Leaf; leaf != nil {
			f.Text += " of " + trust.Subject(leaf)
		}
	case alert == alertProtocolVersion:
		f.Text = "the server speaks other versions of TLS than the offered " + offered
		if !slices.Contains(versions, tls.VersionTLS10) {
			f.Problem = fault.OtherVersion // there are lower ones to try
		}
	case alert == alertHandshakeFailure:
		f.Text = "the server has nothing in common with what is offered in " + offered
	case alert == alertUnrecognizedName:
		f.Text = "the server does not know the name that it is asked for"
	case alert == alertInternalError:
		f.Text = "the server has a fault of its own"
	default:
		f.Text = "the server refuses TLS"
	}
	f.Text += " (alert " + alertName(alert) + ")"
	return f
}

// versionNames lists versions for people, the oldest first.
func versionNames(versions []uint16) string {
	var names []string
	for _, v := range slices.Backward(versions) {
		names = append(names, tls.VersionName(v))
	}
	return strings.Join(names, ", ")
}
