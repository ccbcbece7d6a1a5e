package transport

import (
	"cmp"
	"crypto/tls"
	"slices"

	"check_pop3x/check/fault"
	"check_pop3x/check/trust"
)

// An offer is what we offered the server in the handshake, which tells what a
// refusal means.
type offer struct {
	min, max    uint16           // versions
	legacy      bool             // cipher suites that clients are giving up, too
	certificate *tls.Certificate // ours, or nil
	asked       bool             // the server asked for it
}

func newOffer(o TLS) *offer {
	return &offer{
		min: cmp.Or(o.MinVersion, tls.VersionTLS12), max: cmp.Or(o.MaxVersion, tls.VersionTLS13),
		legacy: o.Legacy, certificate: o.Client,
	}
}

// config changes nothing of crypto/tls's defaults except the versions, and the
// cipher suites if the legacy ones are offered.
// Verification is left to judge, so that a bad certificate is recorded first;
// its error fails the handshake all the same.
func (o *offer) config(serverName string, judge func(tls.ConnectionState) error) *tls.Config {
	config := &tls.Config{
		ServerName:           serverName,
		MinVersion:           o.min,
		MaxVersion:           o.max,
		InsecureSkipVerify:   true,
		VerifyConnection:     judge,
		GetClientCertificate: o.show,
	}
	if o.legacy {
		config.CipherSuites = allSuites()
	}
	return config
}

// show gives the client certificate to a server that asks, whatever authorities
// it names, as other clients do. An empty one is none.
func (o *offer) show(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	o.asked = true
	if o.certificate == nil {
		return new(tls.Certificate), nil
	}
	return o.certificate, nil
}

// all reports whether there is no version left to offer.
func (o *offer) all() bool { return o.min <= tls.VersionTLS10 }

// refusal is the fault of a server that sent an alert.
func (o *offer) refusal(alert tls.AlertError) error {
	f := &fault.Error{Kind: fault.TLS, Err: alert}
	switch ours := o.asked && slices.Contains(certificateAlerts, alert); {
	case ours && o.certificate == nil, alert == alertCertificateRequired:
		f.Problem, f.Text = fault.ClientWanted, "the server wants a client certificate"
	case ours && alert != alertHandshakeFailure:
		f.Problem, f.Text = fault.ClientRefused, "the server refuses the client certificate"
		if leaf := o.certificate.Leaf; leaf != nil {
			f.Text += " of " + trust.Subject(leaf)
		}
	case alert == alertProtocolVersion:
		f.Text = "the server speaks only versions older than " + tls.VersionName(o.min)
		if !o.all() {
			f.Problem = fault.OtherVersion
		}
	case alert == alertHandshakeFailure, alert == alertInsufficientSecurity:
		f.Problem, f.Text = o.noSuite(), "the server and this check cannot agree on encryption"
	case alert == alertUnrecognizedName:
		f.Problem, f.Text = fault.UnknownName, "the server does not know the name it is asked for"
	case alert == alertInternalError:
		f.Text = "the server failed in the handshake"
	default:
		f.Text = "the server refuses TLS"
	}
	f.Text += " (alert " + alertName(alert) + ")"
	return f
}

// noSuite is the problem of a server that finds no cipher suite in the offer.
// TLS 1.3 has none that clients are giving up.
func (o *offer) noSuite() fault.Problem {
	if o.min > tls.VersionTLS12 {
		return ""
	}
	return fault.NoSuite
}

// unanswered is the fault of a connection that ended without an answer to the
// offer. A server that supports none of it has to send an alert (RFC 8446, section
// 4.1.3); Dovecot 2.3 loses it, and Windows resets instead. One that has heard
// nothing has something against us, not against the offer; but a reset may overtake
// the acknowledgment.
func (o *offer) unanswered(how fault.Problem, unheard bool, err error) error {
	f := &fault.Error{Kind: fault.TLS, Problem: fault.Unanswered, Text: endText(how) + " when TLS began", Err: err}
	switch {
	case how == fault.Reset && o.all():
		f.Problem = fault.ResetAtAnyOffer
	case how == fault.Reset:
		f.Problem = fault.ResetAtOffer
	case unheard:
		f.Problem = fault.ClosedAtOnce
	case o.all():
		f.Problem = fault.UnansweredAll
	}
	if unheard {
		f.Kind, f.Text = fault.Closed, endText(how)+" at once"
	}
	return f
}

// olderVersion is the fault of a server that chose a version that is not offered.
func (o *offer) olderVersion(chosen uint16, err error) error {
	return &fault.Error{Kind: fault.TLS, Problem: fault.OtherVersion, Err: err,
		Text: "the server speaks nothing newer than " + tls.VersionName(chosen) + ", and " + tls.VersionName(o.min) + " is wanted"}
}
