package probe

import (
	"context"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/sasl"
)

// authenticate logs in by AUTH. Its +OK counts only if the mechanism is complete,
// which for some includes that the server has proved to know the password.
func (l *login) authenticate(ctx context.Context, m sasl.Mechanism) error {
	client, err := m.New(l.credentials(m))
	if err != nil {
		return err
	}
	if err := l.link.pop.Auth(m.Name, exchange{client, l, ctx}); err != nil {
		return err
	}
	if !client.Proven() {
		return fault.New(fault.Protocol, "the server says +OK before the exchange is complete, which proves nothing")
	}
	return nil
}

// An exchange is a run of a mechanism within its phase.
type exchange struct {
	sasl.Client
	login *login
	ctx   context.Context
}

// Next may compute for a second, which nothing can interrupt, so that it runs
// beside the deadline. After it has failed, the reply to "*" is not worth waiting
// for.
func (x exchange) Next(challenge []byte) ([]byte, error) {
	response, err := fault.Await(x.ctx, func() ([]byte, error) { return x.Client.Next(challenge) })
	if err != nil {
		x.login.link.conn.SetDeadline(time.Now().Add(farewell))
		return nil, err
	}
	x.login.record.redactor.AddDigests(x.Derived()...)
	return response, nil
}
