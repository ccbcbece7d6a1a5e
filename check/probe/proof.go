package probe

import (
	"context"
	"encoding/hex"
	"strings"
	"time"

	"check_pop3x/check/credential/kerberos"
	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
	"check_pop3x/check/report"
	"check_pop3x/check/sasl"
)

// A proof is what proves who the user is: a password, an access token, a ticket or,
// if there is none of them, a client certificate.
type proof struct {
	plan     *Plan
	record   *recorder
	password string
	token    string
	ticket   *kerberos.Ticket
}

// read reads what is needed for a login before anything is sent. The time that a
// person takes at the prompt does not count.
func (p *proof) read(ctx context.Context) error {
	if p.plan.Token != nil {
		return p.prepareToken(ctx)
	}
	if p.plan.Ticket != nil {
		return p.prepareTicket(ctx)
	}
	if p.plan.Secret == nil {
		return nil
	}
	if p.plan.Secret.Interactive {
		asked := time.Now()
		defer func() { p.plan.Started = p.plan.Started.Add(time.Since(asked)) }()
	} else {
		var cancel context.CancelFunc
		ctx, cancel = p.plan.wholeBudget(ctx)
		defer cancel()
	}
	return p.readPassword(ctx)
}

func (p *proof) readPassword(ctx context.Context) (err error) {
	source := p.plan.Secret
	p.password, err = source.Read(ctx)
	p.record.redactor.Add(p.password)
	if source.Stderr != nil {
		p.record.helper(source.Stderr())
	}
	if err != nil {
		return err
	}
	p.record.credentials(source)
	return p.checkSendable()
}

// prepareToken reads the files that the token is made of, or the token itself.
func (p *proof) prepareToken(ctx context.Context) error {
	ctx, cancel := p.plan.wholeBudget(ctx)
	defer cancel()
	err := p.plan.Token.Token.Prepare(ctx)
	p.record.redactor.Add(p.plan.Token.Token.Hidden()...)
	if err == nil {
		p.record.credentials(p.plan.Token)
	}
	return err
}

// fetchToken gets the access token from where it is kept, or from the token
// server.
func (p *proof) fetchToken(ctx context.Context) (err error) {
	p.token, err = p.plan.Token.Read(ctx)
	p.record.redactor.Add(p.plan.Token.Token.Hidden()...)
	if origin := p.plan.Token.Token.Origin(); origin.Place != "" {
		origin.Place, origin.Unkept = fault.Clean(origin.Place), fault.Clean(origin.Unkept)
		p.record.report.Token = new(report.Token(origin))
	}
	return err
}

// prepareTicket reads the files that the ticket comes from.
func (p *proof) prepareTicket(ctx context.Context) error {
	ctx, cancel := p.plan.wholeBudget(ctx)
	defer cancel()
	return p.plan.Ticket.Prepare(ctx)
}

// fetchTicket gets the ticket from where it is kept, or from a KDC.
func (p *proof) fetchTicket(ctx context.Context) (err error) {
	p.ticket, err = p.plan.Ticket.Fetch(ctx, p.plan.Host)
	p.record.redactor.AddDigests(p.plan.Ticket.Secret())
	p.record.ticket(p.plan.Ticket.Origin())
	return err
}

// checkSendable refuses what a way that could be chosen cannot carry.
func (p *proof) checkSendable() error {
	for _, w := range p.plan.candidates() {
		switch {
		case w.Name == "USER" && !(isSendable("USER", p.plan.User) && isSendable("PASS", p.password)):
			return fault.New(fault.Usage, "the user name or the password is longer than USER and PASS can carry (%d octets with the command), use --auth plain", pop3.MaxCommand)
		case p.plan.Auth == AuthAuto:
		case w.Name == "APOP" && !isSendable("APOP", p.plan.User, hex.EncodeToString(pop3.Digest("", ""))):
			return fault.New(fault.Usage, "the user name is longer than APOP can carry (%d octets with the command), use --auth plain", pop3.MaxCommand)
		case w.New != nil:
			if _, err := w.New(p.credentials(w.Mechanism)); err != nil && fault.Of(err).Kind == fault.Usage {
				return err
			}
		}
	}
	return nil
}

// isSendable reports whether the words fit into a command (RFC 2449, section 4).
func isSendable(words ...string) bool { return len(strings.Join(words, " "))+2 <= pop3.MaxCommand }

// forget drops the secret after it was used. The redactor still looks for it in
// what the server says.
func (p *proof) forget() { p.password, p.token, p.ticket, p.plan.Secret = "", "", nil, nil }

// source returns where the secret of a way came from; "" is a certificate.
func (p *proof) source(w Way) string {
	switch {
	case w.Needs == sasl.Certificate:
		return ""
	case w.Needs == sasl.Token && p.plan.Token != nil:
		return p.plan.Token.Name
	case w.Needs == sasl.Ticket:
		return p.plan.Ticket.Name()
	}
	return p.plan.Secret.Name
}

// secret returns what a way proves the user by. A certificate stands for its key.
func (p *proof) secret(w Way) string {
	client := p.plan.TLS.Client
	switch {
	case w.Needs == sasl.Certificate && client != nil && len(client.Certificate) > 0:
		return string(client.Certificate[0])
	case w.Needs == sasl.Token && p.plan.Token != nil:
		return p.token
	case w.Needs == sasl.Ticket && p.ticket != nil:
		return string(p.ticket.Octets)
	}
	return p.password
}

// credentials returns what a mechanism may use, without a channel binding.
func (p *proof) credentials(m sasl.Mechanism) sasl.Credentials {
	c := sasl.Credentials{
		User: p.plan.User, Secret: p.password, Authzid: p.plan.Authzid,
		Host: p.plan.Host, Port: p.plan.Port,
		MinIterations: p.plan.MinIterations,
	}
	if m.Needs == sasl.Token && p.plan.Token != nil {
		c.Secret = p.token
	}
	if m.Needs == sasl.Ticket && p.ticket != nil {
		c.Context = p.ticket.Context()
	}
	return c
}
