package probe

import (
	"context"
	"errors"
	"slices"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
)

// errHeld is wrapped by the fault of a login that was not tried, because the
// server has refused the same secret too often.
var errHeld = errors.New("the login is held back")

// memoryGrace is what a run may take longer than its time to keep what it has
// learned: most servers are slow to refuse.
const memoryGrace = 150 * time.Millisecond

var errSilentDisk = &fault.Error{Kind: fault.Timeout, Text: "the file system does not answer"}

// recall looks up before the login how often the server has refused the same
// secret in earlier runs. If the login is held back, it fails as it did then.
func (s *session) recall(ctx context.Context) error {
	way, err := s.login.choose()
	if s.plan.Refusals == nil || err != nil { // which the login says as well
		return nil
	}
	known, err := s.plan.Refusals.Recall(ctx, s.login.proof.secret(way), time.Now())
	if ctx.Err() != nil {
		return fault.From(err, "the directory "+s.plan.Refusals.Dir)
	}
	s.record.refusals(known, err)
	if !known.Held {
		return nil
	}
	s.login.announce(way)
	s.login.proof.forget()
	known.Fault.Err = errHeld
	return known.Fault
}

// remember keeps for later runs what the server thought of the secret.
func (s *session) remember(ctx context.Context) {
	ctx, cancel := fault.Longer(ctx, memoryGrace, errSilentDisk)
	defer cancel(nil)
	if s.login.refusal != nil && s.plan.Token != nil {
		s.plan.Token.Token.Refused(ctx)
	}
	if s.login.refusal != nil && s.plan.Ticket != nil {
		s.plan.Ticket.Refused(ctx)
	}
	switch r := s.plan.Refusals; {
	case r == nil:
	case s.login.accepted:
		s.record.noRefusals(r.Forget(ctx))
	case judgesCredentials(s.login.refusal):
		s.record.refusals(r.Add(ctx, s.record.lastFault(), time.Now()))
	}
}

// credentialWords are what servers call credentials when they refuse them, in
// lower case. A refusal without one of them may be about anything.
var credentialWords = []string{
	"auth", "credential", "login", "logon", "log in", "log on", "sign in", "user", "account", "name", "token", "denied",
	"password", "passwd", "passphrase", "passwort", "kennwort", "mot de passe", "contraseña", "senha", "wachtwoord", "пароль", "密码", "密碼",
}

// otherReasons are what SCRAM servers say inside AUTH that is not about the
// credentials (RFC 5802, section 7).
var otherReasons = []string{"no-resources", "other-error"}

// judgesCredentials reports whether a refusal of the login is about the
// credentials: by its code (RFC 3206, section 4), by what the server said inside
// AUTH, or by its words.
func judgesCredentials(err error) bool {
	refusal, ok := errors.AsType[*pop3.Error](err)
	if !ok {
		return err != nil // the server hung up after it had said why
	}
	kind, _ := kindOfCode(refusal.Code)
	return kind == fault.Auth || refusal.Reason != "" && !slices.Contains(otherReasons, refusal.Reason) ||
		wordingOf(refusal.Text).ofUser() || containsAny(fault.Clean(refusal.Text), credentialWords)
}
