package probe

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"

	"check_pop3x/check/credential"
	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
	"check_pop3x/check/report"
	"check_pop3x/check/sasl"
)

// readable says whether anyone on the path could read a secret, and may not.
func (s *session) readable() bool { return s.plan.Security == report.Clear && !s.plan.AllowCleartext }

// refuse keeps a secret from going out in clear: before anything is sent where
// each way that could be chosen shows it.
func (s *session) refuse() error {
	all := s.candidates()
	if !s.hasUser() || !s.readable() || len(all) == 0 || slices.ContainsFunc(all, func(w Way) bool { return !w.Cleartext }) {
		return nil
	}
	return s.inClear()
}

func (s *session) inClear() error {
	secret := "password"
	if s.plan.Token != nil {
		secret = "access token"
	}
	return fault.New(fault.Cleartext, "the %s would cross the network in clear", secret)
}

// fits refuses what a way that could be chosen cannot carry, before anything is
// sent.
func (s *session) fits() error {
	for _, w := range s.candidates() {
		switch {
		case w.Name == "USER" && !(fitsCommand("USER", s.plan.User) && fitsCommand("PASS", s.secret)):
			return fault.New(fault.Usage, "the user name or the password is longer than USER and PASS can carry (%d octets with the command), try --auth plain", pop3.MaxCommand)
		case s.plan.Auth == AuthAuto:
		case w.Name == "APOP" && !fitsCommand("APOP", s.plan.User, hex.EncodeToString(pop3.Digest("", ""))):
			return fault.New(fault.Usage, "the user name is longer than APOP can carry (%d octets with the command), try --auth plain", pop3.MaxCommand)
		case w.New != nil:
			if _, err := w.New(s.credentials(w.Mechanism)); err != nil && fault.Of(err).Kind == fault.Usage {
				return err
			}
		}
	}
	return nil
}

// fitsCommand says whether the words fit into a command (RFC 2449, section 4).
func fitsCommand(words ...string) bool { return len(strings.Join(words, " "))+2 <= pop3.MaxCommand }

// login opens the mailbox. A refusal is final: a second try with another
// mechanism would count as a failed login.
func (s *session) login(ctx context.Context) error {
	defer s.forget()
	way, err := s.choose()
	if err != nil {
		return err
	}
	s.report.Login = &report.Login{User: s.plan.User, Mechanism: way.Name, Source: s.source(way), Token: way.Needs == sasl.Token}
	return way.run(s, ctx)
}

// forget drops the secret once it has been used. What is left of it is looked for
// in what the server says from now on.
func (s *session) forget() { s.secret, s.token, s.plan.Secret = "", "", nil }

// source names where the secret came from.
func (s *session) source(w Way) string {
	var from *credential.Source
	switch {
	case w.Needs == sasl.Certificate:
		return ""
	case w.Needs == sasl.Token && s.plan.Token != nil:
		from = s.plan.Token
	default:
		from = s.plan.Secret
	}
	return from.Name
}

// choose picks the way to log in by what the server offers. What is offered but
// would be readable is passed over.
func (s *session) choose() (Way, error) {
	readable := false
	for _, w := range s.candidates() {
		switch {
		case !w.offered(s):
		case w.Cleartext && s.readable():
			readable = true
		default:
			return w, s.bindable(w)
		}
	}
	if readable {
		return Way{}, s.inClear()
	}
	return Way{}, s.nothingInCommon()
}

// bindable fails where the way needs a channel to bind to, and this TLS session
// has none of the type.
func (s *session) bindable(w Way) error {
	c := s.credentials(w.Mechanism)
	if !w.Bound || len(c.Binding.Data) > 0 {
		return nil
	}
	return fault.New(fault.Mechanism, "this TLS session has no %s to bind to", c.Binding.Type)
}

// nothingInCommon says why there is no way to log in: where STLS is on offer
// and the connection in clear, the others come after it.
func (s *session) nothingInCommon() error {
	sasl, _ := s.capas.Get("SASL")
	switch {
	case s.plan.Auth == AuthAPOP && s.stamps:
		return fault.New(fault.Protocol, "the timestamp in the greeting is not well-formed, APOP would not be safe")
	case s.plan.Auth == AuthAPOP:
		return fault.New(fault.Mechanism, "APOP is not offered: the greeting has no timestamp")
	case s.plan.Security == report.Clear && s.capas.Has("STLS"):
		return fault.New(fault.TLSRequired, "no login is offered in clear")
	case len(sasl) == 0 && !s.offersUser():
		return fault.New(fault.Mechanism, "the server offers no way to log in")
	case s.plan.Auth == AuthAuto:
		return fault.New(fault.Mechanism, "no mechanism in common")
	}
	return fault.New(fault.Mechanism, "%s is not offered", strings.ToUpper(s.plan.Auth))
}

// userPass logs in by USER and PASS. Each waits for its answer.
func (s *session) userPass(context.Context) error {
	if err := s.pop.User(s.plan.User); err != nil {
		return s.atUser(err)
	}
	return s.pop.Pass(s.secret)
}

// apop logs in by a digest of the greeting's timestamp and the password.
func (s *session) apop(context.Context) error {
	digest := pop3.Digest(s.stamp, s.secret)
	s.hide.AddDigests(digest)
	return s.pop.APOP(s.plan.User, digest)
}
