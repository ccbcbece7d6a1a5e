package probe

import (
	"context"
	"encoding/hex"
	"strings"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
	"check_pop3x/check/report"
	"check_pop3x/check/sasl"
)

// A secret is what proves who the user is: a password, an access token or, if
// both are "", a client certificate.
type secret struct {
	plan     *Plan
	record   *recorder
	password string
	token    string
}

// read reads what is needed for a login before anything is sent. The time that a
// person takes at the prompt does not count.
func (s *secret) read(ctx context.Context) error {
	if s.plan.Token != nil {
		return s.prepareToken(ctx)
	}
	if s.plan.Secret == nil {
		return nil
	}
	if s.plan.Secret.Interactive {
		asked := time.Now()
		defer func() { s.plan.Started = s.plan.Started.Add(time.Since(asked)) }()
	} else {
		var cancel context.CancelFunc
		ctx, cancel = s.plan.wholeBudget(ctx)
		defer cancel()
	}
	return s.readPassword(ctx)
}

func (s *secret) readPassword(ctx context.Context) (err error) {
	source := s.plan.Secret
	s.password, err = source.Read(ctx)
	s.record.redactor.Add(s.password)
	if source.Stderr != nil {
		s.record.helper(source.Stderr())
	}
	if err != nil {
		return err
	}
	return s.checkSendable()
}

// prepareToken reads the files that the token is made of, or the token itself.
func (s *secret) prepareToken(ctx context.Context) error {
	ctx, cancel := s.plan.wholeBudget(ctx)
	defer cancel()
	err := s.plan.Token.Token.Prepare(ctx)
	s.record.redactor.Add(s.plan.Token.Token.Hidden()...)
	return err
}

// fetchToken gets the access token from where it is kept, or from the token
// server.
func (s *secret) fetchToken(ctx context.Context) (err error) {
	s.token, err = s.plan.Token.Read(ctx)
	s.record.redactor.Add(s.plan.Token.Token.Hidden()...)
	if origin := s.plan.Token.Token.Origin(); origin.Place != "" {
		s.record.report.Token = new(report.Token(origin))
	}
	return err
}

// reportRefused tells the source of a token that the mail server refused it, if
// that is the fault that ended the phase.
func (s *secret) reportRefused(ctx context.Context, phase string, f *fault.Error) {
	if phase == "login" && s.plan.Token != nil && f.Kind == fault.Auth {
		s.plan.Token.Token.Refused(ctx)
	}
}

// checkSendable refuses what a way that could be chosen cannot carry.
func (s *secret) checkSendable() error {
	for _, w := range s.plan.candidates() {
		switch {
		case w.Name == "USER" && !(isSendable("USER", s.plan.User) && isSendable("PASS", s.password)):
			return fault.New(fault.Usage, "the user name or the password is longer than USER and PASS can carry (%d octets with the command), try --auth plain", pop3.MaxCommand)
		case s.plan.Auth == AuthAuto:
		case w.Name == "APOP" && !isSendable("APOP", s.plan.User, hex.EncodeToString(pop3.Digest("", ""))):
			return fault.New(fault.Usage, "the user name is longer than APOP can carry (%d octets with the command), try --auth plain", pop3.MaxCommand)
		case w.New != nil:
			if _, err := w.New(s.credentials(w.Mechanism)); err != nil && fault.Of(err).Kind == fault.Usage {
				return err
			}
		}
	}
	return nil
}

// isSendable reports whether the words fit into a command (RFC 2449, section 4).
func isSendable(words ...string) bool { return len(strings.Join(words, " "))+2 <= pop3.MaxCommand }

// forget drops the secret after it was used. The redactor goes on looking for
// what is left of it in what the server says.
func (s *secret) forget() { s.password, s.token, s.plan.Secret = "", "", nil }

// source returns where the secret of a way came from; "" is a certificate.
func (s *secret) source(w Way) string {
	switch {
	case w.Needs == sasl.Certificate:
		return ""
	case w.Needs == sasl.Token && s.plan.Token != nil:
		return s.plan.Token.Name
	}
	return s.plan.Secret.Name
}

// credentials returns what a mechanism may use, without a channel binding.
func (s *secret) credentials(m sasl.Mechanism) sasl.Credentials {
	c := sasl.Credentials{
		User: s.plan.User, Secret: s.password, Authzid: s.plan.Authzid,
		Host: s.plan.Host, Port: s.plan.Port,
		MinIterations: s.plan.MinIterations,
	}
	if m.Needs == sasl.Token && s.plan.Token != nil {
		c.Secret = s.token
	}
	return c
}
