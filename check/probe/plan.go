package probe

import (
	"context"
	"slices"
	"time"

	"check_pop3x/check/credential"
	"check_pop3x/check/credential/kerberos"
	"check_pop3x/check/crl"
	"check_pop3x/check/fault"
	"check_pop3x/check/maildrop"
	"check_pop3x/check/report"
	"check_pop3x/check/resolve"
	"check_pop3x/check/transport"
)

// A Plan is what to check.
type Plan struct {
	report.Target
	Family   resolve.Family
	Resolver resolve.Resolver
	Route    transport.Route
	TLS      transport.TLS
	SRV      *SRV        // nil: Host is the server
	DANE     *DANE       // nil: the server's certificate is verified against the roots
	CRL      *crl.Source // nil: nobody is asked whether certificates were revoked

	WarnBelow   uint16   // a version of TLS below this one is a finding; 0: none is
	WarnWithout []string // what of transport.Properties a handshake must have, or it is a finding

	Started time.Time                // when the process began; Budget counts from there
	Budget  time.Duration            // for the whole check
	Budgets map[string]time.Duration // for phases, by name

	LoginPlan

	Dialogue bool // each line that the server says is kept, to be shown

	EachAddress bool // has a session of its own, instead of the first that answers
	LoginAtEach bool // if it has; else there is one login, at the first that works

	NoSecondLook bool // a silence is not looked into

	NoCAPA bool // CAPA is not sent: the server offers USER, and STLS if that is to be used

	Expect    []string // the greeting has to contain one of them
	ExpectAll bool     // it has to contain all of them

	Mailbox maildrop.Plan

	Send *Submission // nil: no probe is sent
}

// A LoginPlan is how to log in.
type LoginPlan struct {
	Secret         *credential.Source // the password; nil: none
	Token          *credential.Source // an access token instead of a password; nil: none
	Ticket         *kerberos.Source   // a Kerberos ticket instead of a password; nil: none
	Auth           string             // one of Logins
	Authzid        string             // whose mailbox to open; "": User's
	MinIterations  int                // that a server may ask for in SCRAM; 0: as RFC 7677 requires
	Binding        string             // one of transport.BindingTypes for PLUS; "": the usual one of the TLS version
	AllowCleartext bool               // the secret may be sent unencrypted

	Refusals *credential.Refusals // of this login in earlier runs; nil: they are not counted
}

// LogsIn reports whether there is a login. With a certificate or a ticket it needs
// no name.
func (p *Plan) LogsIn() bool { return p.User != "" || p.Auth == AuthExternal || p.Ticket != nil }

// HasToLose reports whether a run that ends without warning loses something, or
// leaves something running: a refresh token that the server has replaced, a
// program that was asked for the secret, a terminal without echo, a message marked
// as deleted, a probe that is sent.
func (p *Plan) HasToLose() bool {
	asks := p.Secret != nil && (p.Secret.Stderr != nil || p.Secret.Interactive)
	return asks || p.Token != nil || p.Mailbox.Has("reset") || p.Send != nil
}

func (p *Plan) bySRV() bool            { return p.SRV != nil }
func (p *Plan) usesDANE() bool         { return p.DANE != nil }
func (p *Plan) usesProxy() bool        { return p.Route.Proxy != nil }
func (p *Plan) tlsFirst() bool         { return p.Security == report.TLSFirst }
func (p *Plan) usesSTLS() bool         { return p.Security == report.STLS }
func (p *Plan) asksCRLFirst() bool     { return p.CRL != nil && p.tlsFirst() }
func (p *Plan) asksCRLAfterSTLS() bool { return p.CRL != nil && p.usesSTLS() }
func (p *Plan) asksCAPA() bool         { return !p.NoCAPA }
func (p *Plan) usesToken() bool        { return p.LogsIn() && p.Token != nil }
func (p *Plan) usesTicket() bool       { return p.Ticket != nil }
func (p *Plan) deletesProbes() bool    { return p.sends() && p.Send.Delete }
func (p *Plan) readsHeaders() bool     { return p.LogsIn() && (p.Mailbox.Reads() || p.Mailbox.Has("top")) }

// byName reports whether a name is to be looked up: that of the server, or that of
// the proxy that leads there.
func (p *Plan) byName() bool {
	proxy := p.Route.Proxy
	switch {
	case p.Route.Socket != "":
		return false
	case proxy != nil && !resolve.IsAddress(proxy.Host):
		return true
	}
	return (proxy == nil || !proxy.Resolves()) && !resolve.IsAddress(p.Host)
}

// exposed reports whether anyone on the path could read a secret, against the
// user's will. A Unix socket does not leave this machine.
func (p *Plan) exposed() bool {
	return p.Security == report.Clear && !p.AllowCleartext && p.Route.Socket == ""
}

// secretName returns what there is to log in with.
func (p *Plan) secretName() string {
	switch {
	case p.Token != nil:
		return "token"
	case p.Ticket != nil:
		return "ticket"
	}
	return "password"
}

// wholeBudget returns ctx with an end: when the whole budget has run out.
func (p *Plan) wholeBudget(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithDeadlineCause(ctx, p.Started.Add(p.Budget), &fault.Error{Kind: fault.Timeout, Within: p.Budget})
}

// checkCleartext refuses a login that is sure to send the secret unencrypted
// against the user's will, before anything is sent.
func (p *Plan) checkCleartext() error {
	all := p.candidates()
	hidden := slices.ContainsFunc(all, func(w Way) bool { return !w.needsTLS() })
	if !p.LogsIn() || !p.exposed() || len(all) == 0 || hidden {
		return nil
	}
	return p.cleartextFault()
}

func (p *Plan) cleartextFault() error {
	w, named := LookupWay(p.Auth)
	switch {
	case named && w.Relayable:
		return fault.New(fault.Cleartext, "without TLS, somebody on the way could take over a login by %s", w.Name)
	case p.Ticket != nil:
		return fault.New(fault.Cleartext, "without TLS, somebody on the way could take over a login by GSSAPI")
	case p.Token != nil:
		return fault.New(fault.Cleartext, "the access token would be sent unencrypted")
	}
	return fault.New(fault.Cleartext, "the password would be sent unencrypted")
}
