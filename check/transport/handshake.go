package transport

import (
	"context"
	"crypto/tls"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/resolve"
	"check_pop3x/check/trust"
)

// StartTLS does the handshake on a connection in clear. On success all that
// follows goes by TLS; after a failure the connection is good for nothing but
// Close. Facts are there whenever the server showed certificates, also if they
// were not accepted. The error is the cause of ctx's end, or a *fault.Error: of
// kind Certificate around a *trust.CertificateError; of kind Usage for RootsFile; of
// kind TLS, with the server's words where it did not speak TLS and around a
// tls.AlertError where it sent an alert.
func (c *Conn) StartTLS(ctx context.Context, o trust.Policy) (*trust.Facts, error) {
	if c.tls != nil {
		return nil, fault.New(fault.Internal, "TLS was started twice")
	}
	o = complete(o)
	var facts *trust.Facts
	config := configOf(o, func(state tls.ConnectionState) error {
		facts = o.Judge(ctx, state)
		return facts.Err
	})
	c.client, config.GetClientCertificate = o.Client, c.show
	session := tls.Client(c.wire, config)
	c.wire.keep = true
	err := session.HandshakeContext(ctx)
	c.wire.keep = false
	if facts != nil {
		facts.ClientAsked = c.asked
	}
	switch {
	case err == nil:
		c.tls = session
		facts.State = session.ConnectionState()
		return facts, nil
	case facts != nil && facts.Err != nil:
		return facts, facts.Err
	case ctx.Err() != nil:
		return facts, context.Cause(ctx)
	case facts != nil && facts.UnusableKey(err) != nil:
		return facts, facts.UnusableKey(err)
	}
	return facts, c.handshakeFault(err, session.ConnectionState().Version, o.MinVersion)
}

func complete(o trust.Policy) trust.Policy {
	if o.MinVersion == 0 {
		o.MinVersion = tls.VersionTLS12
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.VerifyName == "" {
		o.VerifyName = o.ServerName
	}
	if a, ok := resolve.Literal(o.VerifyName); ok {
		o.VerifyName = a.WithZone("").String() // a certificate has no zones
	}
	o.VerifyName = strings.TrimSuffix(o.VerifyName, ".")
	return o
}

// configOf changes nothing of crypto/tls's defaults but the lowest version.
// Verification is left to judge, so that a bad certificate is recorded first;
// crypto/tls fails the handshake with judge's error all the same.
func configOf(o trust.Policy, judge func(tls.ConnectionState) error) *tls.Config {
	return &tls.Config{
		ServerName:         o.ServerName,
		MinVersion:         o.MinVersion,
		MaxVersion:         o.MaxVersion,
		Time:               o.Now,
		InsecureSkipVerify: true,
		VerifyConnection:   judge,
	}
}

// show gives the client certificate to a server that asks, whatever authorities
// it names, as other clients do; an empty one is none.
func (c *Conn) show(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	c.asked = true
	if c.client == nil {
		return new(tls.Certificate), nil
	}
	return c.client, nil
}
