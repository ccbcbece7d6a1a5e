package probe

import (
	"context"
	"errors"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
	"check_pop3x/check/sasl"
	"check_pop3x/check/transport"
)

// authenticate logs in by AUTH. Its +OK counts only if the mechanism has come to
// its end, where the server has proved that it knows the password, too.
func (s *session) authenticate(ctx context.Context, m sasl.Mechanism) error {
	client, err := m.New(s.credentials(m))
	if err != nil {
		return err
	}
	err = s.pop.Auth(m.Name, exchange{client, s, ctx})
	switch {
	case err != nil:
		return s.atAuth(err, client)
	case !client.Proven():
		return fault.New(fault.Protocol, "the server says +OK before the exchange is complete, which proves nothing")
	}
	return nil
}

// credentials are what the mechanism may use.
func (s *session) credentials(m sasl.Mechanism) sasl.Credentials {
	c := sasl.Credentials{
		User: s.plan.User, Secret: s.secret, Authzid: s.plan.Authzid,
		Host: s.plan.Host, Port: s.plan.Port,
		MinIterations: s.plan.MinIterations,
	}
	if m.Needs == sasl.Token && s.plan.Token != nil {
		c.Secret = s.token
	}
	if m.Bound && s.facts != nil {
		c.Binding.Type, c.Binding.Data = transport.Binding(&s.facts.State, s.plan.Binding)
	}
	return c
}

// atAuth is an error in the middle of AUTH. A server that has said why it refuses
// has refused, also where it does not wait for the answer to that, or hangs up.
func (s *session) atAuth(err error, client sasl.Client) error {
	if refused, ok := errors.AsType[*pop3.Error](err); ok {
		s.within = client.Refusal()
		refused.Unsolicited = refused.Unsolicited && s.within == ""
		return refused
	}
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.Closed && client.Refusal() != "" {
		return &fault.Error{Kind: fault.Auth, Said: client.Refusal(), Text: "and the server hung up", Err: err}
	}
	return err
}

// An exchange is a run of a mechanism within the phase. Next may compute for a
// second, which nothing can interrupt: it runs beside the deadline. Once it has
// failed, the answer to "*" is not worth waiting for.
type exchange struct {
	sasl.Client
	s   *session
	ctx context.Context
}

func (x exchange) Next(challenge []byte) ([]byte, error) {
	response, err := fault.Await(x.ctx, func() ([]byte, error) { return x.Client.Next(challenge) })
	if err != nil {
		x.s.conn.SetDeadline(time.Now().Add(farewell))
		return nil, err
	}
	x.s.hide.AddDigests(x.Derived()...)
	return response, nil
}
