package probe

import (
	"context"
	"errors"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
	"check_pop3x/check/report"
	"check_pop3x/check/sasl"
	"check_pop3x/check/transport"
)

// authenticate logs in by AUTH. A server that does not understand the command
// gets it once more in two steps (RFC 5034, section 4), which are the older form
// (RFC 1734). That is no second login: nothing was judged yet.
func (l *login) authenticate(ctx context.Context, m sasl.Mechanism) error {
	l.link.pop.TwoSteps = m.TwoSteps || l.link.offer.exchange()
	err := l.attempt(ctx, m)
	refusal, ok := errors.AsType[*pop3.Error](err)
	if !ok || !refusal.Inline || !misunderstood(refusal) || l.link.wantsTLS(refusal) {
		return err
	}
	l.link.pop.TwoSteps = true
	if second := l.attempt(ctx, m); second == nil || fault.Of(second).Kind != fault.Closed {
		return second
	}
	return err
}

// misunderstood reports whether a server refused the form of a command, and goes
// on with the session.
func misunderstood(refusal *pop3.Error) bool {
	_, coded := kindOfCode(refusal.Code)
	closes := containsAny(refusal.Text, []string{"clos", "disconnect"})
	return !coded && !closes && !refusal.Unsolicited && wordingOf(refusal.Text).problem == fault.SyntaxRefused
}

// wantsTLS reports whether a refusal without TLS may be for lack of it.
func (l *link) wantsTLS(refusal *pop3.Error) bool {
	return l.plan.Security == report.Clear && l.offer.capabilities.Has("STLS") && containsAny(refusal.Text, tlsWords)
}

// attempt is one AUTH. Its +OK counts only if the mechanism is complete, which for
// some includes that the server has proved to know the password.
func (l *login) attempt(ctx context.Context, m sasl.Mechanism) error {
	client, err := m.New(l.credentials(m))
	if err != nil {
		return err
	}
	l.record.redactor.AddDigests(client.Derived()...)
	if err := l.link.pop.Auth(m.Name, exchange{client, l.link.conn, l.record, ctx}); err != nil {
		return err
	}
	if !client.Proven() {
		return fault.New(fault.Protocol, "the server said +OK before the login was complete").Because(fault.Unproven)
	}
	return nil
}

// An exchange is a run of a mechanism within its phase.
type exchange struct {
	sasl.Client
	conn   *transport.Conn
	record *recorder
	ctx    context.Context
}

// Next may compute for a second, which nothing can interrupt, so that it runs
// beside the deadline. After it has failed, the reply to "*" is not worth waiting
// for.
func (x exchange) Next(challenge []byte) ([]byte, error) {
	response, err := fault.Await(x.ctx, func() ([]byte, error) { return x.Client.Next(challenge) })
	if err != nil {
		x.conn.SetDeadline(time.Now().Add(farewell))
		return nil, err
	}
	x.record.redactor.AddDigests(x.Derived()...)
	return response, nil
}
