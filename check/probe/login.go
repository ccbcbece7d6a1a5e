package probe

import (
	"context"
	"strings"

	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
	"check_pop3x/check/report"
	"check_pop3x/check/sasl"
)

// The names that --auth takes besides those of package sasl.
const (
	AuthAuto = "auto"
	AuthUser = "user" // USER and PASS, RFC 1939, section 7
)

// Logins lists what --auth takes.
func Logins() []string {
	names := []string{AuthAuto, AuthUser}
	for _, m := range sasl.Mechanisms {
		names = append(names, strings.ToLower(m.Name))
	}
	return names
}

// refuse keeps a secret from going out in clear, before anything is sent.
func (s *session) refuse() error {
	if s.plan.User == "" || s.plan.Security != report.Clear || s.plan.AllowCleartext || !s.onlyCleartext() {
		return nil
	}
	return fault.New(fault.Cleartext, "the password would cross the network in clear")
}

// onlyCleartext says whether every login that could be chosen shows the secret.
func (s *session) onlyCleartext() bool {
	for _, m := range sasl.Mechanisms {
		chosen := s.plan.Auth == AuthAuto || strings.EqualFold(s.plan.Auth, m.Name)
		if chosen && !m.Cleartext {
			return false
		}
	}
	return true
}

// login opens the mailbox. A refusal is final: a second try with another
// mechanism would count as a failed login.
func (s *session) login(context.Context) error {
	defer s.forget()
	name, err := s.choose()
	if err != nil {
		return err
	}
	s.report.Login = &report.Login{User: s.plan.User, Mechanism: strings.ToUpper(name), Source: s.plan.Secret.Name}
	if name == AuthUser {
		return s.userPass()
	}
	mechanism, _ := sasl.Lookup(name)
	client := mechanism.New(sasl.Credentials{User: s.plan.User, Secret: s.secret})
	if err := s.pop.Auth(mechanism.Name, client.Initial(), client.Next); err != nil {
		return err
	}
	if !client.Proven() {
		return fault.New(fault.Protocol, "the server says +OK but has not proved that it knows the password")
	}
	return nil
}

// forget drops the secret once it has been used. What is left of it is looked for
// in what the server says from now on.
func (s *session) forget() { s.secret, s.plan.Secret = "", nil }

// choose picks the way to log in by what the server offers; a server without
// CAPA has USER and PASS.
func (s *session) choose() (string, error) {
	switch {
	case s.plan.Auth != AuthAuto && (s.capas == nil || s.offers(s.plan.Auth)):
		return s.plan.Auth, nil
	case s.plan.Auth == AuthAuto && s.capas == nil:
		return AuthUser, nil
	case s.plan.Auth == AuthAuto:
		for _, m := range sasl.Mechanisms {
			if s.offers(m.Name) {
				return strings.ToLower(m.Name), nil
			}
		}
		if s.offers(AuthUser) {
			return AuthUser, nil
		}
	}
	return "", s.nothingInCommon()
}

// offers says whether the server lists that login.
func (s *session) offers(name string) bool {
	if name == AuthUser {
		return s.capas.Has("USER")
	}
	return s.capas.Has("SASL", name)
}

// nothingInCommon says why there is no way to log in: where STLS is on offer
// and the connection in clear, the others come after it.
func (s *session) nothingInCommon() error {
	if s.plan.Security == report.Clear && s.capas.Has("STLS") {
		return fault.New(fault.TLSRequired, "no login is offered in clear")
	}
	switch sasl, _ := s.capas.Get("SASL"); {
	case len(sasl) == 0 && !s.capas.Has("USER"):
		return fault.New(fault.Mechanism, "the server offers no way to log in")
	case s.plan.Auth == AuthAuto:
		return fault.New(fault.Mechanism, "no mechanism in common")
	}
	return fault.New(fault.Mechanism, "%s is not offered", strings.ToUpper(s.plan.Auth))
}

// userPass logs in by USER and PASS. Each waits for its answer.
func (s *session) userPass() error {
	if err := s.pop.User(s.plan.User); err != nil {
		return s.atUser(err)
	}
	return s.pop.Pass(s.secret)
}

// fitsUserPass says whether a name or a password fits into a command
// (RFC 2449, section 4).
func fitsUserPass(word string) bool { return len("USER ")+len(word)+2 <= pop3.MaxCommand }
