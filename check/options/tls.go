package options

import (
	"context"
	"crypto/tls"
	"slices"
	"strings"

	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
	"check_pop3x/check/files"
	"check_pop3x/check/probe"
	"check_pop3x/check/report"
	"check_pop3x/check/resolve"
	"check_pop3x/check/transport"
	"check_pop3x/check/trust"
)

// TLS says how TLS is done and how the server proves who it is.
type TLS struct {
	CAFile   text  `unquote:"false" long:"ca-file" value-name:"FILE" excludes:"insecure" everyday:"yes" restricted:"names a file"`
	Insecure bool  `long:"insecure" restricted:"says whom to trust"`
	Pin      texts `unquote:"false" long:"pin" value-name:"sha256//BASE64" restricted:"says whom to trust"`

	SNI        *text `unquote:"false" long:"sni" value-name:"NAME" restricted:"names a host"`
	VerifyName text  `unquote:"false" long:"verify-name" value-name:"NAME" excludes:"insecure" restricted:"names a host"`

	DANE bool `long:"dane" excludes:"insecure,ca-file"`

	CRL bool `long:"crl" excludes:"insecure"`

	Min         text  `unquote:"false" long:"tls-min" value-name:"VERSION"`
	WarnBelow   text  `unquote:"false" long:"tls-warn-below" value-name:"VERSION"`
	WarnWithout texts `unquote:"false" long:"tls-warn-without" value-name:"PROPERTY"`

	ClientCert        text `unquote:"false" long:"client-cert" value-name:"FILE" secret-file:"yes" restricted:"names a file"`
	ClientKey         text `unquote:"false" long:"client-key" value-name:"FILE" needs:"client-cert" secret-file:"yes" restricted:"names a file"`
	ClientKeyPassword text `unquote:"false" long:"client-key-password-file" value-name:"FILE" needs:"client-cert" secret-file:"yes" restricted:"names a file"`
}

// versions are the values of --tls-min.
var versions = []struct {
	name   string
	number uint16
}{{"1.0", tls.VersionTLS10}, {"1.1", tls.VersionTLS11}, {"1.2", tls.VersionTLS12}, {"1.3", tls.VersionTLS13}}

func versionNames() (names []string) {
	for _, v := range versions {
		names = append(names, v.name)
	}
	return names
}

// version returns the number of a version; 0 is none.
func (t text) version() uint16 {
	for _, v := range versions {
		if v.name == string(t) {
			return v.number
		}
	}
	return 0
}

// wanted reads lists of properties that a handshake must have.
func (o TLS) wanted() (all []string, err error) {
	return all, each("tls-warn-without", o.WarnWithout, func(list string) error {
		for word := range strings.SplitSeq(list, ",") {
			if word = strings.ToLower(strings.TrimSpace(word)); !slices.Contains(transport.Properties(), word) {
				return refuse("tls-warn-without", "%q is not one of %s", word, strings.Join(transport.Properties(), ", "))
			}
			all = append(all, word)
		}
		return nil
	})
}

// plan returns what the handshake has to do and whom it believes. tls-unique does
// not exist in TLS 1.3 (RFC 9266, section 1), so that binding limits the version.
func (o TLS) plan(host, binding string) (transport.TLS, error) {
	p := transport.TLS{
		Policy:     trust.Policy{RootsFile: string(o.CAFile), Insecure: o.Insecure},
		MinVersion: o.Min.version(),
	}
	if binding == transport.TLSUnique {
		p.MaxVersion = tls.VersionTLS12
		if p.MinVersion > p.MaxVersion {
			return p, refuse("channel-binding", "TLS 1.3 has no tls-unique, type --channel-binding tls-exporter or --tls-min 1.2")
		}
	}
	var err error
	if p.ServerName, p.VerifyName, err = o.names(host); err != nil {
		return p, err
	}
	return p, each("pin", o.Pin, func(typed string) error {
		pins, err := trust.ParsePins(typed)
		if err != nil {
			return refuse("pin", "%v; -v without --pin shows that of the server", err)
		}
		p.Pins = append(p.Pins, pins...)
		return nil
	})
}

// names returns the name to send, and the one that the certificate must be for.
func (o TLS) names(host string) (sent, verified string, err error) {
	sent, verified = host, host
	if o.SNI != nil {
		if sent = string(*o.SNI); sent != "" {
			sent, err = asciiName("sni", sent)
			verified = sent
		}
	}
	if o.VerifyName != "" && err == nil {
		verified, err = asciiName("verify-name", string(o.VerifyName))
	}
	return sent, verified, err
}

// dane says whose TLSA records count: those of the name that is sent, or else of
// the host (RFC 7671, section 7). It is nil without --dane.
func (o TLS) dane(t report.Target, sent string) (*probe.DANE, error) {
	if !o.DANE {
		return nil, nil
	}
	if sent == "" {
		sent = t.Host
	}
	if _, err := resolve.TLSAName(sent, t.Port); err != nil {
		return nil, refuse("dane", "%v; type the name with -H or --sni", err)
	}
	return &probe.DANE{Host: sent, Ask: o.SNI == nil, Verify: o.VerifyName == ""}, nil
}

// read checks the trusted roots and returns the client's certificate, which is
// nil if there is none. Files that hold a secret obey the rule of
// --password-file.
func (o TLS) read() (*tls.Certificate, error) {
	if o.CAFile != "" {
		if err := trust.CheckRootsFile(string(o.CAFile)); err != nil {
			return nil, refuseFault("ca-file", err)
		}
	}
	if o.ClientCert == "" {
		return nil, nil
	}
	cert, err := clientFile(o.ClientCert)
	key := cert
	if err == nil && o.ClientKey != "" {
		key, err = clientFile(o.ClientKey)
	}
	var client *tls.Certificate
	if err == nil {
		client, err = trust.ClientCertificate(cert, key, o.clientKeyPassword)
	}
	if err != nil {
		return nil, about(fault.Of(err).Text, "client-cert", "client-key")
	}
	return client, nil
}

func clientFile(name text) (f trust.ClientFile, err error) {
	f.Name = string(name)
	f.Data, err = files.Read(f.Name, func(data []byte) bool {
		return trust.ClientFile{Data: data}.HoldsKey()
	})
	return f, err
}

// clientKeyPassword is "" if none was given.
func (o TLS) clientKeyPassword() (string, error) {
	if o.ClientKeyPassword == "" {
		return "", nil
	}
	return credential.File(string(o.ClientKeyPassword)).Read(context.Background())
}
