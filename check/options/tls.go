package options

import (
	"crypto/tls"
	"net/netip"
	"strings"
	"unicode"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/trust"
)

// tlsOptions say how TLS is done and what is believed.
type tlsOptions struct {
	CAFile   text  `unquote:"false" long:"ca-file" value-name:"FILE" description:"Trust the certificates in FILE instead of the system's"`
	Insecure bool  `long:"insecure" description:"Do not verify the server's certificate"`
	Pin      texts `unquote:"false" long:"pin" value-name:"sha256//BASE64" description:"Key that the certificate has to have, as curl writes it; of several any is enough. Holds with --insecure, too"`

	SNI        *text `unquote:"false" long:"sni" value-name:"NAME" description:"Name to ask for, and to verify; '' for none; default HOST"`
	VerifyName text  `unquote:"false" long:"verify-name" value-name:"NAME" description:"Name to verify instead"`

	DANE bool `long:"dane" description:"Believe the server by the TLSA records of its port, secured by DNSSEC, instead of by the trusted roots"`

	TLSMin       text `unquote:"false" long:"tls-min" value-name:"VERSION" default:"1.2" description:"Lowest version of TLS: 1.0, 1.1, 1.2 or 1.3"`
	TLSWarnBelow text `unquote:"false" long:"tls-warn-below" value-name:"VERSION" description:"Warn where the server speaks no newer version"`

	ClientCert        text `unquote:"false" long:"client-cert" value-name:"FILE" description:"Certificate to show where the server asks for one: PEM, with the certificates above it, or PKCS #12"`
	ClientKey         text `unquote:"false" long:"client-key" value-name:"FILE" description:"Its key: PEM, plain or encrypted PKCS #8; default the file of --client-cert"`
	ClientKeyPassword text `unquote:"false" long:"client-key-password-file" value-name:"FILE" description:"File whose first line is the password of the key, or of the PKCS #12 file"`
}

// security is how the connection is to be protected. -D implies --tls, as in
// check_pop.
func (p *Planner) security() report.Security {
	t := p.O.Target
	switch {
	case t.StartTLS:
		return report.STLS
	case t.TLS, t.SSL, p.O.Limits.Certificate != "":
		return report.TLSFirst
	}
	return report.Clear
}

// versions are what --tls-min takes.
var versions = map[string]uint16{"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}

func (p *Planner) tls() {
	t := p.O.TLS
	p.Plan.Security = p.security()
	if p.O.Target.StartTLS && (p.O.Target.TLS || p.O.Target.SSL) {
		p.refuse("--tls and --starttls exclude each other: --tls on port 995, --starttls on port 110")
	}
	if option := t.first(); p.Plan.Security == report.Clear && option != "" {
		p.refuse("%s needs --tls or --starttls", option)
	}
	if t.CAFile != "" && t.Insecure {
		p.refuse("--ca-file and --insecure exclude each other")
	}
	if t.VerifyName != "" && t.Insecure {
		p.refuse("--verify-name and --insecure exclude each other")
	}
	p.Plan.TLS = trust.Policy{RootsFile: string(t.CAFile), Insecure: t.Insecure}
	p.Plan.TLS.MinVersion = p.version("--tls-min", t.TLSMin)
	if t.TLSWarnBelow != "" {
		p.Plan.WarnBelow = p.version("--tls-warn-below", t.TLSWarnBelow)
	}
	p.names()
	p.pins()
	p.dane()
	if t.CAFile != "" && p.err == nil {
		if err := trust.CheckRootsFile(string(t.CAFile)); err != nil {
			p.refuse("--ca-file: %s", fault.Of(err).Text)
		}
	}
	if p.err == nil {
		p.clientCertificate()
	}
}

// first is an option that was given, other than by its default, and means
// nothing without TLS.
func (o tlsOptions) first() string {
	for _, row := range []struct {
		given  bool
		option string
	}{
		{o.CAFile != "", "--ca-file"}, {o.Insecure, "--insecure"}, {len(o.Pin) > 0, "--pin"}, {o.SNI != nil, "--sni"}, {o.VerifyName != "", "--verify-name"},
		{o.DANE, "--dane"}, {o.TLSMin != "1.2", "--tls-min"}, {o.TLSWarnBelow != "", "--tls-warn-below"}, {o.ClientCert != "", "--client-cert"},
	} {
		if row.given {
			return row.option
		}
	}
	return ""
}

func (p *Planner) version(option string, typed text) uint16 {
	version, ok := versions[string(typed)]
	if !ok {
		p.refuse("%s: %q is not a version of TLS, type 1.0, 1.1, 1.2 or 1.3", option, typed)
	}
	return version
}

// names says what is asked for, and what the certificate has to be for.
func (p *Planner) names() {
	t := p.O.TLS
	asked, wanted := p.Plan.Host, p.Plan.Host
	if t.SNI != nil {
		if asked = string(*t.SNI); asked != "" {
			p.name("--sni", asked)
			wanted = asked
		}
	}
	if t.VerifyName != "" {
		wanted = string(t.VerifyName)
		p.name("--verify-name", wanted)
	}
	p.Plan.TLS.ServerName, p.Plan.TLS.VerifyName = asked, wanted
}

// name refuses what no certificate is for.
func (p *Planner) name(option, typed string) {
	_, err := netip.ParseAddr(typed)
	if err != nil && strings.ContainsFunc(typed, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`/:@"'|[]`, r)
	}) {
		p.refuse("%s: %q is neither a name nor an address", option, typed)
	}
}

func (p *Planner) pins() {
	for _, typed := range p.O.TLS.Pin {
		pins, err := trust.ParsePins(typed)
		if err != nil {
			p.refuse("--pin: %v", err)
		}
		p.Plan.TLS.Pins = append(p.Plan.TLS.Pins, pins...)
	}
}
