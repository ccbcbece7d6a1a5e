package options

import (
	"crypto/tls"
	"slices"
	"strconv"
	"strings"

	"check_pop3x/check/probe"
	"check_pop3x/check/report"
	"check_pop3x/check/sasl"
	"check_pop3x/check/transport"
)

// auth says which mechanism logs in, and what goes with it.
func (p *Planner) auth() {
	l := p.O.Login
	p.Plan.Auth = strings.ToLower(string(l.Auth))
	p.Plan.Authzid = string(l.Authzid)
	if !slices.Contains(probe.Logins(), p.Plan.Auth) {
		p.refuse("--auth: %q is not a mechanism, type one of %s", p.Plan.Auth, strings.Join(probe.Logins(), ", "))
		return
	}
	p.iterations(string(l.Iterations))
	p.binding(strings.ToLower(string(l.Binding)))
	if way, named := probe.LookupWay(p.Plan.Auth); named {
		p.needs(way)
	}
	switch {
	case p.Plan.Authzid == "":
	case strings.ContainsAny(p.Plan.Authzid, "\r\n\x00\x01"):
		p.refuse("--authzid: a name with CR, LF, NUL or octet 1 cannot be sent")
	case !p.Plan.LogsIn():
		p.refuse("--authzid, but no user, type -u NAME")
	}
}

// needs refuses what the way cannot do.
func (p *Planner) needs(w probe.Way) {
	switch {
	case w.Bound && p.security() == report.Clear:
		p.refuse("--auth %s: there is no channel to bind to without TLS, type --tls or --starttls", p.Plan.Auth)
	case w.Needs == sasl.Certificate && p.Plan.TLS.Client == nil:
		p.refuse("--auth %s: that is a login by a client certificate, type --client-cert FILE", p.Plan.Auth)
	case w.Needs == sasl.Certificate && p.security() == report.Clear:
		p.refuse("--auth %s: there is no certificate without TLS, type --tls or --starttls", p.Plan.Auth)
	case w.Needs == sasl.Certificate && (p.O.Login.PasswordFile != "" || p.O.Login.PasswordCommand != ""):
		p.refuse("--auth %s logs in by the certificate and takes no password, leave --password-file and --password-command out", p.Plan.Auth)
	case p.Plan.Authzid != "" && !w.Authzid:
		p.refuse("--authzid: %s can open no mailbox but the user's own, type for example --auth plain", strings.ToUpper(p.Plan.Auth))
	}
}

// iterations reads the bound on those of SCRAM.
func (p *Planner) iterations(typed string) {
	if typed == "" {
		return
	}
	n, err := strconv.ParseUint(strings.TrimSpace(typed), 10, 32)
	if err != nil || n == 0 || n > sasl.MaxIterations {
		p.refuse("--scram-min-iterations: %q is not a number from 1 to %d", typed, sasl.MaxIterations)
	}
	p.Plan.MinIterations = int(n)
}

// binding reads a type of channel binding. tls-unique is none in TLS 1.3 (RFC
// 9266, section 1), so that who asks for it has TLS 1.2.
func (p *Planner) binding(typed string) {
	way, named := probe.LookupWay(p.Plan.Auth)
	switch {
	case typed == "":
		return
	case !slices.Contains(transport.BindingTypes(), typed):
		p.refuse("--channel-binding: %q is not a type, type one of %s", typed, strings.Join(transport.BindingTypes(), ", "))
	case !named || !way.Bound:
		p.refuse("--channel-binding is for --auth scram-sha-256-plus and scram-sha-1-plus")
	case typed != transport.TLSUnique:
	case p.Plan.TLS.MinVersion > tls.VersionTLS12:
		p.refuse("--channel-binding: TLS 1.3 has no tls-unique, type --channel-binding tls-exporter or --tls-min 1.2")
	default:
		p.Plan.TLS.MaxVersion = tls.VersionTLS12
	}
	p.Plan.Binding = typed
}
