package check

import (
	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/transport"
	"crypto/tls"
)

// tlsOptions say how TLS is done and what is believed.
type tlsOptions struct {
	CAFile   text `unquote:"false" long:"ca-file" value-name:"FILE" description:"Trust the certificates in FILE instead of the system's"`
	Insecure bool `long:"insecure" description:"Do not verify the server's certificate"`
	SNI      text `unquote:"false" long:"sni" value-name:"NAME" description:"Name to ask for and to verify; default HOST"`
	TLSMin   text `unquote:"false" long:"tls-min" value-name:"VERSION" default:"1.2" description:"Lowest version of TLS: 1.0, 1.1, 1.2 or 1.3"`

	ClientCert        text `unquote:"false" long:"client-cert" value-name:"FILE" description:"Certificate to show where the server asks for one: PEM, with the certificates above it, or PKCS #12"`
	ClientKey         text `unquote:"false" long:"client-key" value-name:"FILE" description:"Its key: PEM, plain or encrypted PKCS #8; default the file of --client-cert"`
	ClientKeyPassword text `unquote:"false" long:"client-key-password-file" value-name:"FILE" description:"File whose first line is the password of the key, or of the PKCS #12 file"`
}

// security is how the connection is to be protected. -D implies --tls, as in
// check_pop.
func (p *planner) security() report.Security {
	t := p.o.Target
	switch {
	case t.StartTLS:
		return report.STLS
	case t.TLS, t.SSL, p.o.Limits.Certificate != "":
		return report.TLSFirst
	}
	return report.Clear
}

// versions are what --tls-min takes.
var versions = map[string]uint16{"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}

func (p *planner) tls() {
	t := p.o.TLS
	p.plan.Security = p.security()
	if p.o.Target.StartTLS && (p.o.Target.TLS || p.o.Target.SSL) {
		p.refuse("--tls and --starttls exclude each other: --tls on port 995, --starttls on port 110")
	}
	if p.plan.Security == report.Clear && (t.CAFile != "" || t.Insecure || t.SNI != "") {
		p.refuse("--ca-file, --insecure and --sni need --tls or --starttls")
	}
	if t.CAFile != "" && t.Insecure {
		p.refuse("--ca-file and --insecure exclude each other")
	}
	version, ok := versions[string(t.TLSMin)]
	if !ok {
		p.refuse("--tls-min: %q is not a version of TLS, type 1.0, 1.1, 1.2 or 1.3", t.TLSMin)
	}
	p.plan.TLS = transport.TLSOptions{ServerName: p.plan.Host, RootsFile: string(t.CAFile), Insecure: t.Insecure, MinVersion: version}
	if t.SNI != "" {
		p.plan.TLS.ServerName = string(t.SNI)
	}
	if t.CAFile != "" && p.err == nil {
		if err := transport.CheckRootsFile(string(t.CAFile)); err != nil {
			p.refuse("--ca-file: %s", fault.Of(err).Text)
		}
	}
	if p.err == nil {
		p.clientCertificate()
	}
}
