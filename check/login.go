package check

import (
	"os"
	"slices"
	"strings"

	"check_pop3x/check/probe"
)

// loginOptions say who logs in, and how.
type loginOptions struct {
	User            text `unquote:"false" short:"u" long:"user" value-name:"NAME" description:"Log in as NAME; without it the check ends after the greeting and CAPA [$POP3X_USER, systemd credential check_pop3x.user]"`
	PasswordFile    text `unquote:"false" long:"password-file" value-name:"FILE" description:"File whose first line is the password; - for standard input [password in $POP3X_PASSWORD, systemd credential check_pop3x.password]"`
	PasswordCommand text `unquote:"false" long:"password-command" value-name:"'PROGRAM ARG...'" description:"Program, by its full path, that prints the password as its first line; no shell is run"`
	Auth            text `unquote:"false" long:"auth" value-name:"MECHANISM" default:"auto" description:"How to log in: auto, user, plain"`
	AllowCleartext  bool `long:"allow-cleartext-login" description:"Send the password even where anyone on the path can read it"`
}

// login says who logs in, how, and where the password comes from.
func (p *planner) login(stdin *os.File) {
	l := p.o.Login
	p.who()
	p.plan.Auth, p.plan.AllowCleartext = strings.ToLower(string(l.Auth)), l.AllowCleartext
	if !slices.Contains(probe.Logins(), p.plan.Auth) {
		p.refuse("--auth: %q is not a mechanism, type one of %s", p.plan.Auth, strings.Join(probe.Logins(), ", "))
	}
	if p.plan.User == "" {
		if l.PasswordFile != "" || l.PasswordCommand != "" {
			p.refuse("a password, but no user, type -u NAME")
		}
		return
	}
	p.plan.Secret = p.source(stdin)
	if p.plan.Secret == nil {
		p.refuse("no password for %s, use --password-file FILE or POP3X_PASSWORD", p.plan.User)
	}
}
