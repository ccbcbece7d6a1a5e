package options

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
	"check_pop3x/check/probe"
	"check_pop3x/check/report"
	"check_pop3x/check/sasl"
	"check_pop3x/check/verdict"
)

// Login says who logs in, and how.
type Login struct {
	User            text `unquote:"false" short:"u" long:"user" value-name:"NAME" everyday:"yes"`
	PasswordFile    text `unquote:"false" long:"password-file" secret:"POP3X_PASSWORD" value-name:"FILE" needs:"login,password" excludes:"password-command" dash:"yes" secret-file:"yes" everyday:"yes" restricted:"names a file"`
	PasswordCommand text `unquote:"false" long:"password-command" value-name:"'PROGRAM ARG...'" needs:"login,password" restricted:"names a program"`
	Password        text `unquote:"false" long:"password" value-name:"PASSWORD" hidden:"yes" excludes:"password-file,password-command,token-file,oauth"`
	Auth            text `unquote:"false" long:"auth" value-name:"MECHANISM" needs:"login"`
	Authzid         text `unquote:"false" long:"authzid" value-name:"NAME" needs:"login"`
	Iterations      text `unquote:"false" long:"scram-min-iterations" value-name:"N"`
	Binding         text `unquote:"false" long:"channel-binding" value-name:"TYPE" needs:"binding"`
	AllowCleartext  bool `long:"allow-cleartext-login" restricted:"shows the password on the way"`
	Pause           text `unquote:"false" long:"login-pause" value-name:"DURATION" needs:"login" restricted:"may lock the account"`
}

// user returns who logs in and where the name came from: option, environment,
// systemd credential. given is what was given for the option.
func (o Login) user(given *setting) (name, source string, err error) {
	switch env := os.Getenv("POP3X_USER"); {
	case o.User != "" && given.typed:
		name = string(o.User)
	case o.User != "":
		name, source = string(o.User), given.place(last).section
	case env != "":
		name, source = env, "POP3X_USER"
	default:
		name, source, err = credential.SystemdName()
	}
	if strings.ContainsAny(name, "\r\n\x00") {
		called := source
		if o.User != "" {
			called = "--user"
		}
		err = about(called+": a name with CR, LF or NUL cannot be sent", "user")
	}
	return name, source, err
}

// way is how --auth logs in; named is false for auto.
func (o Login) way() (way probe.Way, named bool) { return probe.LookupWay(o.Auth.lower()) }

// plan returns how to log in, without the secret.
func (o Login) plan(security report.Security, certificate bool) (p probe.LoginPlan, err error) {
	p = probe.LoginPlan{Auth: o.Auth.lower(), Authzid: string(o.Authzid), Binding: o.Binding.lower(), AllowCleartext: o.AllowCleartext}
	if p.MinIterations, err = o.iterations(); err != nil {
		return p, err
	}
	way, named := o.way()
	switch {
	case strings.ContainsAny(p.Authzid, "\r\n\x00\x01"):
		err = refuse("authzid", "a name with CR, LF, NUL or octet 1 cannot be sent")
	case !named:
	case way.Bound && security == report.Clear:
		err = about(fmt.Sprintf("--auth %s: there is no channel to bind to without TLS, type --tls or --starttls", p.Auth), "auth")
	case way.Needs == sasl.Certificate && !certificate:
		err = about(fmt.Sprintf("--auth %s logs in with a client certificate, type --client-cert FILE", p.Auth), "auth")
	case p.Authzid != "" && !way.Authzid:
		err = refuse("authzid", "%s can open no mailbox but the user's own, type for example --auth plain", strings.ToUpper(p.Auth))
	}
	return p, err
}

// iterations reads the fewest that SCRAM may ask for; 0 is the usual minimum.
func (o Login) iterations() (int, error) {
	if o.Iterations == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(o.Iterations)), 10, 32)
	if err != nil || n == 0 || n > sasl.MaxIterations {
		return 0, refuse("scram-min-iterations", "%q is not a number from 1 to %d", o.Iterations, sasl.MaxIterations)
	}
	return int(n), nil
}

// refusals returns what counts refusals of this login by this server, or nil if
// nothing does: --login-pause is 0, or a person types the password.
func (o Login) refusals(p probe.Plan, dir string) (*credential.Refusals, error) {
	pause, err := verdict.ParsePause(string(o.Pause))
	if err != nil {
		return nil, refuse("login-pause", "%v, type for example 15m, or 0 for none", err)
	}
	if pause == 0 || !p.LogsIn() || p.Secret != nil && p.Secret.Interactive {
		return nil, nil
	}
	server := []string{strings.ToLower(p.Host), strconv.Itoa(int(p.Port)), strconv.Itoa(int(p.Security))}
	if p.Route.Socket != "" {
		server[1] = p.Route.Socket
	}
	return credential.NewRefusals(dir, pause, append(server, p.User, p.Authzid, p.Auth)...), nil
}

// secret returns where the password comes from. With --auth auto, a client
// certificate may do without one. given is what was given for the password.
func (o Login) secret(user string, given *setting, certificate bool, stdin *os.File) (*credential.Source, error) {
	source, err := o.source(user, given, stdin)
	enough := certificate && o.Auth.lower() == probe.AuthAuto
	way, _ := o.way()
	switch {
	case err != nil:
		return nil, err
	case enough && source != nil && source.Interactive && o.PasswordFile == "":
		return nil, nil // nobody is asked for what is not needed
	case enough || source != nil:
		return source, nil
	case way.Needs == sasl.Token:
		return nil, fault.New(fault.Usage, "no access token for %s, type --token-file FILE or --oauth SERVER", user)
	}
	return nil, fault.New(fault.Usage, "no password for %s, use --password-file FILE or POP3X_PASSWORD", user)
}

// source looks at options, of which one at most is left, then environment,
// systemd credential and the person at the terminal. It is nil if there is none.
func (o Login) source(user string, given *setting, stdin *os.File) (*credential.Source, error) {
	terminal := credential.IsTerminal(stdin)
	switch env := os.Getenv(credential.PasswordVariable); {
	case o.PasswordFile == "-" && !terminal:
		return credential.Stdin(stdin), nil
	case o.PasswordFile == "-":
		return credential.Terminal(stdin, user), nil
	case o.PasswordFile != "":
		return credential.File(string(o.PasswordFile)), nil
	case o.PasswordCommand != "":
		source, err := credential.Command(string(o.PasswordCommand))
		if err != nil {
			return nil, refuseFault("password-command", err)
		}
		return source, nil
	case o.Password != "":
		return credential.Text(given.place(last).section, string(o.Password)), nil
	case env != "":
		return credential.Text(credential.PasswordVariable, env), nil
	}
	if source, err := credential.Systemd(credential.SystemdPassword); source != nil || err != nil {
		return source, err
	}
	if terminal {
		return credential.Terminal(stdin, user), nil
	}
	return nil, nil
}
