package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"strings"
	"time"

	"check_pop3x/check/fault"
)

// TLSOptions say how to do TLS and what to believe.
type TLSOptions struct {
	// ServerName is sent as SNI; "" is none, and so is an address, which RFC 6066,
	// section 3 does not allow.
	ServerName string
	VerifyName string           // what the certificate has to be for; "" = ServerName
	RootsFile  string           // PEM file of the trusted roots; "" = the system's
	OrName     string           // another name that will do; "" = none
	TLSA       *TLSASet         // what is believed instead of the roots; nil = the roots
	Insecure   bool             // record the certificates, verify nothing but pins
	Pins       []Pin            // keys one of which the certificate has to have; none = any
	MinVersion uint16           // lowest version accepted; 0 = TLS 1.2
	MaxVersion uint16           // highest version offered; 0 = what crypto/tls knows
	Client     *tls.Certificate // shown where the server asks for one; nil = none
	Now        func() time.Time // the time that certificates are judged at; nil = time.Now
}

// Facts are what a handshake taught about the server.
type Facts struct {
	State  tls.ConnectionState
	Chains [][]*x509.Certificate // the verified ones, from the leaf to a trusted root
	Err    error                 // why the certificate is not accepted, or nil

	ByTLSA  *TLSARecord  // the record by which it is accepted, or would be; nil without
	Matched []TLSARecord // all that match

	Staple      *Staple // the OCSP answer that came along, or nil
	ClientAsked bool    // the server asked for a certificate, which it may do without
}

// StartTLS does the handshake on a connection in clear. On success all that
// follows goes by TLS; after a failure the connection is good for nothing but
// Close. Facts are there whenever the server showed certificates, also if they
// were not accepted. The error is the cause of ctx's end, or a *fault.Error: of
// kind Certificate around a *CertificateError; of kind Usage for RootsFile; of
// kind TLS, with the server's words where it did not speak TLS and around a
// tls.AlertError where it sent an alert.
func (c *Conn) StartTLS(ctx context.Context, o TLSOptions) (*Facts, error) {
	if c.tls != nil {
		return nil, fault.New(fault.Internal, "TLS was started twice")
	}
	o = o.complete()
	var facts *Facts
	config := o.config(func(state tls.ConnectionState) error {
		facts = o.judge(ctx, state)
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
	case facts != nil && unusable(facts.State.PeerCertificates[0]):
		return facts, weakKey(facts.State.PeerCertificates[0], err)
	}
	return facts, c.handshakeFault(err, session.ConnectionState().Version, o.MinVersion)
}

func (o TLSOptions) complete() TLSOptions {
	if o.MinVersion == 0 {
		o.MinVersion = tls.VersionTLS12
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.VerifyName == "" {
		o.VerifyName = o.ServerName
	}
	if a, ok := literal(o.VerifyName); ok {
		o.VerifyName = a.WithZone("").String() // a certificate has no zones
	}
	o.VerifyName = strings.TrimSuffix(o.VerifyName, ".")
	return o
}

// config changes nothing of crypto/tls's defaults but the lowest version.
// Verification is left to judge, so that a bad certificate is recorded first;
// crypto/tls fails the handshake with judge's error all the same.
func (o TLSOptions) config(judge func(tls.ConnectionState) error) *tls.Config {
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
