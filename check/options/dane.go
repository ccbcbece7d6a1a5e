package options

import (
	"check_pop3x/check/probe"
	"check_pop3x/check/resolve"
)

// dane says whose TLSA records count: those of the name that is asked for, or
// else of HOST (RFC 7671, section 7).
func (p *Planner) dane() {
	t := p.O.TLS
	if !t.DANE {
		return
	}
	switch {
	case t.Insecure:
		p.refuse("--dane and --insecure exclude each other: with --dane the server is believed by its TLSA records")
	case t.CAFile != "":
		p.refuse("--dane and --ca-file exclude each other: with --dane no other roots are believed than those of its TLSA records")
	}
	host := p.Plan.TLS.ServerName
	if host == "" {
		host = p.Plan.Host
	}
	if _, err := resolve.TLSAName(host, p.Plan.Port); err != nil {
		p.refuse("--dane: %v; type the name by -H or --sni", err)
	}
	p.Plan.DANE = &probe.DANE{Host: host, Ask: t.SNI == nil, Verify: t.VerifyName == ""}
}
