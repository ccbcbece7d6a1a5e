package check

import (
	"check_pop3x/check/credential"
	"check_pop3x/check/probe"
	"os"
	"slices"
	"strings"
)

// loginOptions say who logs in, and how.
type loginOptions struct {
	User           text `unquote:"false" short:"u" long:"user" value-name:"NAME" description:"Log in as NAME; without it the check ends after the greeting and CAPA [$POP3X_USER]"`
	PasswordFile   text `unquote:"false" long:"password-file" value-name:"FILE" description:"File whose first line is the password; - for standard input [password in $POP3X_PASSWORD]"`
	Auth           text `unquote:"false" long:"auth" value-name:"MECHANISM" default:"auto" description:"How to log in: auto, user, plain"`
	AllowCleartext bool `long:"allow-cleartext-login" description:"Send the password even where anyone on the path can read it"`
}

// login says who logs in, how, and where the password comes from: option, then
// --extra-opts, then environment, then the person at the terminal.
func (p *planner) login(stdin *os.File) {
	l := p.o.Login
	p.plan.User = string(l.User)
	if p.plan.User == "" {
		p.plan.User = os.Getenv("POP3X_USER")
	}
	p.plan.Auth, p.plan.AllowCleartext = strings.ToLower(string(l.Auth)), l.AllowCleartext
	if !slices.Contains(probe.Logins(), p.plan.Auth) {
		p.refuse("--auth: %q is not a mechanism, type one of %s", p.plan.Auth, strings.Join(probe.Logins(), ", "))
	}
	if p.plan.User == "" {
		if l.PasswordFile != "" {
			p.refuse("a password, but no user, type -u NAME")
		}
		return
	}
	if strings.ContainsAny(p.plan.User, "\r\n\x00") {
		p.refuse("--user: a name with CR, LF or NUL cannot be sent")
	}
	p.plan.Secret = p.source(stdin)
	if p.plan.Secret == nil {
		p.refuse("no password for %s, use --password-file FILE or POP3X_PASSWORD", p.plan.User)
	}
}

func (p *planner) source(stdin *os.File) *credential.Source {
	file, env := string(p.o.Login.PasswordFile), os.Getenv("POP3X_PASSWORD")
	switch {
	case file == "-" && !credential.IsTerminal(stdin):
		return credential.Stdin(stdin)
	case file == "-":
		return credential.Terminal(stdin, p.plan.User)
	case file != "":
		return credential.File(file)
	case p.secret != "":
		return credential.Text("--extra-opts", p.secret)
	case env != "":
		return credential.Text("POP3X_PASSWORD", env)
	case credential.IsTerminal(stdin):
		return credential.Terminal(stdin, p.plan.User)
	}
	return nil
}
