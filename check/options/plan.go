package options

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"check_pop3x/check/confine"
	"check_pop3x/check/credential/oauth"
	"check_pop3x/check/crl"
	"check_pop3x/check/fault"
	"check_pop3x/check/loop"
	"check_pop3x/check/probe"
	"check_pop3x/check/render"
	"check_pop3x/check/report"
	"check_pop3x/check/sasl"
	"check_pop3x/check/transport"
	"check_pop3x/check/verdict"
)

// A Request is what the command line and its files ask for.
type Request struct {
	Show
	Plan  probe.Plan
	Keep  *confine.Permissions // of --confine; nil: all
	Login *oauth.Request       // --oauth-login; nil for a check
	Token []string             // after Login: the options for a check with its token
}

// Plan returns what to do. Files are read within the time limit, because any of
// them may be a FIFO or on a file system that is gone. The request beside an
// error says how to show it.
func (c *Command) Plan(ctx context.Context, stdin *os.File, started time.Time) (*Request, error) {
	r, err := c.begin(started)
	if err != nil {
		return r, c.settings.blame(err)
	}
	budget := r.Plan.Budget
	ctx, cancel := context.WithDeadlineCause(ctx, started.Add(budget), &fault.Error{Kind: fault.Timeout, Within: budget})
	defer cancel()
	whole, err := fault.Await(ctx, func() (*Request, error) {
		whole, err := c.finish(*r, stdin)
		return whole, c.settings.blame(err)
	})
	if whole == nil {
		whole = r
	}
	return whole, err
}

// begin reads what also holds for a refusal: states and time limits.
func (c *Command) begin(started time.Time) (r *Request, err error) {
	o := c.settings.options
	r = &Request{Show: c.Show(), Plan: probe.Plan{Started: started}}
	if r.Limits.States, err = o.States.plan(o.Limits.Timeout); err != nil {
		return r, err
	}
	if r.Plan.Budget, err = o.Limits.budget(); err != nil {
		return r, err
	}
	r.Limits.Timeout = r.Plan.Budget
	r.Plan.Budgets, err = o.Limits.budgets()
	return r, err
}

// finish reads the rest: first the files with options, which may change what
// began, last those that options name. A command line that is refused does not
// touch these.
func (c *Command) finish(r Request, stdin *os.File) (*Request, error) {
	if len(c.files) > 0 {
		if err := c.settings.readFiles(c.files, stdin); err != nil {
			return &r, err
		}
		more, err := c.begin(r.Plan.Started)
		if err != nil {
			return more, err
		}
		r = *more
	}
	o, err := c.settings.options, c.settings.exclude()
	if err != nil {
		return &r, err
	}
	if o.Token.Login {
		r.Login, r.Token, err = c.deviceLogin(stdin)
		return &r, err
	}
	if r.Plan.Mailbox, err = o.Mailbox.plan(); err != nil { // before a password is missed
		return &r, err
	}
	if r.Plan, err = c.session(r.Plan, stdin); err != nil {
		return &r, err
	}
	if r.Plan.LogsIn() && o.Output.Format.lower() == "prometheus" { // whose rules judge ages, without limits here
		r.Plan.Mailbox.Headers = true
	}
	if r.Limits, err = c.limits(r.Limits, &r.Plan); err != nil {
		return &r, err
	}
	if err = o.Route.readProxyPassword(r.Plan.Route.Proxy); err != nil {
		return &r, err
	}
	if r.Plan.CRL != nil && r.Plan.Route.Proxy != nil {
		r.Plan.CRL.Proxy = r.Plan.Route.Proxy.URL()
	}
	if r.Plan.TLS.Client, err = o.TLS.read(); err != nil {
		return &r, err
	}
	if err = o.Output.check(); err != nil {
		return &r, err
	}
	if r.Changes, err = c.settings.changes(r.Plan.User); err != nil {
		return &r, err
	}
	r.Keep = c.settings.confinement(r.Plan)
	r.Notes = append(c.settings.notes, c.settings.inputNotes()...)
	r.Notes = append(r.Notes, c.settings.ageNotes()...)
	r.Notes = append(r.Notes, c.settings.platformNotes(runtime.GOOS, r.Plan.Security != report.Clear)...)
	return &r, nil
}

// limits adds what is judged of the plan.
func (c *Command) limits(l verdict.Limits, p *probe.Plan) (_ verdict.Limits, err error) {
	l.Match, l.Authentication = len(p.Mailbox.Match) > 0, len(p.Mailbox.Auth) > 0
	if l.Metrics, err = c.settings.limits(); err != nil {
		return l, err
	}
	if l.Certificate, err = c.settings.options.Limits.certificate(); err != nil {
		return l, err
	}
	if err := c.settings.needPhases(p, l.Metrics); err != nil {
		return l, err
	}
	return l, c.settings.reachable(p, l.Metrics)
}

// session adds whom to ask and how to log in, in the order of need.
func (c *Command) session(p probe.Plan, stdin *os.File) (_ probe.Plan, err error) {
	o := c.settings.options
	p.Family, p.NoSecondLook, p.WarnBelow = o.Server.family(), o.Server.NoLook, o.TLS.WarnBelow.version()
	p.Dialogue = len(o.Output.Verbose) >= render.Dialogue
	p.EachAddress, p.LoginAtEach = o.Server.Addresses.lower() == "all", o.Server.LoginAt.lower() == "all"
	p.Expect, p.ExpectAll = o.States.wanted(), o.States.All
	if p.Target, err = o.Route.named(o.Server).target(filepath.Base(c.args[0]) == "check_spop" || o.Limits.Certificate != ""); err != nil {
		return p, err
	}
	if o.Server.SRV != "" {
		p.SRV = o.srv(p.Target)
		p.Security = report.TLSFirst // until DNS says otherwise
	}
	if p.Resolver, err = o.Server.resolver(); err != nil {
		return p, err
	}
	if p.Route, err = o.Route.plan(o.Server, p.Target); err != nil {
		return p, err
	}
	p.Route.Confined = o.Security.Confine
	p.NoSecondLook = p.NoSecondLook || p.Route.Socket != "" || p.Route.Proxy != nil
	if p.User, p.UserFrom, err = o.Login.user(c.settings.get("user")); err != nil {
		return p, err
	}
	if err = c.settings.need(o.conditions(p.Target, p.Route)); err != nil {
		return p, err
	}
	if p.NoCAPA = o.Server.NoCAPA; p.NoCAPA && o.Mailbox.has("retr") {
		return p, about("the step retr needs CAPA, which tells whether the server deletes what was read: leave retr out of --steps, or --no-capa out", "no-capa", "steps")
	}
	if p, err = c.settings.login(p, stdin); err != nil {
		return p, err
	}
	if p.TLS, err = o.TLS.plan(p.Host, p.Binding); err != nil {
		return p, err
	}
	if p.Send, err = o.Send.plan(p, o.Login, o.TLS, o.Token.stateDir()); err != nil {
		return p, err
	}
	if p.Send != nil {
		p.Mailbox.Fields = loop.Fields()
	}
	if p.WarnWithout, err = o.TLS.wanted(); err != nil {
		return p, err
	}
	if o.TLS.CRL {
		p.CRL = &crl.Source{Dir: o.Token.stateDir()}
	}
	p.DANE, err = o.TLS.dane(p.Target, p.TLS.ServerName)
	return p, err
}

// srv returns how the servers of a domain are found.
func (o *Options) srv(t report.Target) *probe.SRV {
	own := o.TLS.SNI == nil || *o.TLS.SNI == ""
	return &probe.SRV{
		Domain: t.Host, TLSOnly: t.Security == report.TLSFirst, Plain: t.Security,
		Ask: o.TLS.SNI == nil, TLSA: own, Verify: own && o.TLS.VerifyName == "",
	}
}

// login adds how to log in, and where the secret comes from.
func (a *settings) login(p probe.Plan, stdin *os.File) (_ probe.Plan, err error) {
	o := a.options
	if p.LoginPlan, err = o.Login.plan(p.Security, o.TLS.ClientCert != ""); err != nil {
		return p, err
	}
	if p.Token, err = o.Token.plan(p.User, o.Login, stdin); err != nil {
		return p, err
	}
	if o.Kerberos.given(o.Login) {
		if p.Ticket, err = o.Kerberos.plan(p.User, o.Token.stateDir()); err != nil {
			return p, err
		}
	}
	if p.LogsIn() && p.Token == nil && p.Ticket == nil && p.Auth != probe.AuthExternal {
		if p.Secret, err = o.Login.secret(p.User, a.get("password"), o.TLS.ClientCert != "", stdin); err != nil {
			return p, err
		}
	}
	if p.Refusals, err = o.Login.refusals(p, o.Token.stateDir()); err != nil {
		return p, err
	}
	if p.Refusals != nil {
		p.Refusals.Verify = len(o.Output.Verbose) > 0
	}
	return p, nil
}

// conditions says which of the conditions of needs.go hold.
func (o *Options) conditions(t report.Target, r transport.Route) map[string]bool {
	way, _ := o.Login.way()
	external, ticket := way.Needs == sasl.Certificate, o.Kerberos.given(o.Login)
	return map[string]bool{
		"tls":       t.Security != report.Clear || o.Send.Via != "" && !o.Send.Clear,
		"login":     t.User != "" || external || ticket && o.Kerberos.Keytab == "",
		"password":  !external && !ticket,
		"binding":   way.Bound || ticket && t.Security != report.Clear,
		"ticket":    ticket,
		"step retr": o.Mailbox.has("retr"),

		"a proxy":       r.Proxy != nil,
		"all addresses": o.Server.Addresses.lower() == "all",
		"the line":      o.Output.Output != "" || o.Output.Format.lower() == "nagios",
	}
}

// deviceLogin returns the request of --oauth-login, and the options of a check
// that uses its refresh token.
func (c *Command) deviceLogin(stdin *os.File) (*oauth.Request, []string, error) {
	if err := c.settings.need(nil); err != nil {
		return nil, nil, err
	}
	var words []string
	for _, s := range c.settings.given {
		forLogin := s.tag("line-only") != "" || slices.Contains(listed(s.tag("needs")), "oauth-login")
		if s.group.Name == "Token" && !s.isUsual() && !forLogin {
			words = append(words, s.name(), s.field.String())
		}
	}
	r, err := c.settings.options.Token.deviceLogin(stdin)
	return r, words, err
}
