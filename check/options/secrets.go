package options

import (
	"os"
	"strings"

	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
)

// who says who logs in: option, then --extra-opts, then environment, then
// systemd credential.
func (p *Planner) who() {
	user := string(p.O.Login.User)
	switch env := os.Getenv("POP3X_USER"); {
	case user != "" && p.typed.Login.User == "":
		p.Plan.User, p.Plan.UserFrom = user, "--extra-opts"
	case user != "":
		p.Plan.User = user
	case env != "":
		p.Plan.User, p.Plan.UserFrom = env, "POP3X_USER"
	default:
		var err error
		p.Plan.User, p.Plan.UserFrom, err = credential.SystemdName()
		p.fail(err)
	}
	named := "--user"
	if user == "" {
		named = p.Plan.UserFrom
	}
	if strings.ContainsAny(p.Plan.User, "\r\n\x00") {
		p.refuse("%s: a name with CR, LF or NUL cannot be sent", named)
	}
}

// secretOptions says where the password is, by what was typed or else by the
// files of --extra-opts.
func (p *Planner) secretOptions() (file, command string) {
	file, command = string(p.O.Login.PasswordFile), string(p.O.Login.PasswordCommand)
	typed := p.typed.Login
	switch {
	case file == "" || command == "":
	case typed.PasswordFile != "" && typed.PasswordCommand == "":
		command = ""
	case typed.PasswordCommand != "" && typed.PasswordFile == "":
		file = ""
	default:
		p.refuse("--password-file and --password-command exclude each other, type one of them")
	}
	return file, command
}

// source is where the password comes from: option, then --extra-opts, then
// environment, then systemd credential, then helper program, then the person at
// the terminal. It is nil where there is none.
func (p *Planner) source(stdin *os.File) *credential.Source {
	file, command := p.secretOptions()
	found, helper := p.atHand(stdin, file), p.helper(command)
	switch {
	case found != nil && helper != nil:
		p.Notes = append(p.Notes, "--password-command was not run: the password from "+found.Name+" comes first")
	case found == nil && helper != nil:
		return helper
	case found == nil && credential.IsTerminal(stdin):
		return credential.Terminal(stdin, p.Plan.User)
	}
	return found
}

// atHand are the places that nobody has to be asked for.
func (p *Planner) atHand(stdin *os.File, file string) *credential.Source {
	env := os.Getenv(credential.PasswordVariable)
	switch {
	case file == "-" && !credential.IsTerminal(stdin):
		return credential.Stdin(stdin)
	case file == "-":
		return credential.Terminal(stdin, p.Plan.User)
	case file != "":
		return credential.File(file)
	case p.secret != "":
		return credential.Text("--extra-opts", p.secret)
	case env != "":
		return credential.Text(credential.PasswordVariable, env)
	}
	found, err := credential.Systemd(credential.SystemdPassword)
	p.fail(err)
	return found
}

func (p *Planner) helper(command string) *credential.Source {
	if command == "" {
		return nil
	}
	source, err := credential.Command(command)
	if err != nil {
		p.refuse("--password-command: %s", fault.Of(err).Text)
	}
	return source
}
