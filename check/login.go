package check

import (
	"os"

	"check_pop3x/check/probe"
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
func (p *planner) login(stdin *os.File) {
	l := p.o.Login
	p.who()
	p.plan.AllowCleartext = l.AllowCleartext
	p.auth()
	if !p.plan.LogsIn() {
		if l.PasswordFile != "" || l.PasswordCommand != "" {
			p.refuse("a password, but no user, type -u NAME")
		}
		p.token(stdin)
		return
	}
	if p.token(stdin); p.o.Token.given() || p.plan.Auth == probe.AuthExternal {
		return
	}
	p.plan.Secret = p.source(stdin)
	other := p.plan.TLS.Client != nil && p.plan.Auth == probe.AuthAuto
	if other && l.PasswordFile == "" && p.plan.Secret != nil && p.plan.Secret.Interactive {
		p.plan.Secret = nil // nobody is asked for what is not needed
	}
	if p.plan.Secret == nil && !other {
		p.refuse("no password for %s, use --password-file FILE or POP3X_PASSWORD", p.plan.User)
	}
}
