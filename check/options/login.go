package options

import (
	"os"

	"check_pop3x/check/probe"
	"check_pop3x/check/sasl"
)

// loginOptions say who logs in, and how.
type loginOptions struct {
	User            text `unquote:"false" short:"u" long:"user" value-name:"NAME" description:"Log in as NAME; without it the check ends after the greeting and CAPA [$POP3X_USER, systemd credential check_pop3x.user]"`
	PasswordFile    text `unquote:"false" long:"password-file" secret:"POP3X_PASSWORD" value-name:"FILE" description:"File whose first line is the password; - for standard input [password in $POP3X_PASSWORD, systemd credential check_pop3x.password]"`
	PasswordCommand text `unquote:"false" long:"password-command" value-name:"'PROGRAM ARG...'" description:"Program, by its full path, that prints the password as its first line; no shell is run"`
	Auth            text `unquote:"false" long:"auth" value-name:"MECHANISM" default:"auto" description:"How to log in: auto, user, apop, plain, login, cram-md5, scram-sha-1, scram-sha-256, scram-sha-1-plus, scram-sha-256-plus, external, oauthbearer, xoauth2"`
	Authzid         text `unquote:"false" long:"authzid" value-name:"NAME" description:"Open the mailbox of NAME with the secret of --user"`
	Iterations      text `unquote:"false" long:"scram-min-iterations" value-name:"N" description:"The fewest iterations that a server may ask for with SCRAM; default 4096"`
	Binding         text `unquote:"false" long:"channel-binding" value-name:"TYPE" description:"What a mechanism with -plus is bound to: tls-exporter, tls-unique, tls-server-end-point; default what the version of TLS has"`
	AllowCleartext  bool `long:"allow-cleartext-login" description:"Send the password even where anyone on the path can read it"`
}

// login says who logs in, how, and where the password comes from.
func (p *Planner) login(stdin *os.File) {
	p.who()
	p.Plan.AllowCleartext = p.O.Login.AllowCleartext
	p.auth()
	p.token(stdin)
	switch {
	case !p.Plan.LogsIn():
		p.strayLogin()
	case !p.O.Token.given() && p.Plan.Auth != probe.AuthExternal:
		p.password(stdin)
	}
}

// strayLogin refuses options that mean nothing without a user: who typed them
// would take the check for one of a login.
func (p *Planner) strayLogin() {
	switch l := p.O.Login; {
	case l.PasswordFile != "" || l.PasswordCommand != "":
		p.refuse("a password, but no user, type -u NAME")
	case p.Plan.Auth != probe.AuthAuto:
		p.refuse("--auth %s, but no user, type -u NAME", p.Plan.Auth)
	}
}

// password says where it comes from. A client certificate may do without.
func (p *Planner) password(stdin *os.File) {
	p.Plan.Secret = p.source(stdin)
	certified := p.Plan.TLS.Client != nil && p.Plan.Auth == probe.AuthAuto
	way, _ := probe.LookupWay(p.Plan.Auth)
	switch {
	case certified && p.Plan.Secret != nil && p.Plan.Secret.Interactive && p.O.Login.PasswordFile == "":
		p.Plan.Secret = nil // nobody is asked for what is not needed
	case certified || p.Plan.Secret != nil:
	case way.Needs == sasl.Token:
		p.refuse("no access token for %s, type --token-file FILE or --oauth SERVER", p.Plan.User)
	default:
		p.refuse("no password for %s, use --password-file FILE or POP3X_PASSWORD", p.Plan.User)
	}
}
